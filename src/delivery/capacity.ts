/** Capacity: how many attempts one dispatcher has under way. */

import type { Clock } from '../lib/clock.ts';

/** A dispatcher's capacity. */
export interface Capacity {
  /** How many more attempts may begin now. */
  free(): number;
  /** The most there can ever be under way. */
  readonly most: number;
  /** An attempt begins. @returns what to call, once, when it has ended. */
  take(): () => void;
}

/** An attempt that began so long ago does nothing but wait, for its receiver or for a database that is away, in ms. */
const PATIENCE_MS = 1_000;

/** How many attempts may wait like that, for each one that may not. */
const WAITING_PER_ATTEMPT = 16;

/**
 * A capacity of `count` attempts. What it bounds is work: an attempt that waits for a slow receiver costs a socket and
 * little else, so after a second it makes room for another, until 16 times as many wait. Then hanging receivers take
 * nothing from the others; and under a load that is too much for this process, where everything is slow but not by
 * seconds, the number under way stays at `count`.
 */
export function createCapacity(count: number, clock: Pick<Clock, 'elapsed'>): Capacity {
  /** In the order of their beginnings, with the instants. */
  const working = new Map<object, number>();
  const waiting = new Set<object>();

  return {
    free() {
      const longAgo = clock.elapsed() - PATIENCE_MS;
      for (const [attempt, begunAt] of working) {
        if (begunAt > longAgo || waiting.size >= count * WAITING_PER_ATTEMPT) break;
        working.delete(attempt);
        waiting.add(attempt);
      }
      return count - working.size;
    },
    most: count + count * WAITING_PER_ATTEMPT,
    take() {
      const attempt = {};
      working.set(attempt, clock.elapsed());
      return () => {
        working.delete(attempt);
        waiting.delete(attempt);
      };
    },
  };
}
