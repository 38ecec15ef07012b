/** What is removed when it is old, and what never is. */

import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { createRetention, RETENTION_INTERVAL_MS, type Removed, removeExpired } from '../../src/import/retention.ts';
import { begin, importIds, reportAll, untilReadable, writeEntries } from '../delivery/log-entries.ts';
import { deliveriesOf, sendTestEvent } from '../delivery/manual.ts';
import { createLogBook, kindsOf, seen, watchLog } from '../delivery/observe.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { countRows, report } from '../support/report.ts';

const DAY = 86_400_000;
const KEPT = 30 * DAY;

/** One pass, over a log that shows everything. */
async function pass(app: TestApp): Promise<Removed> {
  await untilReadable(app.db);
  return await removeExpired({ ...app, signal: new AbortController().signal }, KEPT);
}

/** As many passes as it takes until there is nothing to remove. */
async function passes(app: TestApp): Promise<void> {
  for (let removed = 1; removed > 0; ) removed = Object.values(await pass(app)).reduce((sum, count) => sum + count);
}

/** What there is of that which can be old. */
async function left(app: TestApp) {
  const { delivery, attempt, event, import: imports, delivery_log_entry: entries } = await countRows(app);
  return { delivery, attempt, event, imports, entries };
}

const NOTHING = { delivery: 0, attempt: 0, event: 0, imports: 0, entries: 0 };

describe('retention', () => {
  test('removes what ended longer ago than it is kept: the log first, then deliveries with all that belongs to them', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { settings: { webhookUrl: `${receiver.url}/basic` } });
    await sendTestEvent(app, id);
    await watching.until(seen('DELIVERED', 3));
    const before = await left(app);

    await app.clock.advance(29 * DAY);
    expect(await pass(app)).toEqual({ deliveries: 0, imports: 0, testEvents: 0, logEntries: 0 });
    expect(await left(app)).toEqual(before);

    await app.clock.advance(2 * DAY);
    expect(await pass(app)).toEqual({ deliveries: 0, imports: 0, testEvents: 0, logEntries: 9 });
    expect(await pass(app)).toEqual({ deliveries: 3, imports: 1, testEvents: 1, logEntries: 0 });
    expect(await left(app)).toEqual(NOTHING);
  });

  test('never removes a pending delivery, its attempts, its event or its import, whatever their age (G55)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [7200, 7200] });
    await reportCompleted(app, { importId: 'tried' });
    const dispatcher = await app.startDispatcher();
    await watching.until(seen('ATTEMPT_FAILED'));
    await dispatcher.stop(AbortSignal.timeout(5_000));
    await reportCompleted(app, { importId: 'untried' });

    await app.clock.advance(4_000 * DAY);
    await passes(app);
    expect(await left(app)).toEqual({ delivery: 2, attempt: 1, event: 2, imports: 2, entries: 0 });

    receiver.answerWith([200]);
    await app.startDispatcher();
    await receiver.waitFor(3);
    await vi.waitUntil(async () => (await app.db.prisma.delivery.count({ where: { status: 'DELIVERED' } })) === 2);
    await passes(app);
    expect(await left(app)).toMatchObject({ delivery: 2, attempt: 3, event: 2, imports: 2 });
    await app.clock.advance(31 * DAY);
    await passes(app);
    expect(await left(app)).toEqual(NOTHING);
  });

  test('keeps an import whole: its first event stays while a later one has a delivery', async () => {
    await using app = await createTestApp();
    await report(app, 'headlessImportNeedsReview', { importId: 'reviewed' });
    await app.clock.advance(20 * DAY);
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await report(app, 'importCompleted', { importId: 'reviewed' });

    await app.clock.advance(31 * DAY);
    await passes(app);

    expect(await left(app)).toMatchObject({ delivery: 1, event: 2, imports: 1 });
  });

  test('forgets an import, so that one that is reported again under its id is new', async () => {
    await using app = await createTestApp();
    expect(await report(app, 'headlessImportNeedsReview', { importId: 'again' })).toMatchObject({ duplicate: false });
    await app.clock.advance(31 * DAY);
    await passes(app);
    expect(await left(app)).toEqual(NOTHING);

    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    expect(await report(app, 'headlessImportFailed', { importId: 'again' })).toMatchObject({
      __typename: 'ImportReport',
      duplicate: false,
      deliveries: 1,
    });
    expect(await left(app)).toMatchObject({ event: 1, imports: 1 });
  });

  test('goes on until nothing old is left, however much there is of it, past what stays', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', importIdentifiers: ['waits'] });
    await reportCompleted(app, { importId: 'waiting-1', importIdentifier: 'waits' });
    for (const prefix of ['one', 'two', 'three']) await reportAll(app, importIds(prefix, 400));
    await reportCompleted(app, { importId: 'waiting-2', importIdentifier: 'waits' });
    await writeEntries(app.db, { organizationId: app.organizationId, importIds: importIds('entry', 1_100) });
    await app.clock.advance(31 * DAY);
    await reportCompleted(app, { importId: 'young' });

    expect(await pass(app)).toEqual({ deliveries: 0, imports: 1_200, testEvents: 0, logEntries: 1_102 });
    expect(await deliveriesOf(app, 'waiting-2')).toMatchObject([{ status: 'PENDING' }]);
    expect(await left(app)).toMatchObject({ delivery: 2, imports: 3, event: 3 });
  });

  test('is one pass for all processes that make one at the same moment', async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    for (const prefix of ['one', 'two']) await reportAll(app, importIds(prefix, 500));
    await app.clock.advance(31 * DAY);

    const signal = new AbortController().signal;
    const both = await Promise.all([app, sibling].map((each) => removeExpired({ ...each, signal }, KEPT)));
    await passes(app);

    expect(both.reduce((sum, { imports }) => sum + imports, 0)).toBeLessThanOrEqual(1_000);
    expect(await left(app)).toEqual(NOTHING);
  });

  test.runIf(inject('database') === 'postgresql')(
    'waits for nobody: what is locked is left for the next pass',
    async () => {
      await using app = await createTestApp({ dispatcher: true });
      await using receiver = await startReceiver();
      await using watching = watchLog(app);
      await givenWebhook(app, { url: receiver.url });
      await reportCompleted(app);
      await watching.until(seen('DELIVERED'));
      await app.clock.advance(31 * DAY);
      await pass(app);

      const redelivering = await begin(app.db);
      await redelivering.sql.query('select from delivery for update');
      expect(await removeExpired({ ...app, signal: new AbortController().signal }, KEPT)).toMatchObject({
        deliveries: 0,
      });
      await redelivering.sql.query(
        `update delivery set status = 'PENDING', finished_at = null, next_attempt_at = now()`,
      );
      await redelivering.commit();

      expect(await pass(app)).toMatchObject({ deliveries: 0, imports: 0 });
      expect(await left(app)).toMatchObject({ delivery: 1, event: 1, imports: 1 });
    },
  );
});

