/** Switching webhooks off and on, as the delivery log tells it. */

import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { kindsOf, seen, watchLog } from './observe.ts';

describe('the delivery log of a webhook', () => {
  test('that is disabled and enabled while deliveries wait says so once each, with the reason (B23)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    for (const importId of ['first', 'second']) await reportCompleted(app, { importId });

    await manage(app, 'disableWebhook', { webhookId, reason: 'Moving house.' });
    await manage(app, 'disableWebhook', { webhookId, reason: 'Once more.' });
    await manage(app, 'enableWebhook', { webhookId });
    await manage(app, 'enableWebhook', { webhookId });
    await app.startDispatcher();

    const entries = await watching.until(seen('DELIVERED', 2));
    expect(kindsOf(entries).slice(0, 4)).toEqual(['SCHEDULED', 'SCHEDULED', 'HELD', 'RESUMED']);
    expect(entries.slice(2, 4)).toMatchObject([
      { importId: 'first', webhookId, reason: 'Moving house.', nextAttemptAt: null, deliveryStatus: 'PENDING' },
      { importId: 'first', webhookId, reason: 'The webhook was enabled.', nextAttemptAt: null },
    ]);
    expect(kindsOf(entries).filter((kind) => kind === 'HELD' || kind === 'RESUMED')).toHaveLength(2);
  });

  test('at which nothing waits has nothing to tell', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });

    await manage(app, 'disableWebhook', { webhookId });
    await manage(app, 'enableWebhook', { webhookId });
    await reportCompleted(app);

    const entries = await watching.until(seen('DELIVERED'));
    expect(kindsOf(entries)).toEqual(['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED']);
  });
});
