/** The dispatcher: leases what is due, attempts it, settles what came of it. */

import { setImmediate } from 'node:timers/promises';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { createRoster } from '../lib/roster.ts';
import type { Service } from '../lib/service.ts';
import { attemptDelivery } from './attempt.ts';
import { createCapacity } from './capacity.ts';
import { type DueDestination, parseDueHints } from './due.ts';
import { createLanes, turnsOf } from './lanes.ts';
import { type Lane, type Lease, type LeasedDelivery, releaseLeases, scanLanes } from './lease.ts';
import { leaseObserved } from './observed-lease.ts';
import { USER_AGENT } from './request.ts';
import { createSender } from './send.ts';
import { createSettler } from './settler.ts';

/**
 * The life of a dispatcher. Loops of two kinds share the lanes, the destinations that have something due:
 *
 * - *look*: every second, or less often when it is costly, a scan finds the lanes that are due or will be before the
 *   next scan. Between scans, hints (from publish, redelivering, and enabling a webhook) and this dispatcher's own
 *   retries name lanes at once. Hints may be lost; the scan may not.
 * - *lease*: while there is room and due lanes, leases a few deliveries from each lane in turn and starts their
 *   attempts. A lane that gave all it was asked for goes to the end of the line, so nobody's backlog holds up others. It
 *   runs {@link LEASES_AT_ONCE} times, never twice on one lane: what is due next does not wait for the answer to another lease.
 *
 * Each attempt sends, settles and makes room. When the database is away all loops wait and try again.
 */
