/** Hearing of the end from a signal that outlives those who listen to it. */

import { createRoster, type Roster } from './roster.ts';

const listening = new WeakMap<AbortSignal, Roster<() => void>>();

/**
 * Calls `listener` once, when `signal` is aborted; at once if it is already. For many listeners of one signal, where
 * `addEventListener` would keep what is gone (see {@link createRoster}).
 *
 * @returns what stops listening.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  return (listening.get(signal) ?? listenTo(signal)).add(listener);
}

function listenTo(signal: AbortSignal): Roster<() => void> {
  const listeners = createRoster<() => void>();
  listening.set(signal, listeners);
  const tellAll = () => {
    for (const listener of listeners.all()) listener();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return listeners;
}