describe('the service that removes what is old', () => {
  /** A process of which only retention runs. */
  async function start(app: TestApp, retentionMs: number | undefined) {
    const book = createLogBook();
    const retention = createRetention({ ...app, log: book.log, config: { ...app.config, retentionMs } });
    await retention.start();
    onTestFinished(() => retention.stop(AbortSignal.timeout(5_000)));
    return { book, retention };
  }

  test('makes a pass every hour, and says what it removed', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    expect(kindsOf(await watching.until(seen('DELIVERED')))).toHaveLength(3);
    await untilReadable(app.db);
    await app.clock.advance(31 * DAY);
    const { book } = await start(app, KEPT);

    expect(await book.until('retention.removed')).toMatchObject([{ deliveries: 0, imports: 0, logEntries: 3 }]);
    await app.clock.advance(RETENTION_INTERVAL_MS);

    expect(await book.until('retention.removed', 2)).toMatchObject([{}, { deliveries: 1, imports: 1, logEntries: 0 }]);
    expect(await left(app)).toEqual(NOTHING);
  });

  test('removes nothing when everything is to be kept', async () => {
    await using app = await createTestApp();
    await reportCompleted(app);
    const { retention } = await start(app, undefined);

    await app.clock.advance(4_000 * DAY);
    await retention.stop(AbortSignal.timeout(5_000));

    expect(await left(app)).toMatchObject({ event: 1, imports: 1 });
  });
});
