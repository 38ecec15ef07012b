/** Lanes: the destinations that have, or may have, something due, and whose turn it is. */

import type { DueDestination } from './due.ts';
import type { Lane } from './lease.ts';

/** A dispatcher's view of the lanes. In memory only; lost with the process, and found again by the scan. */
export interface Lanes {
  /** These destinations may have something due. Those known already keep their turn. */
  add(destinations: Iterable<DueDestination>): void;
  /**
   * The lanes whose turn it is, with a fair share of `free` slots each, no more than their windows have room for, and few
   * while several organizations have something to send. They are out of the line until given back.
   */
  take(free: number): Lane[];
  /**
   * After a lease: lanes that gave all they were asked for, or were added meanwhile, may have more, and go to the end of the
   * line; those that are full now do when an attempt ends there.
   */
  giveBack(
    taken: readonly Lane[],
    got: { readonly deliveries: readonly DueDestination[]; readonly full: ReadonlySet<string> },
  ): void;
  /** An attempt began at the destination. */
  began(destination: DueDestination): void;
  /** An attempt ended there, settled or given up: there may be room for another. */
  ended(destination: DueDestination, succeeded: boolean): void;
  /** Resolves when `take` may have a different answer. */
  changed(): Promise<void>;
}

/** Most lanes in one lease: bounds the locks that one transaction takes. */
const LANES_PER_LEASE = 100;

/**
 * Most slots of a lane in one lease while several organizations have something to send: beginning an attempt takes a fraction of
 * a millisecond, in which nobody else gets anywhere. Whoever has the process for itself is faster with more.
 */
const SHARED_SLOTS = 8;

/** Who had a turn in so many leases counts as having something to send; that is a tenth of a second under load. */
const LATEST_TURNS = 32;

/** Windows that are remembered; the oldest are forgotten, and those destinations begin anew. */
const MOST_WINDOWS = 10_000;

/**
 * No lanes yet. Turns go round the organizations, and within each round its destinations.
 *
 * Each destination has a window: the attempts that this process makes there at once. It begins with two, so that a
 * single one that hangs does not hold up the rest, grows by one with each success (so it doubles from answer to answer,
 * as TCP does when it starts), up to `perDestination`, and is halved by a failure, down to one. So a thousand
 * destinations that hang take two thousand attempts, not thirty-two thousand.
 */
export function createLanes(perDestination: number): Lanes {
  /** Organizations in the order of their turns, each with its destinations in the order of theirs. */
  const line = new Map<string, Set<string>>();
  const underWay = new Map<string, number>();
  const windows = new Map<string, number>();
  /** Lanes that had no room, in their window or at the destination; they may have more once an attempt of theirs has ended. */
  const full = new Set<string>();
  /** Lanes that are being leased from, and whether they were added again meanwhile: the lease may not have seen why. */
  const leasing = new Map<string, boolean>();
  /** The organizations of the latest leases, each once in a lease. */
  const latest: string[] = [];
  let length = 0;
  let change = Promise.withResolvers<void>();

  const windowOf = (destinationId: string) => windows.get(destinationId) ?? Math.min(2, perDestination);
  const underWayAt = (destinationId: string) => underWay.get(destinationId) ?? 0;

  function wake(): void {
    change.resolve();
    change = Promise.withResolvers();
  }

  function append({ organizationId, destinationId }: DueDestination): void {
    if (leasing.has(destinationId)) {
      leasing.set(destinationId, true);
      return;
    }
    const lanes = line.get(organizationId) ?? new Set();
    if (lanes.has(destinationId)) return;
    line.set(organizationId, lanes.add(destinationId));
    length += 1;
  }

  /** With several in the line there is nothing to count: it may have thousands. */
  const isShared = () => line.size > 1 || new Set([...line.keys(), ...latest]).size > 1;

  /** The next organization gives its next lane, and goes to the end of the line if it has more. */
  function next(): DueDestination | undefined {
    for (const [organizationId, lanes] of line) {
      line.delete(organizationId);
      for (const destinationId of lanes) {
        lanes.delete(destinationId);
        length -= 1;
        if (lanes.size > 0) line.set(organizationId, lanes);
        return { organizationId, destinationId };
      }
    }
    return undefined;
  }

  return {
    add(destinations) {
      for (const destination of destinations) append(destination);
      wake();
    },
    take(free) {
      const taken: Lane[] = [];
      const share = Math.max(1, Math.floor(free / Math.max(1, Math.min(length, LANES_PER_LEASE))));
      const mostPerLane = isShared() ? SHARED_SLOTS : Number.POSITIVE_INFINITY;
      let left = free;
      while (left > 0 && taken.length < LANES_PER_LEASE) {
        const destination = next();
        if (!destination) break;
        const { destinationId } = destination;
        const room = windowOf(destinationId) - underWayAt(destinationId);
        if (room <= 0) {
          full.add(destinationId);
          continue;
        }
        const slots = Math.min(room, share, left, mostPerLane);
        taken.push({ ...destination, slots });
        leasing.set(destinationId, false);
        left -= slots;
      }
      latest.push(...new Set(taken.map(({ organizationId }) => organizationId)));
      latest.splice(0, latest.length - LATEST_TURNS);
      return taken;
    },
    giveBack(taken, { deliveries, full: filled }) {
      for (const destinationId of filled) full.add(destinationId);
      const got = countByDestination(deliveries);
      for (const lane of taken) {
        const wasAdded = leasing.get(lane.destinationId) === true;
        leasing.delete(lane.destinationId);
        if (wasAdded || got.get(lane.destinationId) === lane.slots) append(lane);
      }
      wake();
    },
    began({ destinationId }) {
      underWay.set(destinationId, underWayAt(destinationId) + 1);
    },
    ended(destination, succeeded) {
      const { destinationId } = destination;
      const left = underWayAt(destinationId) - 1;
      if (left > 0) underWay.set(destinationId, left);
      else underWay.delete(destinationId);

      const window = windowOf(destinationId);
      windows.delete(destinationId); // to the end of the line of those that are forgotten
      windows.set(destinationId, succeeded ? Math.min(window + 1, perDestination) : Math.max(1, window >> 1));
      for (const [oldest] of windows) {
        if (windows.size <= MOST_WINDOWS) break;
        windows.delete(oldest);
      }

      if (full.delete(destinationId)) append(destination);
      wake();
    },
    changed: () => change.promise,
  };
}

/** Deliveries of one destination that are few. */
const FEW = 2;

/**
 * What a lease got, in turns: first those of destinations that have few, which must not wait until another's dozens are begun. A
 * single turn when all have few, or none has.
 */
export function turnsOf<Delivery extends Pick<DueDestination, 'destinationId'>>(
  deliveries: readonly Delivery[],
): Delivery[][] {
  const counts = countByDestination(deliveries);
  const hasFew = ({ destinationId }: Delivery) => (counts.get(destinationId) ?? 0) <= FEW;
  const few = deliveries.filter(hasFew);
  const many = deliveries.filter((delivery) => !hasFew(delivery));
  return [few, many].filter((turn) => turn.length > 0);
}

function countByDestination(deliveries: readonly Pick<DueDestination, 'destinationId'>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { destinationId } of deliveries) counts.set(destinationId, (counts.get(destinationId) ?? 0) + 1);
  return counts;
}
