/** The lanes, held against a model of what a dispatcher does with them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DueDestination } from '../../src/delivery/due.ts';
import { createLanes, type Lanes, turnsOf } from '../../src/delivery/lanes.ts';
import type { Lane } from '../../src/delivery/lease.ts';

const PER_DESTINATION = 3;

/** What a lease got that found nothing. */
const NOTHING = { deliveries: [], full: new Set<string>() };

const destination = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');

/** Two organizations have destinations: one `a` to `d`, the other the rest. */
const named = (destinationId: string): DueDestination => ({
  organizationId: destinationId <= 'd' ? 'first' : 'second',
  destinationId,
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), destinations: fc.array(destination, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('take' as const), free: fc.nat(8) }),
  /** `found` says how much of what it asked for each lane of a lease gives: nothing, half of it, or all. */
  fc.record({
    kind: fc.constant('get' as const),
    which: fc.nat(),
    found: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 7, maxLength: 7 }),
  }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(), succeeded: fc.boolean() }),
);

/** A dispatcher as the lanes see one, which remembers what the lanes owe it. */
function createModel() {
  const lanes = createLanes(PER_DESTINATION);
  /** One entry per attempt under way. */
  const underWay: string[] = [];
  /** Lanes that were announced and have not had their turn since. */
  const owed = new Set<string>();
  /** Lanes whose last room was taken, at which no attempt has ended since. */
  const filled = new Set<string>();
  /** What was taken by leases that are under way. */
  const leases: Lane[][] = [];
  const countOf = (id: string) => underWay.filter((destinationId) => destinationId === id).length;

  function add(destinations: readonly string[]): void {
    lanes.add(destinations.map(named));
    for (const id of destinations) owed.add(id);
  }

  function take(free: number): Lane[] {
    const taken = lanes.take(free);
    expect(taken.reduce((sum, { slots }) => sum + slots, 0)).toBeLessThanOrEqual(free);
    expect(new Set(taken.map(({ destinationId }) => destinationId)).size).toBe(taken.length);
    for (const { destinationId, slots } of taken) {
      expect(slots).toBeGreaterThanOrEqual(1);
      expect(slots + countOf(destinationId)).toBeLessThanOrEqual(PER_DESTINATION);
      expect(owed).toContain(destinationId);
      owed.delete(destinationId);
      expect(leases.flat().map((lane) => lane.destinationId)).not.toContain(destinationId);
    }
    if (taken.length > 0) leases.push(taken);
    return taken;
  }

  function get(which: number, found: readonly number[]): void {
    const [taken] = leases.splice(which % Math.max(1, leases.length), 1);
    if (!taken) return;
    const deliveries = taken.flatMap(({ destinationId, slots }, index) => {
      const count = Math.floor(slots * (found[index % found.length] ?? 0));
      if (count === slots) owed.add(destinationId);
      else if (count > 0) filled.add(destinationId); // its window has room for more, so the destination had none
      return Array.from({ length: count }, () => named(destinationId));
    });
    for (const delivery of deliveries) {
      lanes.began(delivery);
      underWay.push(delivery.destinationId);
    }
    lanes.giveBack(taken, { deliveries, full: filled });
  }

  /** @returns what was asked. */
  function lease(free: number, found: readonly number[]): Lane[] {
    const taken = take(free);
    get(leases.length - 1, found);
    return taken;
  }

  function end(which: number, succeeded = true): void {
    const [ended] = underWay.splice(which % Math.max(1, underWay.length), 1);
    if (!ended) return;
    lanes.ended(named(ended), succeeded);
    if (filled.delete(ended)) owed.add(ended);
  }

  function follow(steps: readonly Step[]): void {
    for (const todo of steps) {
      if (todo.kind === 'add') add(todo.destinations);
      if (todo.kind === 'take') take(todo.free);
      if (todo.kind === 'get') get(todo.which, todo.found);
      if (todo.kind === 'end') end(todo.which, todo.succeeded);
    }
  }

  return { underWay, owed, leases, add, get, lease, end, follow };
}

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const nothing = [0];
const everything = [1];

