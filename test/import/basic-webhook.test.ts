/** Basic webhooks: the URLs that come with one import. */

import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, watchWebSocket } from '../support/client.ts';
import { DOCUMENTED_BODY, documentedImport, givenOrganization, givenWebhook } from '../support/given.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.ts';
import { countRows, headlessDetails, report, reportMany } from '../support/report.ts';

let app: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  app = await createTestApp({ dispatcher: true });
  receiver = await startReceiver();
});

afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** The secret of the organization, which a rotation tells. */
async function rotateBasicSecret(overlapSeconds = 0): Promise<string> {
  const { secret } = await ask<{ secret: string }>(
    app,
    `mutation ($input: RotateBasicWebhookSecretInput!) {
      rotateBasicWebhookSecret(input: $input) { ... on RotateBasicWebhookSecretPayload { secret } }
    }`,
    { input: { overlapSeconds } },
  );
  return secret;
}

/** Whether the request has the signature that the official library makes. Its `verify` wants JSON, so it will not do. */
function isSigned({ rawBody, headers }: ReceivedRequest, secret: string): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const signature = new Webhook(secret).sign(String(headers['webhook-id']), at, rawBody);
  return signaturesOf(headers).includes(signature);
}

function signaturesOf(headers: ReceivedRequest['headers']): readonly string[] {
  return String(headers['webhook-signature']).split(' ');
}

/** Resolves once the log says that a delivery of the import was delivered. */
async function isDelivered(importId: string): Promise<void> {
  await using watching = watchWebSocket<{ kind: string; delivery: { importId: string } }>(
    app,
    'subscription { deliveryLog(after: "0.0") { kind delivery { importId } } }',
  );
  await watching.until((seen) =>
    seen.some((entry) => entry.kind === 'DELIVERED' && entry.delivery.importId === importId),
  );
}

/** The `settings` of an import whose two basic webhooks go to different paths of the receiver. */
const settings = () => ({
  webhookUrl: `${receiver.url}/completed?of=1`,
  needsReviewWebhookUrl: `${receiver.url}/review`,
});

