/** Hearing of the end from a signal that outlives those who listen to it. */

import { createRoster, type Roster } from './roster.ts';

const listening = new WeakMap<AbortSignal, Roster<() => void>>();

/**
 * Calls `listener` once, when `signal` is aborted; at once if it is already. For many listeners of one signal of the
 * process, which is listened to until it is aborted. `addEventListener` would keep what is gone: Node has listeners in a
 * list, in which one that was removed still points to the one that came after it.
 *
 * @param listener must not throw: those behind it would not be told.
 * @returns what stops listening, also while others are told.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  let isListening = true;
  const leave = (listening.get(signal) ?? listenTo(signal)).add(() => {
    if (isListening) listener();
  });
  return () => {
    isListening = false;
    leave();
  };
}

function listenTo(signal: AbortSignal): Roster<() => void> {
  const listeners = createRoster<() => void>();
  listening.set(signal, listeners);
  const tellAll = () => {
    for (const tell of listeners.all()) tell();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return listeners;
}