describe('the lanes, whatever is added, leased and ended,', () => {
  test('never give more slots than are free, nor more at a destination than may be under way there', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        createModel().follow(steps);
      }),
    );
  });

  test('forget no lane that was added, that gave all it was asked for, or that was full until an attempt ended', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const model = createModel();
        model.follow(steps);
        while (model.leases.length > 0) model.get(0, nothing);
        while (model.underWay.length > 0) model.end(0);
        while (model.lease(4, nothing).length > 0);

        expect([...model.owed]).toEqual([]);
      }),
    );
  });

  test('give every lane of an organization its turn before any has a second one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 2 }),
        fc.integer({ min: 1, max: 8 }),
        (ids, free) => {
          const model = createModel();
          model.add(ids);
          const turns: string[] = [];
          while (turns.length < 3 * ids.length) {
            turns.push(...model.lease(free, everything).map(({ destinationId }) => destinationId));
            while (model.underWay.length > 0) model.end(0);
          }

          expect(turns.slice(0, 2 * ids.length)).toEqual([...ids, ...ids]);
        },
      ),
    );
  });
});

describe('the lanes of several organizations', () => {
  const crowd = Array.from({ length: 500 }, (_, index) => ({ organizationId: 'noisy', destinationId: `n${index}` }));

  test('take turns between the organizations, however many destinations one of them has (E42)', () => {
    const lanes = createLanes(PER_DESTINATION);
    lanes.add(crowd);
    lanes.add([{ organizationId: 'quiet', destinationId: 'q' }]);

    expect(lanes.take(2).map(({ destinationId }) => destinationId)).toEqual(['n0', 'q']);
  });

  test('that were passed over keep their turn, and come next', () => {
    const lanes = createLanes(PER_DESTINATION);
    lanes.add(crowd.slice(0, 3));
    lanes.add([{ organizationId: 'quiet', destinationId: 'q' }]);

    const turns = Array.from({ length: 4 }, () => lanes.take(1)[0]?.destinationId);
    expect(turns).toEqual(['n0', 'q', 'n1', 'n2']);
  });
});

describe('a lane that is being leased from', () => {
  test('is not leased from again until that has been answered', () => {
    const lanes = createLanes(PER_DESTINATION);
    lanes.add([named('a')]);
    const taken = lanes.take(8);
    lanes.add([named('a'), named('b')]);

    expect(lanes.take(8)).toEqual([{ ...named('b'), slots: 2 }]);

    lanes.giveBack(taken, NOTHING);
    expect(lanes.take(8)).toEqual([{ ...named('a'), slots: 2 }]);
  });

  test('has no other turn when nothing was added and it gave less than it was asked for', () => {
    const lanes = createLanes(PER_DESTINATION);
    lanes.add([named('a')]);

    lanes.giveBack(lanes.take(8), { ...NOTHING, deliveries: [named('a')] });

    expect(lanes.take(8)).toEqual([]);
  });
});

describe('what a lease got', () => {
  test('is begun at destinations that have few before it is at those that have many', () => {
    const got = ['busy', 'quiet', 'busy', 'busier', 'busy', 'busier', 'pair', 'busier', 'pair'].map(named);

    const turns = turnsOf(got).map((turn) => turn.map(({ destinationId }) => destinationId));

    expect(turns).toEqual([
      ['quiet', 'pair', 'pair'],
      ['busy', 'busy', 'busier', 'busy', 'busier', 'busier'],
    ]);
  });

  test.each([
    ['nothing', [], []],
    ['few of each', ['a', 'b', 'a'], [['a', 'b', 'a']]],
    ['many of each', ['a', 'b', 'a', 'b', 'a', 'b'], [['a', 'b', 'a', 'b', 'a', 'b']]],
  ])('is begun in one turn when it is %s', (_what, got, turns) => {
    expect(turnsOf(got.map(named))).toEqual(turns.map((turn) => turn.map(named)));
  });
});