export function createDispatcher(app: App): Service {
  const { config, clock, log, signals } = app;
  const capacity = createCapacity(config.dispatchConcurrency, clock);
  const sender = createSender({
    rules: app.rules,
    resolver: app.resolver,
    clock,
    timeoutMs: config.attemptTimeoutMs,
    proxyUrl: config.egressProxyUrl,
    maxSockets: capacity.most,
    maxSocketsPerHost: Math.ceil(capacity.most / 2), // a host of a thousand webhooks, when it hangs, leaves the others half
    userAgent: USER_AGENT,
  });
  const settler = createSettler(app);
  const lanes = createLanes(config.destinationConcurrency);
  const stopping = new AbortController();
  const cutting = new AbortController();
  /** A delivery can be in it twice: when its lease ended while it was attempted, and it was leased again. */
  const underWay = createRoster<{ readonly delivery: LeasedDelivery; done: Promise<void> }>();
  let loops: Promise<unknown> = Promise.resolve();
  let stopHearing = () => {};
  let isWaitingForCapacity = false;
  /** Attempts that the leases under way may lead to. */
  let asked = 0;

  async function look(): Promise<void> {
    let lastCostMs = 0;
    while (!stopping.signal.aborted) {
      const before = clock.elapsed();
      const due = await patiently('lanes.scan_failed', () => scanLanes(app, LOOK_INTERVAL_MS));
      if (!due) continue;
      const costMs = clock.elapsed() - before;
      const costly = LOOK_COST_FACTOR * Math.min(costMs, lastCostMs);
      lastCostMs = costMs;
      const intervalMs = Math.min(Math.max(LOOK_INTERVAL_MS, costly), LONGEST_LOOK_INTERVAL_MS);
      let waitedMs = 0;
      for (const lane of due) {
        if (lane.dueInMs > waitedMs) await clock.sleep(lane.dueInMs - waitedMs, stopping.signal);
        waitedMs = Math.max(waitedMs, lane.dueInMs);
        lanes.add([lane]);
      }
      await clock.sleep(intervalMs - waitedMs, stopping.signal);
    }
  }

  async function lease(): Promise<void> {
    while (!stopping.signal.aborted) {
      const free = capacity.free() - asked;
      const taken = lanes.take(asked > 0 ? free : Math.ceil(free / LEASES_AT_ONCE)); // and leave something for the next
      if (taken.length === 0) {
        if (free <= 0) waitForCapacity();
        await lanes.changed();
        await setImmediate(); // what is settled together makes room together: one lease for all of it
        continue;
      }
      const slots = taken.reduce((sum, lane) => sum + lane.slots, 0);
      asked += slots;
      const leased = await patiently('lease.failed', () => leaseObserved(app, taken));
      if (leased) await beginAll(turnsOf(leased.deliveries));
      asked -= slots;
      lanes.giveBack(taken, leased ?? NOTHING);
      if (leased) lookLater(leased);
    }
  }

  async function beginAll(turns: readonly LeasedDelivery[][]): Promise<void> {
    for (const [index, turn] of turns.entries()) {
      if (index > 0) await setImmediate();
      if (stopping.signal.aborted) return await giveBackLeases(turns.slice(index).flat());
      for (const delivery of turn) begin(delivery);
    }
  }

  function lookLater({ deliveries, busy }: Lease<Lane>): void {
    if (busy.length > 0) addLater(busy, BUSY_PAUSE_MS);
    const limited = new Map(deliveries.map((delivery) => [delivery.destinationId, delivery]));
    for (const delivery of limited.values()) {
      if (delivery.nextSlotInMs !== null) addLater([delivery], delivery.nextSlotInMs);
    }
  }

  function addLater(destinations: readonly DueDestination[], inMs: number): void {
    void clock.sleep(inMs, stopping.signal).then(() => lanes.add(destinations));
  }

  /** There is room not only when attempts end, but also when they have waited long enough. */
  function waitForCapacity(): void {
    if (isWaitingForCapacity) return;
    isWaitingForCapacity = true;
    void clock.sleep(CAPACITY_PAUSE_MS, stopping.signal).then(() => {
      isWaitingForCapacity = false;
      lanes.add([]);
    });
  }

  function begin(delivery: LeasedDelivery): void {
    lanes.began(delivery);
    const ended = capacity.take();
    const begun = { delivery, done: Promise.resolve() };
    const leave = underWay.add(begun);
    begun.done = attemptDelivery({ ...app, sender, settler }, delivery, cutting.signal).then((settlement) => {
      leave();
      ended();
      const succeeded = settlement?.status === 'DELIVERED';
      lanes.ended(delivery, succeeded);
      const retryInMs = settlement?.retry_in_ms ?? null;
      if (retryInMs !== null && retryInMs < LOOK_INTERVAL_MS) addLater([delivery], retryInMs);
    });
  }

  async function giveBackLeases(leased: readonly LeasedDelivery[]): Promise<void> {
    if (leased.length === 0) return;
    await releaseLeases(app, leased).catch((error: unknown) =>
      log.warn({ error: describeDatabaseError(error) }, 'leases.release_failed'),
    );
  }

  /** What `work` answers; `undefined` after a wait when it failed, because the database is away or has a bad day. */
  async function patiently<Result>(failure: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, failure);
      await clock.sleep(FAILURE_PAUSE_MS, stopping.signal);
      return undefined;
    }
  }

  return {
    start() {
      stopHearing = signals.on('destination.due', (hints) => hints && lanes.add(parseDueHints(hints)));
      loops = Promise.all([look(), ...Array.from({ length: LEASES_AT_ONCE }, lease)]);
      return Promise.resolve();
    },
    async stop(deadline) {
      stopHearing();
      stopping.abort();
      lanes.add([]); // wakes the loops that wait for them
      const cut = new Promise((resolve) => {
        deadline.addEventListener('abort', resolve, { once: true });
        if (deadline.aborted) resolve(undefined);
      });
      await Promise.race([loops, cut]);
      const settled = Promise.all(underWay.all().map(({ done }) => done));
      await Promise.race([settled, cut]);
      const left = underWay.all().map(({ delivery }) => delivery);
      cutting.abort();
      settler.abandon();
      await settled;
      await loops;
      sender.close();
      if (left.length > 0) log.warn({ deliveries: left.length }, 'dispatcher.attempts_cut');
      await giveBackLeases(left);
    },
  };
}

/** Of a lease that failed. The next scan finds its lanes again. */
const NOTHING: Lease<Lane> = { deliveries: [], full: new Set(), busy: [] };

/** The second takes what becomes due while the first is under way; a third would only make leases smaller. */
const LEASES_AT_ONCE = 2;

/** How often lanes are looked for, in milliseconds. */
const LOOK_INTERVAL_MS = 1_000;

/**
 * Two scans of lanes in a row may take a twentieth of the time. A single slow one does not count: it may have waited for a
 * database that was away, and what is due since then must not wait as well.
 */
const LOOK_COST_FACTOR = 20;

/** But slow scans, such as those of a database that is overloaded, must not put off retries for minutes. */
const LONGEST_LOOK_INTERVAL_MS = 30_000;

/** When to try again at lanes that another dispatcher was leasing from, in milliseconds: about as long as a lease takes. */
const BUSY_PAUSE_MS = 5;

/** How often to look, while there is no room, which attempts do nothing but wait, in milliseconds. */
const CAPACITY_PAUSE_MS = 250;

/** How long to wait after the database failed, in milliseconds. */
const FAILURE_PAUSE_MS = 500;