describe('a basic webhook', () => {
  test('is told the id as a form, signed with the secret of the organization (H63)', async () => {
    const secret = await rotateBasicSecret();
    const { event, deliveries } = await report(app, 'importCompleted', {
      importIdentifier: null,
      settings: { webhookUrl: `${receiver.url}/completed?of=1` },
    });

    const request = await receiver.nextRequest();
    expect(request).toMatchObject({ method: 'POST', url: '/completed?of=1' });
    expect(request.rawBody.toString()).toBe(`uploadId=${documentedImport.importId}`);
    expect(request.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(request.rawBody.length),
      'webhook-id': event?.id,
      'posthorn-attempt': '1',
    });
    expect(isSigned(request, secret)).toBe(true);
    expect(deliveries).toBe(1);
  });

  test('is told an id with special characters as a form has them', async () => {
    const importId = 'a&b=c+d/ü%20🪶';
    await report(app, 'importCompleted', { importId, settings: settings() });

    const { rawBody } = await receiver.nextRequest();
    expect(rawBody.toString()).toBe('uploadId=a%26b%3Dc%2Bd%2F%C3%BC%2520%F0%9F%AA%B6');
    expect(new URLSearchParams(rawBody.toString()).get('uploadId')).toBe(importId);
  });

  test('is signed with both secrets during a rotation, with the new one alone after it (C29)', async () => {
    const old = await rotateBasicSecret();
    const current = await rotateBasicSecret(3600);
    await report(app, 'importCompleted', { importId: 'rotating', settings: settings() });
    const during = await receiver.nextRequest();
    expect([isSigned(during, old), isSigned(during, current)]).toEqual([true, true]);
    expect(signaturesOf(during.headers)).toHaveLength(2);

    await isDelivered('rotating'); // or else its lease would end with the clock, and it would be sent again
    await app.clock.advance(3_600_000);
    await report(app, 'importCompleted', { importId: 'rotated', settings: settings() });
    const after = await receiver.nextRequest();
    expect([isSigned(after, old), isSigned(after, current)]).toEqual([false, true]);
  });

  test('is signed with a secret of its own organization, which the first report makes', async () => {
    const other = await givenOrganization(app);
    await report(other, 'importCompleted', { importIdentifier: null, settings: settings() });
    const request = await receiver.nextRequest();

    expect(request.headers['webhook-signature']).toMatch(/^v1,[\w+/]+=*$/);
    expect(isSigned(request, await rotateBasicSecret())).toBe(false);
    const secrets = await app.db.query('select id from webhook_secret where owner_id = $1', [other.organizationId]);
    expect(secrets).toHaveLength(1);
  });

  test('fires in development mode as well, and beside the managed webhooks that match', async () => {
    await givenWebhook(app, { url: `${receiver.url}/managed`, developmentMode: true, importIdentifiers: ['both'] });
    const { deliveries } = await report(app, 'importCompleted', {
      importId: 'both',
      developmentMode: true,
      importIdentifier: 'both',
      settings: settings(),
    });

    expect(deliveries).toBe(2);
    const requests = [await receiver.nextRequest(), await receiver.nextRequest()];
    const bodies = new Map(requests.map(({ url, rawBody }) => [url, rawBody.toString()]));
    expect(bodies.get('/completed?of=1')).toBe('uploadId=both');
    expect(bodies.get('/managed')).toBe(
      DOCUMENTED_BODY.replace(documentedImport.importId, 'both').replace(
        '"development_mode":false',
        '"development_mode":true',
      ),
    );
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers['posthorn-delivery-id'])).size).toBe(2);
  });

  test('for reviews is told of a review and of nothing else', async () => {
    const input = { headless: headlessDetails, importIdentifier: null, settings: settings() };
    const review = await report(app, 'headlessImportNeedsReview', { importId: 'reviewed', ...input });
    expect(await receiver.nextRequest()).toMatchObject({ url: '/review', rawBody: Buffer.from('uploadId=reviewed') });

    const failure = await report(app, 'headlessImportFailed', { importId: 'failed', ...input });
    const completion = await report(app, 'importCompleted', { importId: 'reviewed', ...input });
    expect(await receiver.nextRequest()).toMatchObject({
      url: '/completed?of=1',
      rawBody: Buffer.from('uploadId=reviewed'),
    });
    expect([review, failure, completion].map(({ deliveries }) => deliveries)).toEqual([1, 0, 1]);
  });

  test('that is not given is not called, even when the other one is', async () => {
    const { webhookUrl, needsReviewWebhookUrl } = settings();
    const input = { importIdentifier: null, headless: headlessDetails };
    const answers = [
      await report(app, 'importCompleted', { ...input, importId: 'a', settings: { needsReviewWebhookUrl } }),
      await report(app, 'headlessImportNeedsReview', { ...input, importId: 'b', settings: { webhookUrl } }),
      await report(app, 'importCompleted', { ...input, importId: 'c', settings: { webhookUrl: '' } }),
      await report(app, 'importCompleted', { ...input, importId: 'd', settings: {} }),
    ];
    expect(answers.map(({ deliveries }) => deliveries)).toEqual([0, 0, 0, 0]);
  });

  test('is shown with its URL and without a webhook', async () => {
    await report(app, 'importCompleted', { importId: 'shown', importIdentifier: null, settings: settings() });
    await receiver.nextRequest();

    expect(
      await ask(app, '{ deliveries(filter: { importId: "shown" }) { edges { node { basicUrl webhook { id } } } } }'),
    ).toEqual({ edges: [{ node: { basicUrl: `${receiver.url}/completed?of=1`, webhook: null } }] });
  });
});

describe('basic webhooks of one origin', () => {
  test('share one destination, whatever their path, and those of another origin have another', async () => {
    const { destination: before } = await countRows(app);
    const elsewhere = 'http://127.0.0.1:9';
    const urls = [`${elsewhere}/a`, `${elsewhere}/b?c`, `${elsewhere.toUpperCase()}/d`, 'http://127.0.0.2:9/a'];
    const results = await reportMany(
      app,
      urls.map((webhookUrl, index) => ({
        importId: `origin-${index}`,
        importIdentifier: null,
        settings: { webhookUrl },
      })),
    );

    expect(results.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1, 1]);
    const { destination: after } = await countRows(app);
    expect((after ?? 0) - (before ?? 0)).toBe(2);
  });

  test('are made once by many who come at the same time', async () => {
    const { destination: before } = await countRows(app);
    const webhookUrl = 'http://127.0.0.3:9/';
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        report(app, 'importCompleted', {
          importId: `at-once-${index}`,
          importIdentifier: null,
          settings: { webhookUrl },
        }),
      ),
    );
    const { destination: after } = await countRows(app);
    expect((after ?? 0) - (before ?? 0)).toBe(1);
  });
});
