/** Lanes: the destinations that have, or may have, something due, and whose turn it is. */

import type { Lane, LeasedDelivery } from './lease.ts';

/** A dispatcher's view of the lanes. In memory only; lost with the process, and found again by the scan. */
export interface Lanes {
  /** These destinations may have something due. Those known already keep their turn. */
  add(destinationIds: Iterable<string>): void;
  /**
   * The lanes whose turn it is, with a fair share of `free` slots each, at most `perDestination` with what this process
   * has under way there. They are out of the line until given back.
   */
  take(free: number, perDestination: number): Lane[];
  /** After a lease: lanes that gave all they were asked for may have more, and go to the end of the line. */
  giveBack(taken: readonly Lane[], deliveries: readonly LeasedDelivery[]): void;
  /** An attempt began at the destination. */
  began(destinationId: string): void;
  /** An attempt ended there, settled: there may be room for another. */
  ended(destinationId: string): void;
  /** Resolves when `take` may have a different answer, or when `signal` is aborted. */
  changed(signal: AbortSignal): Promise<void>;
}

/** Most lanes in one lease: bounds the locks that one transaction takes. */
const LANES_PER_LEASE = 100;

/** No lanes yet. */
export function createLanes(): Lanes {
  /** In the order of their turns. */
  const line = new Set<string>();
  const underWay = new Map<string, number>();
  /** Lanes that were full; they may have more once an attempt of theirs has ended. */
  const full = new Set<string>();
  let wake = () => {};

  function add(destinationIds: Iterable<string>): void {
    for (const id of destinationIds) line.add(id);
    wake();
  }

  return {
    add,
    take(free, perDestination) {
      const taken: Lane[] = [];
      const share = Math.max(1, Math.floor(free / Math.max(1, Math.min(line.size, LANES_PER_LEASE))));
      let left = free;
      for (const destinationId of line) {
        if (left <= 0 || taken.length === LANES_PER_LEASE) break;
        const room = perDestination - (underWay.get(destinationId) ?? 0);
        if (room <= 0) {
          line.delete(destinationId);
          full.add(destinationId);
          continue;
        }
        const slots = Math.min(room, share, left);
        taken.push({ destinationId, slots });
        line.delete(destinationId);
        left -= slots;
      }
      return taken;
    },
    giveBack(taken, deliveries) {
      const got = new Map<string, number>();
      for (const { destinationId } of deliveries) got.set(destinationId, (got.get(destinationId) ?? 0) + 1);
      const more = taken.filter(({ destinationId, slots }) => got.get(destinationId) === slots);
      add(more.map(({ destinationId }) => destinationId));
    },
    began(destinationId) {
      underWay.set(destinationId, (underWay.get(destinationId) ?? 0) + 1);
    },
    ended(destinationId) {
      const left = (underWay.get(destinationId) ?? 1) - 1;
      if (left > 0) underWay.set(destinationId, left);
      else underWay.delete(destinationId);
      if (full.delete(destinationId)) line.add(destinationId);
      wake();
    },
    changed: (signal) =>
      new Promise((resolve) => {
        wake = () => {
          signal.removeEventListener('abort', wake);
          wake = () => {};
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted) wake();
      }),
  };
}
