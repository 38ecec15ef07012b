/** Erasing: what is personal is nowhere any more, and the line stays. */

import { createHash } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { leaseDueDeliveries, scanLanes } from '../../src/delivery/lease.ts';
import { begin } from '../delivery/log-entries.ts';
import { deliveriesOf, redeliver, theDeliveryOf } from '../delivery/manual.ts';
import { kindsOf, readDeliveries, seen, watchLog } from '../delivery/observe.ts';
import { tablesWith } from '../graphql/contents.ts';
import { createTestApp } from '../support/app.ts';
import { DOCUMENTED_BODY, documentedImport, givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { headlessDetails, report, reportMany } from '../support/report.ts';
import { eraseImport, eraseUser, readImport } from './erasing.ts';

/** In everything that is personal, so that it is recognised wherever it is left. */
const MARK = 'zebra';

const personal = {
  importId: 'erased',
  filename: `${MARK}.csv`,
  user: { id: `${MARK}-1`, name: MARK, email: `${MARK}@example.com`, companyId: MARK, companyName: MARK },
} as const;

/** A receiver's answer that says back what it was told. */
const echo = {
  status: 200,
  headers: { 'x-user': MARK },
  body: `Thank you, ${MARK}!`,
} as const;

describe('an import that is erased (G54)', () => {
  test('is nowhere in the database any more, and its line and the hash of its body stay', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([echo]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await report(app, 'headlessImportNeedsReview', {
      ...personal,
      headless: {
        ...headlessDetails,
        originalFilename: `${MARK}.csv`,
        resultMetadata: { [MARK]: MARK },
        reviewUrl: `https://example.com/${MARK}`,
        originalFileDownload: `https://example.com/${MARK}.csv`,
      },
      settings: { needsReviewWebhookUrl: `${receiver.url}/basic?for=${MARK}` },
    });
    await watching.until(seen('DELIVERED', 2));
    const body = (await readImport(app, 'erased')).events[0]?.body ?? '';
    expect(body).toContain(MARK);
    expect(await tablesWith(app.db, MARK)).toEqual(['attempt', 'delivery', 'event', 'import']);

    expect(await eraseImport(app, 'erased')).toEqual({
      __typename: 'ErasePayload',
      erasedImports: 1,
      erasedEvents: 1,
      cancelledDeliveries: 0,
    });

    expect(await tablesWith(app.db, MARK)).toEqual([]);
    expect(await readImport(app, 'erased')).toEqual({
      importId: 'erased',
      status: 'NEEDS_REVIEW',
      filename: null,
      user: null,
      reviewUrl: null,
      originalFileDownload: null,
      erasedAt: expect.any(String),
      events: [
        {
          type: 'HEADLESS_IMPORT_NEEDS_REVIEW',
          body: null,
          bodySha256: createHash('sha256').update(body).digest('hex'),
          erasedAt: expect.any(String),
        },
      ],
    });
    const deliveries = await readDeliveries(app);
    expect(deliveries).toMatchObject([1, 2].map(() => ({ status: 'DELIVERED', attempts: [{ responseStatus: 200 }] })));
    expect(deliveries.flatMap(({ attempts }) => attempts.map(({ url }) => url)).toSorted()).toEqual([
      `${receiver.url}/`,
      `${receiver.url}/basic`,
    ]);
    expect(kindsOf(watching.seen)).toHaveLength(6);
  });

  test('calls off what is pending, with the reason in the log, and lets nothing of it be delivered again', async () => {
    await using app = await createTestApp();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, personal);

    expect(await eraseImport(app, 'erased')).toMatchObject({ erasedImports: 1, cancelledDeliveries: 1 });

    const entries = await watching.until(seen('CANCELLED'));
    expect(entries.at(-1)).toMatchObject({
      deliveryStatus: 'CANCELLED',
      reason: expect.stringMatching(/^Erased by hand/),
    });
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(await redeliver(app, await theDeliveryOf(app, 'erased'))).toMatchObject({ code: 'DELIVERY_ERASED' });
    expect(await deliveriesOf(app, 'erased')).toMatchObject([{ status: 'CANCELLED', finishedAt: expect.any(String) }]);
  });

  test('while an attempt is under way keeps nothing of what is answered to it', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ ...echo, delay: answer.promise }]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, {
      ...personal,
      importIdentifier: 'other',
      settings: { webhookUrl: `${receiver.url}/?${MARK}` },
    });
    await receiver.waitFor(1);

    expect(await eraseImport(app, 'erased')).toMatchObject({ cancelledDeliveries: 1 });
    answer.resolve();

    const entries = await watching.until(seen('ATTEMPT_SUCCEEDED'));
    expect(kindsOf(entries)).toEqual(['SCHEDULED', 'CANCELLED', 'ATTEMPT_SUCCEEDED']);
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'CANCELLED', attempts: [{ leaseLost: true, responseStatus: 200, url: `${receiver.url}/` }] },
    ]);
    expect(await tablesWith(app.db, MARK)).toEqual([]);
  });

  test('is still known: the same report is a duplicate and sends nothing, another content is a conflict', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, personal);
    await eraseImport(app, 'erased');

    expect(await reportCompleted(app, personal)).toMatchObject({ duplicate: true, deliveries: 1 });
    expect(await reportCompleted(app, { ...personal, numDataRows: 1 })).toMatchObject({ code: 'IMPORT_CONFLICT' });

    expect(await scanLanes(app, 0)).toEqual([]);
    expect(await tablesWith(app.db, MARK)).toEqual([]);
  });

  test('may go on: a later event of it is new, and can be erased in turn', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await report(app, 'headlessImportNeedsReview', personal);
    await eraseImport(app, 'erased');

    expect(await report(app, 'headlessImportFailed', personal)).toMatchObject({ duplicate: false, deliveries: 1 });

    expect(await readImport(app, 'erased')).toMatchObject({
      filename: `${MARK}.csv`,
      erasedAt: null,
      events: [{ body: null }, { body: expect.stringContaining(MARK), erasedAt: null }],
    });
    expect(await deliveriesOf(app, 'erased')).toMatchObject([{ status: 'CANCELLED' }, { status: 'PENDING' }]);
    expect(await eraseUser(app, personal.user.id)).toMatchObject({
      erasedImports: 1,
      erasedEvents: 1,
      cancelledDeliveries: 1,
    });
    expect(await tablesWith(app.db, MARK)).toEqual([]);
  });

  test('twice is erased once', async () => {
    await using app = await createTestApp();
    await reportCompleted(app, personal);
    await eraseImport(app, 'erased');
    const before = await readImport(app, 'erased');
    await app.clock.advance(1_000);

    expect(await eraseImport(app, 'erased')).toMatchObject({
      erasedImports: 0,
      erasedEvents: 0,
      cancelledDeliveries: 0,
    });
    expect(await readImport(app, 'erased')).toEqual(before);
  });

  test.runIf(inject('database') === 'postgresql')(
    'at the moment at which it goes on takes the new event with it, whichever came first',
    async () => {
      await using app = await createTestApp();
      await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
      for (let round = 0; round < 10; round += 1) {
        const importId = `import-${round}`;
        await report(app, 'headlessImportNeedsReview', { ...personal, importId });
        await Promise.all([report(app, 'headlessImportFailed', { ...personal, importId }), eraseImport(app, importId)]);

        const { erasedAt, events } = await readImport(app, importId);
        const isFailedErased = events.at(-1)?.body === null;
        expect(erasedAt !== null).toBe(isFailedErased);
        expect((await deliveriesOf(app, importId)).at(-1)?.status).toBe(isFailedErased ? 'CANCELLED' : 'PENDING');
      }
    },
  );

  test.runIf(inject('database') === 'postgresql')(
    'waits for an outcome that is being written down, and erases it as well',
    async () => {
      await using app = await createTestApp();
      await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
      await reportCompleted(app, personal);
      const [lane] = await scanLanes(app, 0);
      const { deliveries } = await leaseDueDeliveries(app, [{ destinationId: lane?.destinationId ?? '', slots: 1 }]);
      const settling = await begin(app.db);
      await settling.sql.query('select from delivery for update');

      const erasing = eraseImport(app, 'erased');
      await settling.sql.query(
        `insert into attempt (
        id, organization_id, delivery_id, number, status, url, started_at, duration_ms, response_body,
        response_body_truncated, lease_lost
      )
      values (uuid_v7(), $1, $2, 1, 'FAILED', 'http://127.0.0.1:9/', now(), 1, $3, false, false)`,
        [app.organizationId, deliveries[0]?.id, MARK],
      );
      await settling.commit();

      expect(await erasing).toMatchObject({ erasedImports: 1, cancelledDeliveries: 1 });
      expect(await tablesWith(app.db, MARK)).toEqual([]);
    },
  );

  test('is refused when there is none of that id', async () => {
    await using app = await createTestApp();
    expect(await eraseImport(app, 'nothing')).toEqual({ __typename: 'ImportNotFoundError', code: 'IMPORT_NOT_FOUND' });
    expect(await eraseImport(app, '')).toMatchObject({ code: 'INVALID_INPUT' });
    await expect(eraseImport(await givenKey(app, 'MANAGER'), 'nothing')).rejects.toThrow('FORBIDDEN');
  });
});

