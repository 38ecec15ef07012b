/** Settling: what becomes of outcomes when leases are stolen or the database is away. */

import { describe, expect, inject, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { type LeasedDelivery, leaseDueDeliveries, scanLanes } from '../../src/delivery/lease.ts';
import type { AttemptOutcome } from '../../src/delivery/outcome.ts';
import { decideSettlement, type Settlement } from '../../src/delivery/settlement.ts';
import { createSettler } from '../../src/delivery/settler.ts';
import { uuidV7 } from '../../src/lib/id.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { startBehindProxy } from './behind-proxy.ts';
import { kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

async function leaseTheOne(app: TestApp): Promise<LeasedDelivery> {
  const due = await scanLanes(app, 0);
  const { deliveries } = await leaseDueDeliveries(
    app,
    due.map(({ destinationId }) => ({ destinationId, slots: 1 })),
  );
  const [delivery] = deliveries;
  if (!delivery) throw new Error('nothing is due');
  return delivery;
}

/** What a receiver's answer means for a delivery. */
function answered(app: App, delivery: LeasedDelivery, status: number): Settlement {
  const startedAt = app.clock.now();
  const nothingKept = { timings: null, requestHeaders: null, handshake: null };
  const facts = { startedAt, durationMs: 1, remoteAddress: '127.0.0.1', ...nothingKept };
  const response = { status, headers: {}, body: '', bodyTruncated: false, end: 'COMPLETE', warnings: [] } as const;
  const failure = {
    errorCode: 'HTTP_STATUS',
    errorMessage: 'No.',
    final: false,
    ours: false,
    retryAfterMs: null,
  } as const;
  const outcome: AttemptOutcome =
    status < 300 ? { kind: 'succeeded', ...facts, response } : { kind: 'failed', ...facts, response, ...failure };
  return decideSettlement(delivery, outcome, {
    retryScheduleSeconds: [60],
    random: () => 0,
    attemptId: uuidV7(app.clock.now()),
  });
}

describe('a destination that answers some at once and fails the others slowly', () => {
  test('is held: failures that began before the last success count for the breaker (E44)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    for (let index = 0; index < 14; index += 1) await reportCompleted(app, { importId: `import-${index}` });
    const [lane] = await scanLanes(app, 0);
    const { deliveries } = await leaseDueDeliveries(app, [{ destinationId: lane?.destinationId ?? '', slots: 14 }]);
    const settler = createSettler(app);
    const settle = async (index: number, status: number) => {
      const delivery = deliveries[index];
      if (delivery) await settler.settle(answered(app, delivery, status));
    };

    await settle(0, 500);
    await settle(1, 200);
    for (let index = 2; index < 13; index += 1) await settle(index, 500);

    expect(await app.db.prisma.destination.findFirst()).toMatchObject({
      holdReason: 'BREAKER',
      recoveryConcurrency: 1,
      failingSince: null,
    });
  });
});

describe('a failure', () => {
  test('is as old as its attempt, however late it is settled, and one after the success is news (B25)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    for (const importId of ['first', 'success', 'old']) await reportCompleted(app, { importId });
    const settler = createSettler(app);
    const [first, success, old] = [await leaseTheOne(app), await leaseTheOne(app), await leaseTheOne(app)];
    const failingSince = async () => (await app.db.prisma.destination.findFirst())?.failingSince;

    await settler.settle(answered(app, first, 500));
    expect(await failingSince()).toBeInstanceOf(Date);
    await settler.settle(answered(app, success, 200));
    await settler.settle(answered(app, old, 500));
    expect(await failingSince(), 'an attempt that began before the success').toBeNull();

    await reportCompleted(app, { importId: 'new' });
    await settler.settle(answered(app, await leaseTheOne(app), 500));
    expect(await failingSince(), 'an attempt that began after it').toBeInstanceOf(Date);
  });
});

describe('the outcome of a delivery that retention has removed', () => {
  test('is dropped, and those in its batch are written down', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, { importId: 'removed' });
    const removed = await leaseTheOne(app);
    await app.db.query('delete from delivery');
    await reportCompleted(app, { importId: 'kept' });
    const kept = await leaseTheOne(app);
    const settler = createSettler(app);

    await Promise.all([removed, kept].map((delivery) => settler.settle(answered(app, delivery, 200))));

    expect(await readDeliveries(app)).toMatchObject([{ importId: 'kept', status: 'DELIVERED', attempts: [{}] }]);
    expect(await app.db.prisma.attempt.count()).toBe(1);
  });
});

