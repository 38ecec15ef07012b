/** The address rules, from the form to the socket: one rule wherever a URL comes from. */

import { describe, expect, test } from 'vitest';
import { createTestApp, type Sibling, type TestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { readDeliveries, seen, watchLog } from './observe.ts';

const nothingAllowed = { allowedNetworks: [] };

/** What creating a webhook answers. */
async function createWebhook(caller: Caller, url: string): Promise<Record<string, unknown>> {
  return await ask(
    caller,
    `mutation ($input: CreateWebhookInput!) {
      createWebhook(input: $input) { __typename ... on Refusal { code message } }
    }`,
    { input: { url, importIdentifiers: ['contacts'] } },
  );
}

/** By the API of another process, with the same key. */
function at(sibling: Sibling, { key }: TestApp): Caller {
  return { url: sibling.url, key };
}

describe('a private address', () => {
  test('is delivered to when ALLOWED_NETWORKS has its network (D39)', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { allowedNetworks: ['127.0.0.1/32'] } });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    expect(await createWebhook(app, receiver.url)).toMatchObject({ __typename: 'CreateWebhookPayload' });
    await reportCompleted(app);

    await watching.until(seen('DELIVERED'));
  });

  test('beside the allowed network is refused when a webhook is made (D39)', async () => {
    await using app = await createTestApp({ config: { allowedNetworks: ['127.0.0.1/32'] } });

    expect(await createWebhook(app, 'http://127.0.0.2:9/')).toMatchObject({
      __typename: 'WebhookUrlRefusedError',
      code: 'WEBHOOK_URL_REFUSED',
      message: expect.stringContaining('ALLOWED_NETWORKS'),
    });
  });

  test('is refused by the form, the test and the dispatcher alike once its network is no longer allowed (D39)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id } = await givenWebhook(app, { url: receiver.url });
    const strict = await app.createSibling({ config: nothingAllowed, dispatcher: true });

    expect(await createWebhook(at(strict, app), receiver.url)).toMatchObject({ code: 'WEBHOOK_URL_REFUSED' });
    await ask(
      at(strict, app),
      `mutation ($input: SendTestEventInput!) { sendTestEvent(input: $input) { __typename } }`,
      { input: { webhookId: id } },
    );
    await reportCompleted(app);

    const entries = await watching.until(seen('EXHAUSTED', 2));
    expect(entries.filter(({ kind }) => kind === 'ATTEMPT_FAILED')).toMatchObject([
      { errorCode: 'BLOCKED_ADDRESS', deliveryStatus: 'FAILED', nextAttemptAt: null },
      { errorCode: 'BLOCKED_ADDRESS', deliveryStatus: 'FAILED', nextAttemptAt: null },
    ]);
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'FAILED', attempts: [{ errorCode: 'BLOCKED_ADDRESS', responseStatus: null }] },
      { status: 'FAILED', attempts: [{ errorCode: 'BLOCKED_ADDRESS', responseStatus: null }] },
    ]);
    expect(receiver.connections).toBe(0);
  });

  test('behind a name is not contacted when the name was public before (D36, D39)', async () => {
    await using receiver = await startReceiver();
    await using dns = await startDnsServer((_name, asked) => (asked === 0 ? ['93.184.216.34'] : ['127.0.0.1']));
    await using app = await createTestApp({ dispatcher: true, config: nothingAllowed, resolver: resolverAt(dns) });
    await using watching = watchLog(app);
    expect(await createWebhook(app, `http://hook.test:${receiver.port}/`)).toMatchObject({
      __typename: 'CreateWebhookPayload',
    });
    await reportCompleted(app);

    const entries = await watching.until(seen('EXHAUSTED'));

    expect(entries.at(-2)).toMatchObject({ errorCode: 'BLOCKED_NAME' });
    expect(receiver.connections).toBe(0);
  });
});

describe('the URL of a basic webhook', () => {
  test.each(['http://127.0.0.1:9/', 'http://2130706433/', 'http://[::ffff:10.0.0.1]/', 'http://169.254.169.254/'])(
    'is refused with its report when it is the literal address %s (D40)',
    async (webhookUrl) => {
      await using app = await createTestApp({ config: nothingAllowed });

      expect(await reportCompleted(app, { settings: { webhookUrl } })).toMatchObject({
        __typename: 'WebhookUrlRefusedError',
        message: expect.stringContaining('ALLOWED_NETWORKS'),
      });
      expect(await readDeliveries(app)).toEqual([]);
    },
  );

  test('is accepted but never contacted when its name resolves to a private address (D40)', async () => {
    await using receiver = await startReceiver();
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    await using app = await createTestApp({ dispatcher: true, config: nothingAllowed, resolver: resolverAt(dns) });
    await using watching = watchLog(app);
    const settings = { webhookUrl: `http://hook.test:${receiver.port}/` };
    expect(await reportCompleted(app, { settings })).toMatchObject({ __typename: 'ImportReport', deliveries: 1 });

    const entries = await watching.until(seen('EXHAUSTED'));

    expect(entries.at(-2)).toMatchObject({ kind: 'ATTEMPT_FAILED', errorCode: 'BLOCKED_NAME', nextAttemptAt: null });
    expect(await readDeliveries(app)).toMatchObject([{ status: 'FAILED', attempts: [{ errorCode: 'BLOCKED_NAME' }] }]);
    expect(receiver.connections).toBe(0);
  });

  test('is delivered to when its name resolves to an allowed address (D40, H63)', async () => {
    await using receiver = await startReceiver();
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    await using app = await createTestApp({ dispatcher: true, resolver: resolverAt(dns) });
    const settings = { webhookUrl: `http://hook.test:${receiver.port}/done?by=us` };
    await reportCompleted(app, { importId: 'a-b-c', settings });

    const request = await receiver.nextRequest();

    expect(request).toMatchObject({
      url: '/done?by=us',
      headers: { host: `hook.test:${receiver.port}`, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(request.rawBody.toString()).toBe('uploadId=a-b-c');
  });
});
