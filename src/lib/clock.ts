/** Time as the program sees it. The only place that asks the machine what time it is. */

import { setTimeout as delay } from 'node:timers/promises';

/**
 * What time it is, and waiting. Instants that decide whether something is *due* come from the database's `now()`
 * instead, so that a machine whose clock jumps neither hurries nor forgets a retry.
 */
export interface Clock {
  /** The current instant. */
  now(): Date;
  /** Milliseconds on a scale that never jumps, for measuring how long something took. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
