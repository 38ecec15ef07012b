/** Deliveries that somebody calls off. */

import { describe, expect, test } from 'vitest';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp } from '../support/app.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { cancelDelivery, deliveriesOf, redeliver, theDeliveryOf } from './manual.ts';
import { kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

const IMPORT = { importId: 'off' } as const;

describe('a delivery that is cancelled', () => {
  test('while it waits for a retry is not attempted again, and the log says whose hand it was', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    await watching.until(seen('ATTEMPT_FAILED'));

    const id = await theDeliveryOf(app, IMPORT.importId);
    expect(await cancelDelivery(await givenKey(app, 'OPERATOR'), id)).toMatchObject({
      __typename: 'CancelDeliveryPayload',
      delivery: { status: 'CANCELLED', nextAttemptAt: null, finishedAt: expect.any(String) },
    });

    const entries = await watching.until(seen('CANCELLED'));
    expect(entries.at(-1)).toMatchObject({
      deliveryStatus: 'CANCELLED',
      nextAttemptAt: null,
      reason: 'Cancelled by hand, with the key "OPERATOR".',
    });
    await app.clock.advance(86_400_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([
    [200, 'ATTEMPT_SUCCEEDED'],
    [500, 'ATTEMPT_FAILED'],
    [410, 'ATTEMPT_FAILED'],
  ])(
    'while an attempt is under way stays cancelled when that ends with %i, which is recorded',
    async (status, kind) => {
      await using app = await createTestApp({ dispatcher: true });
      const answer = Promise.withResolvers<void>();
      await using receiver = await startReceiver([{ status, delay: answer.promise }]);
      await using watching = watchLog(app);
      await givenWebhook(app, { url: receiver.url });
      await reportCompleted(app, IMPORT);
      await receiver.waitFor(1);

      await cancelDelivery(app, await theDeliveryOf(app, IMPORT.importId));
      answer.resolve();

      const entries = await watching.until(seen(kind));
      expect(kindsOf(entries)).toEqual(['SCHEDULED', 'CANCELLED', kind]);
      expect(entries.at(-1)).toMatchObject({ deliveryStatus: 'CANCELLED', responseStatus: status });
      expect(await readDeliveries(app)).toMatchObject([
        { status: 'CANCELLED', attemptCount: 0, attempts: [{ responseStatus: status, leaseLost: true }] },
      ]);
      expect(await app.db.prisma.webhook.findFirst()).toMatchObject({ enabled: true });
    },
  );

  test('while an attempt is under way, and redelivered, is attempted beside that, which then changes nothing', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ status: 410, delay: answer.promise }, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    await receiver.waitFor(1);
    const id = await theDeliveryOf(app, IMPORT.importId);
    await cancelDelivery(app, id);

    expect(await redeliver(app, id)).toMatchObject({ __typename: 'RedeliverPayload' });
    await watching.until(seen('DELIVERED'));
    answer.resolve();

    const entries = await watching.until(seen('ATTEMPT_FAILED'));
    expect(kindsOf(entries)).toEqual([
      ...['SCHEDULED', 'CANCELLED', 'REDELIVERY_REQUESTED', 'ATTEMPT_SUCCEEDED', 'DELIVERED', 'ATTEMPT_FAILED'],
    ]);
    expect(entries.at(-1)).toMatchObject({ deliveryStatus: 'DELIVERED', responseStatus: 410 });
    const [delivery] = await readDeliveries(app);
    expect(delivery).toMatchObject({ status: 'DELIVERED', attemptCount: 1 });
    expect(delivery?.attempts.map(({ responseStatus, leaseLost }) => [responseStatus, leaseLost]).toSorted()).toEqual([
      [200, false],
      [410, true],
    ]);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await app.db.prisma.webhook.findFirst()).toMatchObject({ enabled: true });
  });

  test('while its webhook is disabled is not among those that go on when it is enabled (B23)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    await reportCompleted(app, { importId: 'other' });
    await manage(app, 'disableWebhook', { webhookId });
    await app.startDispatcher();

    expect(await cancelDelivery(app, await theDeliveryOf(app, IMPORT.importId))).toMatchObject({
      delivery: { status: 'CANCELLED' },
    });
    await manage(app, 'enableWebhook', { webhookId });

    await watching.until(seen('DELIVERED'));
    expect((await readDeliveries(app)).map(({ importId, status }) => [importId, status])).toEqual([
      ['off', 'CANCELLED'],
      ['other', 'DELIVERED'],
    ]);
    expect(receiver.requests).toHaveLength(1);
  });

  test('while a dispatcher is at work on it and others ends as the log says, whichever came first', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using watching = watchLog(app);
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    const importIds = Array.from({ length: 90 }, (_, index) => `import-${index}`);
    await reportMany(
      app,
      importIds.map((importId) => ({ importId })),
    );
    const deliveries = await app.db.prisma.delivery.findMany({ select: { id: true } });

    const answers = await Promise.all(deliveries.map(({ id }) => cancelDelivery(app, `dlv_${id.replaceAll('-', '')}`)));

    const isOver = (kind: string) => kind === 'DELIVERED' || kind === 'CANCELLED';
    const entries = await watching.until((all) => all.filter(({ kind }) => isOver(kind)).length === importIds.length);
    const ends = new Map(entries.flatMap(({ importId, kind }) => (isOver(kind) ? [[importId, kind]] : [])));
    const settled = await readDeliveries(app);
    expect(settled.map(({ status }) => status)).toEqual(settled.map(({ importId }) => ends.get(importId)));
    expect(answers.filter(({ code }) => code === 'DELIVERY_NOT_PENDING')).toHaveLength(
      settled.filter(({ status }) => status === 'DELIVERED').length,
    );
  });
});

describe('a cancellation is refused', () => {
  test('of a delivery that is finished, and says how it ended', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    await watching.until(seen('DELIVERED'));

    expect(await cancelDelivery(app, await theDeliveryOf(app, IMPORT.importId))).toMatchObject({
      code: 'DELIVERY_NOT_PENDING',
      message: expect.stringContaining('DELIVERED'),
    });
    expect(await deliveriesOf(app, IMPORT.importId)).toMatchObject([{ status: 'DELIVERED' }]);
  });

  test('of many at once to all but the first, and the log shows one', async () => {
    await using app = await createTestApp();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, IMPORT);
    const id = await theDeliveryOf(app, IMPORT.importId);

    const answers = await Promise.all(Array.from({ length: 10 }, () => cancelDelivery(app, id)));

    expect(answers.filter(({ code }) => code === 'DELIVERY_NOT_PENDING')).toHaveLength(9);
    await reportCompleted(app, { importId: 'last' });
    const entries = await watching.until((all) => all.some(({ importId }) => importId === 'last'));
    expect(kindsOf(entries)).toEqual(['SCHEDULED', 'CANCELLED', 'SCHEDULED']);
  });

  test('when there is no such delivery, or the id is that of something else', async () => {
    await using app = await createTestApp();

    expect(await cancelDelivery(app, 'dlv_00000000000070008000000000000000')).toMatchObject({
      code: 'DELIVERY_NOT_FOUND',
    });
    expect(await cancelDelivery(app, 'whk_00000000000070008000000000000000')).toMatchObject({ code: 'INVALID_INPUT' });
  });
});
