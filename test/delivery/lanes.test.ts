/** The lanes, held against a model of what a dispatcher does with them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLanes, type Lanes } from '../../src/delivery/lanes.ts';
import type { Lane, LeasedDelivery } from '../../src/delivery/lease.ts';

const PER_DESTINATION = 3;

const destination = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), destinations: fc.array(destination, { maxLength: 4 }) }),
  /** `found` says how much of what it asked for each lane gives: nothing, half of it, or all. */
  fc.record({
    kind: fc.constant('lease' as const),
    free: fc.nat(8),
    found: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 7, maxLength: 7 }),
  }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat() }),
);

/** A dispatcher as the lanes see one, which remembers what the lanes owe it. */
function createModel() {
  const lanes = createLanes();
  /** One entry per attempt under way. */
  const underWay: string[] = [];
  /** Lanes that were announced and have not had their turn since. */
  const owed = new Set<string>();
  const countOf = (id: string) => underWay.filter((destinationId) => destinationId === id).length;

  function add(destinations: readonly string[]): void {
    lanes.add(destinations);
    for (const id of destinations) owed.add(id);
  }

  function take(free: number): Lane[] {
    const taken = lanes.take(free, PER_DESTINATION);
    expect(taken.reduce((sum, { slots }) => sum + slots, 0)).toBeLessThanOrEqual(free);
    expect(new Set(taken.map(({ destinationId }) => destinationId)).size).toBe(taken.length);
    for (const { destinationId, slots } of taken) {
      expect(slots).toBeGreaterThanOrEqual(1);
      expect(slots + countOf(destinationId)).toBeLessThanOrEqual(PER_DESTINATION);
      expect(owed).toContain(destinationId);
      owed.delete(destinationId);
    }
    return taken;
  }

  function lease(free: number, found: readonly number[]): Lane[] {
    const taken = take(free);
    const deliveries = taken.flatMap(({ destinationId, slots }, index) => {
      const count = Math.floor(slots * (found[index % found.length] ?? 0));
      if (count === slots) owed.add(destinationId);
      return Array.from({ length: count }, () => deliveryTo(destinationId));
    });
    for (const { destinationId } of deliveries) {
      lanes.began(destinationId);
      underWay.push(destinationId);
    }
    lanes.giveBack(taken, deliveries);
    return taken;
  }

  function end(which: number): void {
    const [ended] = underWay.splice(which % Math.max(1, underWay.length), 1);
    if (ended) lanes.ended(ended);
  }

  return { underWay, owed, add, lease, end };
}

/** As much of a leased delivery as the lanes look at. */
function deliveryTo(destinationId: string): LeasedDelivery {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    organizationId: '00000000-0000-7000-8000-000000000001',
    destinationId,
    webhookId: null,
    eventId: '00000000-0000-7000-8000-000000000002',
    eventType: 'IMPORT_COMPLETED',
    importId: null,
    isTest: false,
    attemptCount: 0,
    failedAttempts: 0,
    leaseToken: '00000000-0000-7000-8000-000000000003',
    url: 'http://127.0.0.1/',
    body: '',
    headers: null,
    retryScheduleSeconds: null,
    webhookDeleted: false,
    secrets: null,
  };
}

const nothing = [0];
const everything = [1];

describe('the lanes, whatever is added, leased and ended,', () => {
  test('never give more slots than are free, nor more at a destination than may be under way there', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const model = createModel();
        for (const todo of steps) {
          if (todo.kind === 'add') model.add(todo.destinations);
          if (todo.kind === 'lease') model.lease(todo.free, todo.found);
          if (todo.kind === 'end') model.end(todo.which);
        }
      }),
    );
  });

  test('forget no lane that was added or that gave all it was asked for', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const model = createModel();
        for (const todo of steps) {
          if (todo.kind === 'add') model.add(todo.destinations);
          if (todo.kind === 'lease') model.lease(todo.free, todo.found);
          if (todo.kind === 'end') model.end(todo.which);
        }
        while (model.underWay.length > 0) model.end(0);
        while (model.lease(4, nothing).length > 0);

        expect([...model.owed]).toEqual([]);
      }),
    );
  });

  test('give every lane its turn before any lane has a second one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(destination, { minLength: 2 }), fc.integer({ min: 1, max: 8 }), (ids, free) => {
        const model = createModel();
        model.add(ids);
        const turns: string[] = [];
        while (turns.length < 3 * ids.length) {
          turns.push(...model.lease(free, everything).map(({ destinationId }) => destinationId));
          while (model.underWay.length > 0) model.end(0);
        }

        expect(turns.slice(0, 2 * ids.length)).toEqual([...ids, ...ids]);
      }),
    );
  });
});

describe('a dispatcher that waits for the lanes', () => {
  test.each<[string, (lanes: Lanes, stopping: AbortController) => void]>([
    ['a lane is added', (lanes) => lanes.add(['a'])],
    ['an attempt ends', (lanes) => lanes.ended('a')],
    ['it is to stop', (_lanes, stopping) => stopping.abort()],
  ])('goes on when %s', async (_what, happen) => {
    const lanes = createLanes();
    const stopping = new AbortController();
    const changed = lanes.changed(stopping.signal);

    happen(lanes, stopping);

    await expect(changed).resolves.toBeUndefined();
  });

  test('does not wait at all when it was told to stop before', async () => {
    await expect(createLanes().changed(AbortSignal.abort())).resolves.toBeUndefined();
  });

  test('finds a lane that was full as soon as one of its attempts has ended', () => {
    const lanes = createLanes();
    lanes.began('a');
    lanes.add(['a']);
    expect(lanes.take(8, 1)).toEqual([]);

    lanes.ended('a');

    expect(lanes.take(8, 1)).toEqual([{ destinationId: 'a', slots: 1 }]);
  });

  test('takes no more than a hundred lanes at once, and the others next', () => {
    const lanes = createLanes();
    lanes.add(Array.from({ length: 130 }, (_, index) => `${index}`));

    expect(lanes.take(1000, 8)).toHaveLength(100);
    expect(lanes.take(1000, 8)).toHaveLength(30);
  });
});
