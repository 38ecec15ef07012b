/** Rotating signing secrets, as receivers see it. */

import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { type GivenWebhook, givenWebhook, reportCompleted } from '../support/given.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.ts';
import { seen, watchLog } from './observe.ts';

const DAY_SECONDS = 86_400;

async function rotate(app: TestApp, { id }: GivenWebhook, overlapSeconds?: number): Promise<string> {
  const { secret } = await ask<{ secret: string }>(
    app,
    `mutation ($input: RotateWebhookSecretInput!) {
      rotateWebhookSecret(input: $input) { ... on RotateWebhookSecretPayload { secret } }
    }`,
    { input: { webhookId: id, overlapSeconds } },
  );
  return secret;
}

let reported = 0;

/** What the receiver gets for one more import. */
async function deliverOne(app: TestApp, receiver: Receiver): Promise<ReceivedRequest> {
  reported += 1;
  await reportCompleted(app, { importId: `import-${reported}` });
  return await receiver.nextRequest();
}

function signaturesOf({ headers }: ReceivedRequest): string[] {
  return String(headers['webhook-signature']).split(' ');
}

/** Which of `secrets` made each of the signatures, in order. */
function signersOf(request: ReceivedRequest, secrets: readonly string[]): number[] {
  const { headers, rawBody } = request;
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const expected = secrets.map((secret) =>
    new Webhook(secret).sign(String(headers['webhook-id']), at, rawBody.toString()),
  );
  return signaturesOf(request).map((signature) => expected.indexOf(signature));
}

describe('a rotated secret', () => {
  test('signs first, and the one it replaced second, until the overlap has passed (C29)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const webhook = await givenWebhook(app, { url: receiver.url });
    expect(signersOf(await deliverOne(app, receiver), [webhook.secret])).toEqual([0]);

    const secrets = [await rotate(app, webhook, 3600), webhook.secret];
    const during = await deliverOne(app, receiver);
    expect(signersOf(during, secrets)).toEqual([0, 1]);
    for (const secret of secrets) {
      expect(() => new Webhook(secret).verify(during.rawBody, headersOf(during))).not.toThrow();
    }

    await app.clock.advance(3_600_000);
    expect(signersOf(await deliverOne(app, receiver), secrets)).toEqual([0]);
  });

  test('leaves the one it replaced valid for a day when nothing is said', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const webhook = await givenWebhook(app, { url: receiver.url });
    const secrets = [await rotate(app, webhook), webhook.secret];

    await app.clock.advance((DAY_SECONDS - 60) * 1000);
    expect(signersOf(await deliverOne(app, receiver), secrets)).toEqual([0, 1]);
    await app.clock.advance(60_000);
    expect(signersOf(await deliverOne(app, receiver), secrets)).toEqual([0]);
  });

  test('with an overlap of nothing ends the old one at once (C29)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const webhook = await givenWebhook(app, { url: receiver.url });

    const secret = await rotate(app, webhook, 0);

    const request = await deliverOne(app, receiver);
    expect(signersOf(request, [secret, webhook.secret])).toEqual([0]);
    expect(() => new Webhook(webhook.secret).verify(request.rawBody, headersOf(request))).toThrow();
  });

  test('keeps at most four that it replaced, the newest of them (C29)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const webhook = await givenWebhook(app, { url: receiver.url });
    const secrets = [webhook.secret];
    for (let rotation = 0; rotation < 6; rotation += 1) secrets.unshift(await rotate(app, webhook, 7 * DAY_SECONDS));

    expect(signersOf(await deliverOne(app, receiver), secrets)).toEqual([0, 1, 2, 3, 4]);
  });

  test('signs first even when the machine that rotated it has a clock that is behind (C29)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await app.clock.advance(60_000);
    const webhook = await givenWebhook(app, { url: receiver.url });
    await app.clock.advance(-30_000);

    const secret = await rotate(app, webhook);

    expect(signersOf(await deliverOne(app, receiver), [secret, webhook.secret])).toEqual([0, 1]);
  });

  test('signs the retries of what was reported before', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 200]);
    await using watching = watchLog(app);
    const webhook = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60] });
    expect(signersOf(await deliverOne(app, receiver), [webhook.secret])).toEqual([0]);

    const secret = await rotate(app, webhook, 0);
    await watching.until(seen('ATTEMPT_FAILED'));
    await app.clock.advance(73_000);

    expect(signersOf(await receiver.nextRequest(), [secret, webhook.secret])).toEqual([0]);
  });

  test('of basic webhooks signs first beside the old one as well (C29)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const settings = { webhookUrl: receiver.url };
    const rotateBasic = async () => {
      const { secret } = await ask<{ secret: string }>(
        app,
        `mutation ($input: RotateBasicWebhookSecretInput!) {
          rotateBasicWebhookSecret(input: $input) { ... on RotateBasicWebhookSecretPayload { secret } }
        }`,
        { input: {} },
      );
      return secret;
    };
    const secrets = [await rotateBasic()];
    secrets.unshift(await rotateBasic());

    await reportCompleted(app, { settings, importIdentifier: null });

    expect(signersOf(await receiver.nextRequest(), secrets)).toEqual([0, 1]);
  });
});

/** Single values, as the library wants them; ours are. */
function headersOf({ headers }: ReceivedRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
