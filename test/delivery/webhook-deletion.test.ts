/** Webhooks that are deleted while deliveries wait or are under way, or while others change them. */

import { describe, expect, inject, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { leaseDueDeliveries, scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { begin, importIds, reportAll, untilBlocked } from './log-entries.ts';
import { deleteWebhook } from './manual.ts';
import { createLogBook, kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

describe('a deleted webhook', () => {
  test('has what waited for it cancelled, and shown so in the log (B26)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'first' });
    await reportCompleted(app, { importId: 'second' });

    expect(await deleteWebhook(app, webhookId)).toMatchObject({ cancelledDeliveries: 2 });

    const entries = await watching.until(seen('CANCELLED', 2));
    expect(entries.slice(-2)).toMatchObject([
      { kind: 'CANCELLED', deliveryStatus: 'CANCELLED', nextAttemptAt: null, reason: 'The webhook was deleted.' },
      { kind: 'CANCELLED', deliveryStatus: 'CANCELLED', nextAttemptAt: null, reason: 'The webhook was deleted.' },
    ]);
    expect((await readDeliveries(app)).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
    await app.clock.advance(30 * 86_400_000);
    expect(await scanLanes(app, 0)).toEqual([]);
  });

  test.each([
    [200, 'ATTEMPT_SUCCEEDED'],
    [500, 'ATTEMPT_FAILED'],
    [410, 'ATTEMPT_FAILED'],
  ])(
    'keeps the record of an attempt under way that then ends with %i, and stays deleted (B26)',
    async (status, kind) => {
      await using app = await createTestApp({ dispatcher: true });
      const answer = Promise.withResolvers<void>();
      await using receiver = await startReceiver([{ status, delay: answer.promise }]);
      await using watching = watchLog(app);
      const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
      await reportCompleted(app);
      await receiver.waitFor(1);

      await deleteWebhook(app, webhookId);
      answer.resolve();

      const entries = await watching.until(seen(kind));
      expect(kindsOf(entries)).toEqual(['SCHEDULED', 'CANCELLED', kind]);
      expect(entries.at(-1)).toMatchObject({ deliveryStatus: 'CANCELLED', responseStatus: status });
      expect(await readDeliveries(app)).toMatchObject([
        { status: 'CANCELLED', attempts: [{ responseStatus: status, leaseLost: true }] },
      ]);
      expect(await app.db.prisma.destination.findFirst()).toMatchObject({ holdUntil: null });
    },
  );

  test('has a delivery that was scheduled at the same moment cancelled when its turn comes (B26)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    const [lane] = await scanLanes(app, 0);
    await manage(app, 'disableWebhook', { webhookId });
    await deleteWebhook(app, webhookId);
    // What an import leaves that was committed just after the deletion.
    await app.db.query(`update delivery set status = 'PENDING', finished_at = null`);
    expect(await scanLanes(app, 0)).toMatchObject([{ destinationId: lane?.destinationId }]);

    await app.startDispatcher();

    await watching.until(seen('CANCELLED', 2));
    expect(await readDeliveries(app)).toMatchObject([{ status: 'CANCELLED', attemptCount: 0, attempts: [] }]);
    expect(receiver.connections).toBe(0);
    expect(await leaseDueDeliveries(app, [{ destinationId: lane?.destinationId ?? '', slots: 1 }])).toMatchObject({
      deliveries: [],
    });
  });
});

describe('a webhook that is deleted', () => {
  test('with a thousand deliveries, some of them under way, ends them all and disturbs no other (B26)', async () => {
    await using app = await createTestApp();
    const book = createLogBook();
    const dispatcher = createDispatcher({ ...app, log: book.log });
    const answer = Promise.withResolvers<void>();
    // Answers the first hundred at once, so that as many as ever are under way when it stops answering.
    await using slow = await startReceiver(async (_request, response, index) => {
      if (index >= 100) await answer.promise;
      response.end();
    });
    await using other = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: slow.url });
    await givenWebhook(app, { url: other.url, importIdentifiers: ['other'] });
    for (const half of ['one', 'two']) {
      await reportMany(
        app,
        Array.from({ length: 500 }, (_, index) => ({ importId: `${half}-${index}` })),
      );
    }
    await dispatcher.start();
    const underWay = app.config.destinationConcurrency;
    await slow.waitFor(100 + underWay);

    expect(await deleteWebhook(app, webhookId)).toMatchObject({ cancelledDeliveries: 900 });
    answer.resolve();
    await reportCompleted(app, { importId: 'afterwards', importIdentifier: 'other' });

    const entries = await watching.until(
      (all) =>
        seen('ATTEMPT_SUCCEEDED', 101 + underWay)(all) && seen('CANCELLED', 900)(all) && seen('DELIVERED', 101)(all),
    );
    await dispatcher.stop(AbortSignal.timeout(5_000));
    expect(entries.filter(({ kind }) => kind === 'CANCELLED')).toHaveLength(900);
    expect(await app.db.prisma.delivery.groupBy({ by: ['status'], _count: true, orderBy: { status: 'asc' } })).toEqual([
      { status: 'DELIVERED', _count: 101 },
      { status: 'CANCELLED', _count: 900 },
    ]);
    expect(await app.db.prisma.attempt.count({ where: { leaseLost: true } })).toBe(underWay);
    expect(slow.requests).toHaveLength(100 + underWay);
    expect(book.lines.filter(({ msg }) => msg !== 'delivery.attempted')).toEqual([]);
  });

  test('while imports are reported and delivered leaves none of them pending (B26)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    const imports = (round: number) =>
      Array.from({ length: 20 }, (_, index) => ({ importId: `round-${round}-${index}` }));

    const reports = Array.from({ length: 12 }, (_, round) => reportMany(app, imports(round)));
    await reports[2];
    expect(await deleteWebhook(app, webhookId)).not.toHaveProperty('code');

    const scheduled = (await Promise.all(reports)).flat().reduce((sum, { deliveries = 0 }) => sum + deliveries, 0);
    const isOver = (kind: string) => kind === 'DELIVERED' || kind === 'CANCELLED';
    await watching.until((all) => all.filter(({ kind }) => isOver(kind)).length === scheduled);
    expect(await app.db.prisma.delivery.count({ where: { status: 'PENDING' } })).toBe(0);
    expect(await app.db.prisma.delivery.count()).toBe(scheduled);
  });

  test('while its secret is rotated leaves no secret behind, whichever came first (C29)', async () => {
    await using app = await createTestApp();
    for (let round = 0; round < 10; round += 1) {
      const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
      await Promise.all([
        manage(app, 'rotateWebhookSecret', { webhookId, overlapSeconds: 3600 }),
        deleteWebhook(app, webhookId),
        manage(app, 'rotateWebhookSecret', { webhookId, overlapSeconds: 3600 }),
      ]);
    }

    expect(await app.db.prisma.webhook.count({ where: { deletedAt: { not: null } } })).toBe(10);
    expect(await app.db.prisma.webhookSecret.count()).toBe(0);
  });

  test('while it is changed, disabled and enabled stays deleted, with nothing of that left', async () => {
    await using app = await createTestApp();
    const url = 'http://127.0.0.1:9/';
    for (let round = 0; round < 5; round += 1) {
      const { id: webhookId } = await givenWebhook(app, { url });
      await Promise.all([
        manage(app, 'updateWebhook', { webhookId, url: `${url}new`, importIdentifiers: ['new'] }),
        manage(app, 'disableWebhook', { webhookId }),
        deleteWebhook(app, webhookId),
        manage(app, 'enableWebhook', { webhookId }),
        manage(app, 'updateWebhook', { webhookId, url: `${url}newer`, importIdentifiers: ['newer'] }),
      ]);
    }

    expect(await app.db.prisma.webhook.count({ where: { url: '', enabled: false, disabledReason: 'Deleted.' } })).toBe(
      5,
    );
    expect(await app.db.prisma.webhookImportIdentifier.count()).toBe(0);
  });

  test('twice at once is deleted once, and the second finds nothing', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);

    const answers = await Promise.all([deleteWebhook(app, webhookId), deleteWebhook(app, webhookId)]);

    expect(answers.map(({ cancelledDeliveries, code }) => cancelledDeliveries ?? code).toSorted()).toEqual([
      1,
      'WEBHOOK_NOT_FOUND',
    ]);
  });
});

