/** Webhooks that change while deliveries wait or are under way. */

import { describe, expect, test } from 'vitest';
import { scanLanes } from '../../src/delivery/lease.ts';
import { sealHeaders } from '../../src/webhook/header.ts';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { readDeliveries, seen, watchLog } from './observe.ts';

describe('a delivery that waits for its retry', () => {
  test('goes to the new address, with the new headers, when its webhook was changed (B27)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using before = await startReceiver([500]);
    await using after = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: before.url, retryScheduleSeconds: [60] });
    await reportCompleted(app);
    await watching.until(seen('ATTEMPT_FAILED'));

    await manage(app, 'updateWebhook', {
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
  test('has an attempt under way end as it may, and is not enabled by its success (B23)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ delay: answer.promise }]);
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    await receiver.waitFor(1);

    await manage(app, 'disableWebhook', { webhookId });
    answer.resolve();

    await watching.until(seen('DELIVERED'));
    expect(await readDeliveries(app)).toMatchObject([{ status: 'DELIVERED', attempts: [{ leaseLost: false }] }]);
    expect(await manage(app, 'disableWebhook', { webhookId, reason: 'Again.' })).toMatchObject({
      webhook: { enabled: false, disabledReason: expect.stringContaining('by hand') },
    });
  });

  test('gets nothing, keeps what waited, and gets that at once when it is enabled (B23)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'before-1' });
    await reportCompleted(app, { importId: 'before-2' });
    expect(await manage(app, 'disableWebhook', { webhookId, reason: 'Moving house.' })).toMatchObject({
      webhook: { enabled: false, disabledReason: 'Moving house.' },
    });
    await app.startDispatcher();
    expect(await reportCompleted(app, { importId: 'meanwhile' })).toMatchObject({ deliveries: 0 });
    await app.clock.advance(86_400_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(0);

    await manage(app, 'enableWebhook', { webhookId });

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

    await manage(app, 'disableWebhook', { webhookId });
    answer.resolve();
    await watching.until(seen('ATTEMPT_FAILED'));
    await app.clock.advance(3_600_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    await manage(app, 'enableWebhook', { webhookId });

    await watching.until(seen('DELIVERED'));
    expect(receiver.requests).toHaveLength(2);
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
