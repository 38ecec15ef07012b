/** Deliveries that somebody asks for again. */

import { describe, expect, test } from 'vitest';
import { leaseDueDeliveries, scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp } from '../support/app.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { headlessImport, report } from '../support/report.ts';
import { cancelDelivery, deliveriesOf, redeliver, theDeliveryOf } from './manual.ts';
import { kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

const IMPORT = { importId: 'again' } as const;

/** More than a delay of 60 s with all its jitter. */
const RETRY_MS = 73_000;

describe('a delivery that is redelivered', () => {
  test('after it was delivered arrives again under its webhook-id, numbered on, with its whole retry schedule', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([200, 500, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60] });
    await reportCompleted(app, IMPORT);
    await watching.until(seen('DELIVERED'));

    const answer = await redeliver(app, await theDeliveryOf(app, IMPORT.importId));
    expect(answer).toMatchObject({ __typename: 'RedeliverPayload', delivery: { importId: 'again' } });
    await watching.until(seen('ATTEMPT_FAILED'));
    expect(await deliveriesOf(app, IMPORT.importId)).toMatchObject([
      { status: 'PENDING', attemptCount: 2, finishedAt: null },
    ]);
    await app.clock.advance(RETRY_MS);

    const entries = await watching.until(seen('DELIVERED', 2));
    expect(kindsOf(entries)).toEqual([
      ...['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED', 'REDELIVERY_REQUESTED'],
      ...['ATTEMPT_FAILED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'],
    ]);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(receiver.requests.map(({ headers }) => headers['posthorn-attempt'])).toEqual(['1', '2', '3']);
  });

  test('after it was given up has as many attempts again as at first', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 500, 500, 500, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60] });
    await reportCompleted(app, IMPORT);
    await watching.until(seen('ATTEMPT_FAILED', 1));
    await app.clock.advance(RETRY_MS);
    await watching.until(seen('EXHAUSTED', 1));
    const id = await theDeliveryOf(app, IMPORT.importId);

    await redeliver(app, id);
    await watching.until(seen('ATTEMPT_FAILED', 3));
    await app.clock.advance(RETRY_MS);
    await watching.until(seen('EXHAUSTED', 2));
    await redeliver(app, id);
    await watching.until(seen('DELIVERED'));

    expect(await readDeliveries(app)).toMatchObject([{ status: 'DELIVERED', attemptCount: 5 }]);
    expect(receiver.requests.map(({ headers }) => headers['posthorn-attempt'])).toEqual(['1', '2', '3', '4', '5']);
  });

  test('after it was cancelled is delivered', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    const id = await theDeliveryOf(app, IMPORT.importId);
    await cancelDelivery(app, id);

    expect(await redeliver(app, id)).toMatchObject({ delivery: { status: 'PENDING', finishedAt: null } });
    await app.startDispatcher();

    expect(kindsOf(await watching.until(seen('DELIVERED')))).toEqual([
      ...['SCHEDULED', 'CANCELLED', 'REDELIVERY_REQUESTED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'],
    ]);
  });

  test('while it waits for a retry is attempted now instead of then, and never more often than scheduled (B20)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [3600, 3600] });
    await reportCompleted(app, IMPORT);
    await watching.until(seen('ATTEMPT_FAILED', 1));
    const id = await theDeliveryOf(app, IMPORT.importId);

    await redeliver(app, id);
    const [, , , second] = await watching.until(seen('ATTEMPT_FAILED', 2));
    expect(second).toMatchObject({ attemptNumber: 2 });
    // The retry that it took the place of would be due now.
    await app.clock.advance(Date.parse(second?.nextAttemptAt ?? '') - Date.parse(second?.at ?? '') - 60_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    await redeliver(app, id);
    await watching.until(seen('EXHAUSTED'));
    await app.clock.advance(86_400_000);

    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(3);
    expect(await readDeliveries(app)).toMatchObject([{ status: 'FAILED', attemptCount: 3 }]);
  });

  test('by many at once is attempted once, and shows all of them in the log, with whose hand it was (B22)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    const dispatcher = await app.startDispatcher();
    await watching.until(seen('DELIVERED'));
    await dispatcher.stop(AbortSignal.timeout(5_000));
    const id = await theDeliveryOf(app, IMPORT.importId);
    const operator = await givenKey(app, 'OPERATOR');

    const answers = await Promise.all(Array.from({ length: 10 }, () => redeliver(operator, id)));
    expect(answers.map(({ delivery }) => delivery?.status)).toEqual(answers.map(() => 'PENDING'));
    await app.startDispatcher();

    const entries = await watching.until(seen('DELIVERED', 2));
    const requested = entries.filter(({ kind }) => kind === 'REDELIVERY_REQUESTED');
    expect(requested).toHaveLength(10);
    expect(requested[9]).toMatchObject({
      deliveryStatus: 'PENDING',
      nextAttemptAt: expect.any(String),
      reason: 'Redelivery requested by hand, with the key "OPERATOR".',
    });
    expect(receiver.requests).toHaveLength(2);
  });

  test('while it waits for the attempt of the event before it goes on waiting (H62)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ delay: answer.promise }, 200]);
    await givenWebhook(app, { url: receiver.url });
    await report(app, 'headlessImportNeedsReview', IMPORT);
    await receiver.waitFor(1);
    await report(app, 'importCompleted', { ...IMPORT, headless: headlessImport.headless });
    const [, completed] = await deliveriesOf(app, IMPORT.importId);

    expect(await redeliver(app, completed?.id ?? '')).toMatchObject({
      delivery: { status: 'PENDING', nextAttemptAt: completed?.nextAttemptAt },
    });
    expect(await scanLanes(app, 0)).toEqual([]);
    answer.resolve();

    const [, second] = await receiver.waitFor(2);
    expect(second?.rawBody.toString()).toContain('import_completed');
  });

  test('while it is due already keeps its turn', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, IMPORT);
    const [before] = await deliveriesOf(app, IMPORT.importId);

    expect((await redeliver(app, before?.id ?? '')).delivery?.nextAttemptAt).toBe(before?.nextAttemptAt);
  });

  test('while its destination is held gets there when the hold ends, and not before', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([{ status: 429, headers: { 'retry-after': '3600' } }, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    await watching.until(seen('HELD'));

    await redeliver(app, await theDeliveryOf(app, IMPORT.importId));
    await app.clock.advance(3_500_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    await app.clock.advance(200_000);

    await watching.until(seen('DELIVERED'));
    expect(receiver.requests).toHaveLength(2);
  });

  test('to a basic webhook goes to the same URL with the same body', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await reportCompleted(app, { ...IMPORT, settings: { webhookUrl: `${receiver.url}/basic` } });
    await watching.until(seen('DELIVERED'));

    await redeliver(app, await theDeliveryOf(app, IMPORT.importId));

    const [first, second] = await receiver.waitFor(2);
    expect(second).toMatchObject({ url: '/basic', rawBody: first?.rawBody });
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  test('of needs review arrives again when the later event of its import did not concern the webhook (H62)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, events: ['HEADLESS_IMPORT_NEEDS_REVIEW'] });
    await report(app, 'headlessImportNeedsReview', IMPORT);
    await watching.until(seen('DELIVERED'));
    await report(app, 'importCompleted', { ...IMPORT, headless: headlessImport.headless });

    await redeliver(app, await theDeliveryOf(app, IMPORT.importId));

    expect((await receiver.waitFor(2)).map(({ headers }) => headers['posthorn-attempt'])).toEqual(['1', '2']);
  });

  test('whose dispatcher died is due at once, and no longer leased to it', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    const [lane] = await scanLanes(app, 0);
    await leaseDueDeliveries(app, [{ destinationId: lane?.destinationId ?? '', slots: 1 }]);
    await app.clock.advance(app.config.leaseMs);

    expect(await redeliver(app, await theDeliveryOf(app, IMPORT.importId))).toMatchObject({
      delivery: { status: 'PENDING' },
    });
    expect(await app.db.prisma.delivery.findFirst()).toMatchObject({ leaseToken: null });
    await app.startDispatcher();
    expect((await receiver.nextRequest()).headers['posthorn-attempt']).toBe('1');
  });
});