/** With the row of the webhook locked by a third, so that whoever comes waits, and the order is the test's. */
describe.runIf(inject('database') === 'postgresql')('at the same moment as a webhook is deleted,', () => {
  test.each(['deletion', 'settlement'])(
    'a 410 that disables it is settled without a deadlock when the %s comes first (B26)',
    async (first) => {
      await using app = await createTestApp();
      const book = createLogBook();
      const dispatcher = createDispatcher({ ...app, log: book.log });
      const answer = Promise.withResolvers<void>();
      await using receiver = await startReceiver([{ status: 410, delay: answer.promise }]);
      await using watching = watchLog(app);
      const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
      await dispatcher.start();
      await reportCompleted(app);
      await receiver.waitFor(1);

      const third = await lockWebhooks(app);
      if (first === 'settlement') answer.resolve();
      if (first === 'settlement') await untilBlocked(app.db, 1);
      const deletion = deleteWebhook(app, webhookId);
      if (first === 'deletion') await untilBlocked(app.db, 1);
      answer.resolve();
      await untilBlocked(app.db, 2);
      await third.commit();

      const { cancelledDeliveries } = await deletion;
      if (first === 'settlement') expect(cancelledDeliveries).toBe(0);
      await watching.until(seen('ATTEMPT_FAILED'));
      await dispatcher.stop(AbortSignal.timeout(5_000));
      expect(book.lines.map(({ msg }) => msg)).toEqual(['delivery.attempted']);
      expect(await readDeliveries(app)).toMatchObject([{ status: cancelledDeliveries === 1 ? 'CANCELLED' : 'FAILED' }]);
      expect(await app.db.prisma.webhook.findFirst()).toMatchObject({ enabled: false, disabledReason: 'Deleted.' });
    },
  );

  test('its connection breaks half way: what it has not cancelled is cancelled in its turn, without an attempt (B26)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    for (const third of ['one', 'two', 'three']) await reportAll(app, importIds(third, 500));
    const holding = await begin(app.db);
    // A batch is a thousand, in the order in which they are due.
    await holding.sql.query('select id from delivery order by next_attempt_at desc limit 1 for update');

    const deletion = expect(deleteWebhook(app, webhookId)).rejects.toThrow('the operation failed');
    await untilBlocked(app.db, 1);
    await app.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    await deletion;
    await holding.commit();

    const statuses = () => app.db.prisma.delivery.groupBy({ by: ['status'], _count: true, orderBy: { status: 'asc' } });
    expect(await statuses()).toEqual([
      { status: 'PENDING', _count: 500 },
      { status: 'CANCELLED', _count: 1_000 },
    ]);
    expect(await deleteWebhook(app, webhookId)).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
    await app.startDispatcher();
    await expect.poll(statuses, { timeout: 30_000, interval: 50 }).toEqual([{ status: 'CANCELLED', _count: 1_500 }]);
    expect(receiver.connections).toBe(0);
  });

  test('a rotation that came first has its new secret deleted with the old one (C29)', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });

    const third = await lockWebhooks(app);
    const rotation = manage(app, 'rotateWebhookSecret', { webhookId, overlapSeconds: 3600 });
    await untilBlocked(app.db, 1);
    const deletion = deleteWebhook(app, webhookId);
    await untilBlocked(app.db, 2);
    await third.commit();

    expect(await rotation).toMatchObject({ secret: expect.stringContaining('whsec_') });
    expect(await deletion).toEqual({ cancelledDeliveries: 0 });
    expect(await app.db.prisma.webhookSecret.count()).toBe(0);
  });
});

/** A transaction that has all webhooks locked until it is told to commit. */
async function lockWebhooks(app: TestApp) {
  const third = await begin(app.db);
  await third.sql.query('select id from webhook for update');
  return third;
}