describe('a user who is erased', () => {
  test('is gone from all their imports, however many, and nobody else is', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const theirs = Array.from({ length: 250 }, (_, index) => ({ ...personal, importId: `theirs-${index}` }));
    await reportMany(app, theirs);
    await reportCompleted(app);
    await reportCompleted(app, { importId: 'nobodys', user: null });

    expect(await eraseUser(app, personal.user.id)).toMatchObject({
      erasedImports: 250,
      erasedEvents: 250,
      cancelledDeliveries: 250,
    });

    expect(await tablesWith(app.db, MARK)).toEqual([]);
    expect(await readImport(app, documentedImport.importId)).toMatchObject({
      user: { id: 'user-123' },
      events: [{ body: DOCUMENTED_BODY, bodySha256: null, erasedAt: null }],
    });
    expect(await deliveriesOf(app, documentedImport.importId)).toMatchObject([{ status: 'PENDING' }]);
    expect(await eraseUser(app, personal.user.id)).toMatchObject({ erasedImports: 0 });
  });

  test('is found by an id of any length that can be reported', async () => {
    await using app = await createTestApp();
    const id = '漢字'.repeat(500);
    expect(await reportCompleted(app, { user: { id } })).toMatchObject({ duplicate: false });

    expect(await eraseUser(app, id)).toMatchObject({ erasedImports: 1 });
  });

  test('whom nobody knows leaves nothing to erase', async () => {
    await using app = await createTestApp();
    expect(await eraseUser(app, 'nobody')).toMatchObject({ erasedImports: 0, erasedEvents: 0, cancelledDeliveries: 0 });
  });
});
