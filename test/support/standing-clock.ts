/** A clock for what only measures how long things take: it stands until it is moved. */

import type { Clock } from '../../src/lib/clock.ts';

/** See {@link createStandingClock}. */
export interface StandingClock extends Pick<Clock, 'now' | 'elapsed'> {
  advance(ms: number): void;
}

/** By `elapsed`, nothing takes any time but what `advance` is told. What waits for a timer still waits. */
export function createStandingClock(): StandingClock {
  let elapsedMs = 0;
  return {
    now: () => new Date(),
    elapsed: () => elapsedMs,
    advance(ms) {
      elapsedMs += ms;
    },
  };
}
