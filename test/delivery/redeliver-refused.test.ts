/** Deliveries that somebody asks for again in vain, and what cures that. */

import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { headlessImport, report } from '../support/report.ts';
import { cancelDelivery, deleteWebhook, deliveriesOf, redeliver, theDeliveryOf } from './manual.ts';
import { kindsOf, seen, watchLog } from './observe.ts';

const IMPORT = { importId: 'again' } as const;

describe('a redelivery is refused', () => {
  test('while an attempt is being made, and granted once that has failed', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ status: 500, delay: answer.promise }, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, IMPORT);
    const id = await theDeliveryOf(app, IMPORT.importId);
    await receiver.waitFor(1);

    expect(await redeliver(app, id)).toMatchObject({
      code: 'DELIVERY_UNDER_WAY',
      message: expect.stringContaining('Wait for its outcome'),
    });
    answer.resolve();
    await watching.until(seen('ATTEMPT_FAILED'));
    expect(await redeliver(app, id)).toMatchObject({ __typename: 'RedeliverPayload' });

    expect(kindsOf(await watching.until(seen('DELIVERED')))).toEqual([
      ...['SCHEDULED', 'ATTEMPT_FAILED', 'REDELIVERY_REQUESTED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'],
    ]);
  });

  test.each([200, 410])(
    'while the webhook, which answered %i, is disabled, and granted once it is enabled (B21)',
    async (status) => {
      await using app = await createTestApp({ dispatcher: true });
      await using receiver = await startReceiver([status, 200]);
      await using watching = watchLog(app);
      const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
      await reportCompleted(app, IMPORT);
      await watching.until(seen(status === 200 ? 'DELIVERED' : 'EXHAUSTED'));
      await manage(app, 'disableWebhook', { webhookId });
      const id = await theDeliveryOf(app, IMPORT.importId);

      expect(await redeliver(app, id)).toMatchObject({
        code: 'DELIVERY_BLOCKED',
        message: expect.stringContaining('enableWebhook'),
      });
      await manage(app, 'enableWebhook', { webhookId });
      await redeliver(app, id);

      await receiver.waitFor(2);
      await watching.until(seen('DELIVERED', status === 200 ? 2 : 1));
      expect(watching.seen.filter(({ kind }) => kind === 'REDELIVERY_REQUESTED')).toHaveLength(1);
    },
  );

  test('when the webhook was deleted (B26)', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, IMPORT);
    await deleteWebhook(app, webhookId);

    expect(await redeliver(app, await theDeliveryOf(app, IMPORT.importId))).toMatchObject({
      code: 'DELIVERY_BLOCKED',
      message: expect.stringContaining('deleted'),
    });
    expect(await deliveriesOf(app, IMPORT.importId)).toMatchObject([{ status: 'CANCELLED' }]);
  });

  test('when the import has moved on from needs review, whose later event is redelivered instead (H62)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await report(app, 'headlessImportNeedsReview', IMPORT);
    await watching.until(seen('DELIVERED', 1));
    const review = await theDeliveryOf(app, IMPORT.importId);
    await redeliver(app, review);
    await watching.until(seen('DELIVERED', 2));
    await report(app, 'importCompleted', { ...IMPORT, headless: headlessImport.headless });
    await watching.until(seen('DELIVERED', 3));
    const [, completed] = await deliveriesOf(app, IMPORT.importId);

    expect(await redeliver(app, review)).toMatchObject({
      code: 'DELIVERY_SUPERSEDED',
      message: expect.stringContaining('later event'),
    });
    await redeliver(app, completed?.id ?? '');

    await watching.until(seen('DELIVERED', 4));
    const bodies = receiver.requests.map(({ rawBody }) => JSON.parse(rawBody.toString()).event);
    expect(bodies).toEqual([
      ...['headless_import_needs_review', 'headless_import_needs_review', 'import_completed', 'import_completed'],
    ]);
  });

  test('when it was superseded itself, and so is its cancellation (H62)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await report(app, 'headlessImportNeedsReview', IMPORT);
    const review = await theDeliveryOf(app, IMPORT.importId);
    await report(app, 'importCompleted', { ...IMPORT, headless: headlessImport.headless });

    expect(await redeliver(app, review)).toMatchObject({ code: 'DELIVERY_SUPERSEDED' });
    expect(await cancelDelivery(app, review)).toMatchObject({
      code: 'DELIVERY_NOT_PENDING',
      message: expect.stringContaining('SUPERSEDED'),
    });
  });

  test('when there is no such delivery, or the id is that of something else', async () => {
    await using app = await createTestApp();

    expect(await redeliver(app, 'dlv_00000000000070008000000000000000')).toMatchObject({ code: 'DELIVERY_NOT_FOUND' });
    expect(await redeliver(app, 'whk_00000000000070008000000000000000')).toMatchObject({ code: 'INVALID_INPUT' });
  });
});
