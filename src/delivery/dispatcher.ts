/** The dispatcher: leases what is due, attempts it, settles what came of it. */

import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { describeError } from '../lib/describe-error.ts';
import { uuidV7 } from '../lib/id.ts';
import type { Service } from '../lib/service.ts';
import { createLanes } from './lanes.ts';
import { type LeasedDelivery, leaseDueDeliveries, releaseLeases, scanLanes } from './lease.ts';
import { createRequest, USER_AGENT } from './request.ts';
import { createSender } from './send.ts';
import { decideCancellation, decideSettlement } from './settlement.ts';
import { createSettler } from './settler.ts';

/**
 * The life of a dispatcher. Two loops share the lanes, the destinations that have something due:
 *
 * - *look*: every second, or less often when it is costly, a scan finds the lanes that are due or will be before the
 *   next scan. Between scans, hints from publish and from settlements name lanes at once. Hints may be lost; the scan
 *   may not.
 * - *lease*: while there are free slots and due lanes, leases a few deliveries from each lane in turn and starts their
 *   attempts. A lane that gave all it was asked for goes to the end of the line, so nobody's backlog holds up others.
 *
 * Each attempt sends, settles and frees its slot. When the database is away both loops wait and try again.
 */
export function createDispatcher(app: App): Service {
  const { config, clock, log, signals } = app;
  const sender = createSender({
    rules: app.rules,
    resolver: app.resolver,
    clock,
    timeoutMs: config.attemptTimeoutMs,
    maxSocketsPerHost: config.dispatchConcurrency,
    userAgent: USER_AGENT,
  });
  const settler = createSettler(app);
  const lanes = createLanes();
  const stopping = new AbortController();
  const cutting = new AbortController();
  /** A delivery can be in it twice: when its lease ended while it was attempted, and it was leased again. */
  const underWay = new Set<{ readonly delivery: LeasedDelivery; done: Promise<void> }>();
  let loops: Promise<unknown> = Promise.resolve();
  let stopHearing = () => {};

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      const before = clock.elapsed();
      const due = await patiently('lanes.scan_failed', () => scanLanes(app, LOOK_INTERVAL_MS));
      if (!due) continue;
      const costly = LOOK_COST_FACTOR * (clock.elapsed() - before);
      const intervalMs = Math.min(Math.max(LOOK_INTERVAL_MS, costly), LONGEST_LOOK_INTERVAL_MS);
      let waitedMs = 0;
      for (const { destinationId, dueInMs } of due) {
        if (dueInMs > waitedMs) await clock.sleep(dueInMs - waitedMs, stopping.signal);
        waitedMs = Math.max(waitedMs, dueInMs);
        lanes.add([destinationId]);
      }
      await clock.sleep(intervalMs - waitedMs, stopping.signal);
    }
  }

  async function lease(): Promise<void> {
    while (!stopping.signal.aborted) {
      const free = config.dispatchConcurrency - underWay.size;
      const taken = lanes.take(free, config.destinationConcurrency);
      if (taken.length === 0) {
        await lanes.changed(stopping.signal);
        continue;
      }
      const leased = await patiently('lease.failed', () => leaseDueDeliveries(app, taken));
      if (!leased) {
        lanes.add(taken.map(({ destinationId }) => destinationId));
        continue;
      }
      if (stopping.signal.aborted) {
        await giveBackLeases(leased.deliveries);
        return;
      }
      for (const delivery of leased.deliveries) begin(delivery);
      lanes.giveBack(taken, leased.deliveries);
      if (leased.busy.length > 0) void clock.sleep(BUSY_PAUSE_MS, stopping.signal).then(() => lanes.add(leased.busy));
    }
  }

  function begin(delivery: LeasedDelivery): void {
    lanes.began(delivery.destinationId);
    const begun = { delivery, done: Promise.resolve() };
    underWay.add(begun);
    begun.done = attempt(delivery).finally(() => {
      underWay.delete(begun);
      lanes.ended(delivery.destinationId);
    });
  }

  /** Never rejects. */
  async function attempt(delivery: LeasedDelivery): Promise<void> {
    if (delivery.webhookDeleted) {
      await settler.settle(decideCancellation(delivery));
      return;
    }
    try {
      const outcome = await sender.send({ ...createRequest(app, delivery), signal: cutting.signal });
      if (outcome.kind === 'failed' && outcome.errorCode === 'ABORTED') return; // our own doing; the lease is given back
      const settlement = decideSettlement(delivery, outcome, {
        retryScheduleSeconds: config.retryScheduleSeconds,
        random: Math.random,
        attemptId: uuidV7(clock.now()),
      });
      log.info(
        {
          deliveryId: encodeGlobalId('Delivery', delivery.id),
          attempt: delivery.attemptCount + 1,
          outcome: outcome.kind,
          responseStatus: outcome.response?.status,
          errorCode: outcome.kind === 'failed' ? outcome.errorCode : undefined,
          durationMs: Math.round(outcome.durationMs),
          status: settlement.status,
          retryInMs: settlement.retry_in_ms ?? undefined,
        },
        'delivery.attempted',
      );
      await settler.settle(settlement);
      if (settlement.retry_in_ms !== null && settlement.retry_in_ms < LOOK_INTERVAL_MS) {
        void clock.sleep(settlement.retry_in_ms, stopping.signal).then(() => lanes.add([delivery.destinationId]));
      }
    } catch (error) {
      // A bug or a wrong key, never the receiver's doing: the delivery stays pending, and is due when the lease ends.
      log.error({ deliveryId: encodeGlobalId('Delivery', delivery.id), error: describeError(error) }, 'attempt.failed');
    }
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
      stopHearing = signals.on('destination.due', (ids) => ids && lanes.add(ids));
      loops = Promise.all([look(), lease()]);
      return Promise.resolve();
    },
    async stop(deadline) {
      stopHearing();
      stopping.abort();
      const cut = new Promise((resolve) => {
        deadline.addEventListener('abort', resolve, { once: true });
        if (deadline.aborted) resolve(undefined);
      });
      await Promise.race([loops, cut]);
      const settled = Promise.all([...underWay].map(({ done }) => done));
      await Promise.race([settled, cut]);
      const left = [...underWay].map(({ delivery }) => delivery);
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

/** How often lanes are looked for, in milliseconds. */
const LOOK_INTERVAL_MS = 1_000;

/** The scan of lanes may take a twentieth of the time. */
const LOOK_COST_FACTOR = 20;

/** But one slow scan, such as one that waited for a database that was away, must not put off retries for minutes. */
const LONGEST_LOOK_INTERVAL_MS = 30_000;

/** When to try again at lanes that another dispatcher was leasing from, in milliseconds: about as long as a lease takes. */
const BUSY_PAUSE_MS = 5;

/** How long to wait after the database failed, in milliseconds. */
const FAILURE_PAUSE_MS = 500;
