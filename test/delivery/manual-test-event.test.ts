/** Test events, which go the same way as everything else. */

import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { givenServer } from '../graphql/servers.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { type Watching, watchWebSocket } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { cancelDelivery, deleteWebhook, redeliver, sendTestEvent } from './manual.ts';

interface SeenEntry {
  readonly kind: string;
  readonly isTest: boolean;
  readonly importId: string | null;
}

/** The delivery log from its beginning. */
function watch(app: TestApp): Watching<SeenEntry> {
  return watchWebSocket(app, 'subscription { deliveryLog(after: "0.0") { kind isTest importId } }');
}

const DELIVERED = ['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'];

const asTest = (kinds: readonly string[]): SeenEntry[] => kinds.map((kind) => ({ kind, isTest: true, importId: null }));

describe('a test event', () => {
  test('is delivered, redelivered under its webhook-id, and marked as a test at every step in the log', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watch(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });

    const { delivery } = await sendTestEvent(app, webhookId);
    expect(delivery).toMatchObject({ isTest: true, importId: null });
    await watching.until((entries) => entries.length === DELIVERED.length);
    await redeliver(app, delivery?.id ?? '');

    const kinds = [...DELIVERED, 'REDELIVERY_REQUESTED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'];
    expect(await watching.until((entries) => entries.length === kinds.length)).toEqual(asTest(kinds));
    const [first, second] = receiver.requests;
    expect(second?.headers).toMatchObject({ 'webhook-id': first?.headers['webhook-id'], 'posthorn-attempt': '2' });
    expect(second?.rawBody).toEqual(first?.rawBody);
  });

  test('is cancelled while it waits', async () => {
    await using app = await createTestApp();
    await using watching = watch(app);
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const { delivery } = await sendTestEvent(app, webhookId);

    expect(await cancelDelivery(app, delivery?.id ?? '')).toMatchObject({ delivery: { status: 'CANCELLED' } });

    const kinds = ['SCHEDULED', 'CANCELLED'];
    expect(await watching.until((entries) => entries.length === kinds.length)).toEqual(asTest(kinds));
  });

  test('is refused for a disabled webhook with the cure, and sent once that was taken', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await manage(app, 'disableWebhook', { webhookId });

    expect(await sendTestEvent(app, webhookId)).toMatchObject({
      code: 'WEBHOOK_DISABLED',
      message: expect.stringContaining('enableWebhook'),
    });
    expect(await app.db.prisma.delivery.count()).toBe(0);
    await manage(app, 'enableWebhook', { webhookId });
    await sendTestEvent(app, webhookId);

    expect((await receiver.nextRequest()).headers['posthorn-attempt']).toBe('1');
  });

  test.each([
    ['disabled', 'WEBHOOK_DISABLED', (app: TestApp, webhookId: string) => manage(app, 'disableWebhook', { webhookId })],
    ['deleted', 'WEBHOOK_NOT_FOUND', deleteWebhook],
  ])('is refused as for a %s webhook when it becomes that meanwhile', async (_name, code, change) => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const query: Database['query'] = async (statement, parameters) => {
      if (statement.includes('is_test')) await change(app, webhookId);
      return await app.db.query(statement, parameters);
    };
    const between = await givenServer(app, { db: { ...app.db, query } });

    expect(await sendTestEvent(between, webhookId)).toMatchObject({ code });
    expect(await app.db.prisma.delivery.count()).toBe(0);
  });

  test('is refused for a deleted webhook as for one that never was', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await deleteWebhook(app, webhookId);

    expect(await sendTestEvent(app, webhookId)).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
  });
});
