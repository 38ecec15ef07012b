/** Webhooks that change while deliveries wait or are under way. */

import { describe, expect, test } from 'vitest';
import { leaseDueDeliveries, scanLanes } from '../../src/delivery/lease.ts';
import { sealHeaders } from '../../src/webhook/header.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

/** Runs one of the mutations that take a webhook, and answers with what it says. */
async function change(
  app: TestApp,
  mutation: 'updateWebhook' | 'disableWebhook' | 'enableWebhook' | 'deleteWebhook',
  input: { readonly webhookId: string } & Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const success =
    mutation === 'deleteWebhook'
      ? '... on DeleteWebhookPayload { cancelledDeliveries }'
      : '... on WebhookPayload { webhook { enabled disabledReason } }';
  return await ask(
    app,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ${success} ... on Refusal { code } } }`,
    { input },
  );
}

describe('a delivery that waits for its retry', () => {
  test('goes to the new address, with the new headers, when its webhook was changed (B27)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using before = await startReceiver([500]);
    await using after = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: before.url, retryScheduleSeconds: [60] });
    await reportCompleted(app);
    await watching.until(seen('ATTEMPT_FAILED'));

    await change(app, 'updateWebhook', {
      webhookId,
      url: `${after.url}/moved`,
      headers: [{ name: 'X-Moved', value: 'yes' }],
    });
    await app.clock.advance(73_000);
    await watching.until(seen('DELIVERED'));

    expect(await after.nextRequest()).toMatchObject({
      url: '/moved',
      headers: { 'x-moved': 'yes', 'posthorn-attempt': '2', 'webhook-id': before.requests[0]?.headers['webhook-id'] },
    });
    expect(before.requests).toHaveLength(1);
    expect(await readDeliveries(app)).toMatchObject([
      { attempts: [{ url: `${before.url}/` }, { url: `${after.url}/moved` }] },
    ]);
  });
});

describe('a disabled webhook', () => {
  test('gets nothing, keeps what waited, and gets that at once when it is enabled (B23)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'before-1' });
    await reportCompleted(app, { importId: 'before-2' });
    expect(await change(app, 'disableWebhook', { webhookId, reason: 'Moving house.' })).toMatchObject({
      webhook: { enabled: false, disabledReason: 'Moving house.' },
    });
    await app.startDispatcher();
    expect(await reportCompleted(app, { importId: 'meanwhile' })).toMatchObject({ deliveries: 0 });
    await app.clock.advance(86_400_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(0);

    await change(app, 'enableWebhook', { webhookId });

    await watching.until(seen('DELIVERED', 2));
    const deliveries = await readDeliveries(app);
    expect(deliveries.map(({ importId }) => importId)).toEqual(['before-1', 'before-2']);
    expect(receiver.requests).toHaveLength(2);
  });

  test('that fails a last attempt under way keeps the retry until it is enabled (B23)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([
      { status: 429, headers: { 'retry-after': '5' }, delay: answer.promise },
      200,
    ]);
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    await receiver.waitFor(1);

    await change(app, 'disableWebhook', { webhookId });
    answer.resolve();
    await watching.until(seen('ATTEMPT_FAILED'));
    await app.clock.advance(3_600_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    await change(app, 'enableWebhook', { webhookId });

    await watching.until(seen('DELIVERED'));
    expect(receiver.requests).toHaveLength(2);
  });
});

describe('a deleted webhook', () => {
  test('has what waited for it cancelled, and shown so in the log (B26)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'first' });
    await reportCompleted(app, { importId: 'second' });

    expect(await change(app, 'deleteWebhook', { webhookId })).toMatchObject({ cancelledDeliveries: 2 });

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

      await change(app, 'deleteWebhook', { webhookId });
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
    await change(app, 'disableWebhook', { webhookId });
    await change(app, 'deleteWebhook', { webhookId });
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

describe('custom headers', () => {
  test('are sent with every delivery (C33)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const headers = [
      { name: 'Authorization', value: 'Bearer of good news' },
      { name: 'X-Tenant', value: '42' },
    ];
    await givenWebhook(app, { url: receiver.url, headers });

    await reportCompleted(app);

    expect((await receiver.nextRequest()).headers).toMatchObject({
      authorization: 'Bearer of good news',
      'x-tenant': '42',
    });
  });

  test('that are ours, belong to the connection or break the line are refused, each with its place (C33)', async () => {
    await using app = await createTestApp();
    const headers = [
      { name: 'X-Good', value: 'yes' },
      { name: 'webhook-id', value: 'forged' },
      { name: 'Webhook-Signature', value: 'forged' },
      { name: 'posthorn-attempt', value: '7' },
      { name: 'Host', value: 'metadata.internal' },
      { name: 'Content-Length', value: '3' },
      { name: 'Content-Type', value: 'text/plain' },
      { name: 'User-Agent', value: 'curl' },
      { name: 'Transfer-Encoding', value: 'chunked' },
      { name: 'Connection', value: 'close' },
      { name: 'Proxy-Authorization', value: 'Basic Zm9v' },
      { name: 'X Two', value: 'words' },
      { name: 'X-Break', value: 'one\r\nX-Two: injected' },
      { name: 'X-Line', value: 'one\nX-Two: injected' },
      { name: 'X-Null', value: 'a\u0000b' },
      { name: 'X-Name', value: 'Łukasz' },
    ];

    const refused = await ask<{ code: string; problems: { path: string[] }[] }>(
      app,
      `mutation ($input: CreateWebhookInput!) {
        createWebhook(input: $input) { ... on InputError { code problems { path message } } }
      }`,
      { input: { url: 'http://127.0.0.1:9/', importIdentifiers: ['contacts'], headers } },
    );

    expect(refused.code).toBe('INVALID_INPUT');
    const places = headers.map((_header, index) => `headers.${index}.${index < 12 ? 'name' : 'value'}`);
    expect(refused.problems.map(({ path }) => path.join('.'))).toEqual(places.slice(1));
    expect(await app.db.prisma.webhook.count()).toBe(0);
  });

  test('never override what we say, even when they were stored under older rules (C33)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    const names = [
      'Webhook-Id',
      'WEBHOOK-SIGNATURE',
      'webhook-timestamp',
      'Posthorn-Attempt',
      'Content-Type',
      'User-Agent',
    ];
    const headers = names.map((name) => ({ name, value: 'forged' }));
    await app.db.prisma.webhook.updateMany({ data: { headers: sealHeaders(app.box, headers) } });

    await reportCompleted(app);

    const { rawHeaders } = await receiver.nextRequest();
    expect(rawHeaders).not.toContain('forged');
    for (const name of names) {
      expect(rawHeaders.filter((raw) => raw.toLowerCase() === name.toLowerCase())).toHaveLength(1);
    }
  });
});