describe('a lane with much to send', () => {
  const loud = { organizationId: 'loud', destinationId: 'l' };
  const quiet = { organizationId: 'quiet', destinationId: 'q' };

  /** Lanes that have room for 32 attempts at the loud one. */
  function wideLanes(): Lanes {
    const lanes = createLanes(32);
    for (let successes = 0; successes < 32; successes += 1) {
      lanes.began(loud);
      lanes.ended(loud, true);
    }
    return lanes;
  }

  /** What is asked of each lane whose turn it is; they give less. */
  function askAll(lanes: Lanes, added: readonly DueDestination[]): number[] {
    lanes.add(added);
    const taken = lanes.take(4_096);
    lanes.giveBack(taken, NOTHING);
    return taken.map(({ slots }) => slots);
  }

  test('is asked for all that it has room for when its organization is the only one', () => {
    expect(askAll(wideLanes(), [loud])).toEqual([32]);
  });

  test('is asked for little at a time while another organization has something to send, or has just had (E42)', () => {
    const lanes = wideLanes();
    expect(askAll(lanes, [loud, quiet])).toEqual([8, 2]);

    const later = Array.from({ length: 40 }, () => askAll(lanes, [loud])).flat();
    expect(new Set(later.slice(0, 30))).toEqual(new Set([8]));
    expect(later.at(-1)).toBe(32);
  });

  test('is asked for little in the next leases as well, however many lanes its organization has in each', () => {
    const lanes = wideLanes();
    const many = Array.from({ length: 40 }, (_, index) => ({ ...loud, destinationId: `l${index}` }));
    askAll(lanes, [quiet]);

    for (let leases = 0; leases < 20; leases += 1) expect(askAll(lanes, [loud, ...many])[0]).toBeLessThanOrEqual(8);
  });
});

describe('the window of a destination', () => {
  const a = named('a');

  /** How many slots a single lane gets that has endlessly much to do. */
  function roomAt(lanes: Lanes): number {
    lanes.add([a]);
    const taken = lanes.take(100);
    lanes.giveBack(taken, NOTHING);
    return taken[0]?.slots ?? 0;
  }

  function attempt(lanes: Lanes, succeeded: boolean): void {
    lanes.began(a);
    lanes.ended(a, succeeded);
  }

  test('begins with two attempts, so that many destinations that hang take only two each (E41)', () => {
    expect(roomAt(createLanes(32))).toBe(2);
    expect(roomAt(createLanes(1))).toBe(1);
  });

  test('grows by one with each success, up to the limit', () => {
    const lanes = createLanes(4);
    const rooms = Array.from({ length: 5 }, () => {
      const room = roomAt(lanes);
      attempt(lanes, true);
      return room;
    });
    expect(rooms).toEqual([2, 3, 4, 4, 4]);
  });

  test('is halved by each failure, down to one', () => {
    const lanes = createLanes(8);
    for (let successes = 0; successes < 8; successes += 1) attempt(lanes, true);
    const rooms = Array.from({ length: 5 }, () => {
      const room = roomAt(lanes);
      attempt(lanes, false);
      return room;
    });
    expect(rooms).toEqual([8, 4, 2, 1, 1]);
  });

  test('is forgotten when ten thousand other destinations were attempted since', () => {
    const lanes = createLanes(8);
    for (let successes = 0; successes < 8; successes += 1) attempt(lanes, true);
    for (let index = 0; index < 10_000; index += 1)
      lanes.ended({ organizationId: 'o', destinationId: `${index}` }, true);

    expect(roomAt(lanes)).toBe(2);
  });
});

describe('a dispatcher that waits for the lanes', () => {
  test.each<[string, (lanes: Lanes) => void]>([
    ['a lane is added', (lanes) => lanes.add([named('a')])],
    ['an attempt ends', (lanes) => lanes.ended(named('a'), true)],
    ['it is woken', (lanes) => lanes.add([])],
  ])('goes on when %s', async (_what, happen) => {
    const lanes = createLanes(PER_DESTINATION);
    const changed = lanes.changed();

    happen(lanes);

    await expect(changed).resolves.toBeUndefined();
  });

  test('finds a lane that was full as soon as one of its attempts has ended', () => {
    const lanes = createLanes(1);
    lanes.began(named('a'));
    lanes.add([named('a')]);
    expect(lanes.take(8)).toEqual([]);

    lanes.ended(named('a'), false);

    expect(lanes.take(8)).toEqual([{ ...named('a'), slots: 1 }]);
  });

  test('takes no more than a hundred lanes at once, and the others next', () => {
    const lanes = createLanes(8);
    lanes.add(Array.from({ length: 130 }, (_, index) => named(`${index}`)));

    expect(lanes.take(1000)).toHaveLength(100);
    expect(lanes.take(1000)).toHaveLength(30);
  });
});