describe('a stolen lease', () => {
  test.each([
    { lost: 500, held: 200, status: 'DELIVERED', entries: ['ATTEMPT_SUCCEEDED', 'DELIVERED'] },
    { lost: 200, held: 500, status: 'PENDING', entries: ['ATTEMPT_FAILED'] },
  ])(
    'records its $lost beside the $held that counts, and changes nothing else (A5)',
    async ({ lost, held, status, entries }) => {
      await using app = await createTestApp();
      await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
      await reportCompleted(app);
      const loser = await leaseTheOne(app);
      await app.clock.advance(app.config.leaseMs);
      const holder = await leaseTheOne(app);
      const settler = createSettler(app);
      await using watching = watchLog(app);

      // Two outcomes of one delivery, in one batch.
      await Promise.all([settler.settle(answered(app, loser, lost)), settler.settle(answered(app, holder, held))]);

      const [delivery] = await readDeliveries(app);
      expect(delivery).toMatchObject({ status, attemptCount: 1 });
      expect(delivery?.attempts.toSorted((a, b) => Number(b.leaseLost) - Number(a.leaseLost))).toMatchObject([
        { leaseLost: true, responseStatus: lost },
        { leaseLost: false, responseStatus: held },
      ]);
      const log = await watching.until((all) => all.length >= 2 + entries.length);
      expect(log.filter(({ reason }) => reason?.includes('leased again or called off'))).toMatchObject([
        { kind: lost < 300 ? 'ATTEMPT_SUCCEEDED' : 'ATTEMPT_FAILED', responseStatus: lost, nextAttemptAt: null },
      ]);
      expect(kindsOf(log.filter(({ reason }) => !reason?.includes('leased again or called off')))).toEqual([
        'SCHEDULED',
        ...entries,
      ]);
    },
  );

  test('cannot hold the destination or disable the webhook any more', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);
    const loser = await leaseTheOne(app);
    await app.clock.advance(app.config.leaseMs);
    const holder = await leaseTheOne(app);
    const settler = createSettler(app);

    await settler.settle({
      ...answered(app, loser, 500),
      hold_ms: 60_000,
      disable_reason: 'The receiver answered 410 Gone.',
    });

    expect(await app.db.prisma.destination.findMany()).toMatchObject([{ holdUntil: null, holdReason: null }]);
    expect(await app.db.prisma.webhook.findMany()).toMatchObject([{ enabled: true }]);
    await settler.settle(answered(app, holder, 200));
    expect(await readDeliveries(app)).toMatchObject([{ status: 'DELIVERED' }]);
  });

  test('of an attempt still under way is settled by its own dispatcher, which waits for it when it stops', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 2 } });
    const late = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ status: 200, delay: late.promise }, 500]);
    await givenWebhook(app, { url: receiver.url });
    const dispatcher = await app.startDispatcher();
    await using watching = watchLog(app);
    await reportCompleted(app);
    await receiver.waitFor(1);
    await app.clock.advance(app.config.leaseMs);
    await watching.until(seen('ATTEMPT_FAILED'));

    const stopped = dispatcher.stop(AbortSignal.timeout(5_000));
    late.resolve();
    await stopped;

    const [delivery] = await readDeliveries(app);
    expect(delivery).toMatchObject({ status: 'PENDING', attemptCount: 1 });
    expect(delivery?.attempts.map(({ outcome, leaseLost }) => ({ outcome, leaseLost }))).toEqual(
      expect.arrayContaining([
        { outcome: 'FAILED', leaseLost: false },
        { outcome: 'SUCCEEDED', leaseLost: true },
      ]),
    );
  });
});

describe.runIf(inject('database') === 'postgresql')('an outcome, while the database is away,', () => {
  test('waits, and is recorded once it is back; the receiver got it once (A7)', async () => {
    await using app = await createTestApp();
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ delay: answer.promise }]);
    await givenWebhook(app, { url: receiver.url });
    await using watching = watchLog(app);
    await using behind = await startBehindProxy(app);
    await reportCompleted(app);
    await receiver.waitFor(1);

    behind.proxy.cut();
    answer.resolve();
    await behind.book.until('settlement.postponed', 2);
    expect(await readDeliveries(app)).toMatchObject([{ status: 'PENDING', attempts: [] }]);
    behind.proxy.restore();

    await watching.until(seen('DELIVERED'));
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'DELIVERED', attempts: [{ number: 1, leaseLost: false }] },
    ]);
    expect(receiver.requests).toHaveLength(1);
  });

  test('does not keep its dispatcher from delivering what was reported meanwhile (A7)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    await using behind = await startBehindProxy(app);
    await reportCompleted(app, { importId: 'before' });
    await receiver.waitFor(1);

    behind.proxy.cut();
    await behind.book.until('lanes.scan_failed', 2);
    await reportCompleted(app, { importId: 'meanwhile' });
    const { connections } = behind.proxy;
    behind.proxy.restore();

    await receiver.waitFor(2);
    expect(connections, 'no tight loop').toBeLessThan(200);
  });

  test('ends in one record when the server ends all connections in the middle of a load (A7)', async () => {
    // What was leased in an answer that is cut off is due again when the lease ends, soon enough to wait for it.
    await using app = await createTestApp({ config: { leaseMs: 3_000 } });
    await using watching = watchLog(app);
    const half = Promise.withResolvers<void>();
    await using receiver = await startReceiver((_request, response, index) => {
      if (index === 20) half.resolve();
      response.end();
    });
    await givenWebhook(app, { url: receiver.url });
    await using behind = await startBehindProxy(app);
    const reports = Array.from({ length: 60 }, (_, index) => reportCompleted(app, { importId: `import-${index}` }));

    await half.promise;
    behind.proxy.cut();
    await Promise.all(reports);
    behind.proxy.restore();

    await watching.until(seen('DELIVERED', 60));
    const deliveries = await readDeliveries(app);
    expect(deliveries.every(({ status }) => status === 'DELIVERED')).toBe(true);
    expect(deliveries.flatMap(({ attempts }) => attempts.filter(({ leaseLost }) => !leaseLost))).toHaveLength(60);
  });
});
