/** What is kept of an attempt: what was sent, over which connection, and where the time went. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAddressRules } from '../../src/webhook/address.ts';
import { tablesWith } from '../graphql/contents.ts';
import { createTestApp } from '../support/app.ts';
import { expiredCertificate, testCertificate, trustTestCertificates } from '../support/certificate.ts';
import { ask, type Caller } from '../support/client.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { DOCUMENTED_BODY, documentedImport, givenWebhook, reportCompleted } from '../support/given.ts';
import { never, type ReceivedRequest, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { seen, watchLog } from './observe.ts';

/** What `openssl x509 -enddate` says of the certificates for tests. */
const EXPIRES_AT = new Date('2126-10-28T19:49:28.000Z');
const EXPIRED_AT = new Date('2020-01-02T00:00:00.000Z');

/** Single values, without the one header that belongs to the connection. */
function sentHeaders({ headers: { connection: _, ...others } }: ReceivedRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
}

describe('what was sent', () => {
  test('is kept as the receiver got it, on new and on reused connections', async () => {
    await using receiver = await startReceiver();
    using sender = givenSender();

    for (let sent = 0; sent < 2; sent += 1) {
      const { requestHeaders } = await sender.send({ url: `${receiver.url}/hook`, headers, body });

      expect(requestHeaders).toEqual(sentHeaders(await receiver.nextRequest()));
      expect(requestHeaders).toMatchObject({ ...headers, 'content-length': String(body.length) });
    }
    expect(receiver.connections).toBe(1);
  });

  test('is kept with a mask over the values that are to be kept secret', async () => {
    await using receiver = await startReceiver();
    using sender = givenSender();

    const { requestHeaders } = await sender.send({
      url: receiver.url,
      headers: { ...headers, authorization: 'Bearer token' },
      body,
      maskedHeaders: new Set(['authorization']),
    });

    expect((await receiver.nextRequest()).headers.authorization).toBe('Bearer token');
    expect(requestHeaders).toMatchObject({ ...headers, authorization: '••••' });
  });

  test('is kept when no answer comes', async () => {
    await using receiver = await startReceiver([{ delay: never }]);
    using sender = givenSender();

    expect(await sender.send({ url: receiver.url, headers, body, timeoutMs: 100 })).toMatchObject({
      errorCode: 'RESPONSE_TIMEOUT',
      requestHeaders: headers,
      timings: { firstByteMs: null, bodyMs: null },
    });
  });

  test('is nothing without a connection, and then nothing is kept', async () => {
    await using dns = await startDnsServer(() => []);
    await using untrusted = await startReceiver([200], { tls: testCertificate });
    const gone = await startReceiver();
    await gone.close();
    using sender = givenSender({ resolver: resolverAt(dns) });
    using strict = givenSender({ rules: createAddressRules([]) });
    using busy = givenSender({ maxSockets: 1 });
    await using slow = await startReceiver([{ delay: never }]);
    const holding = busy.send({ url: slow.url, headers, body });
    await slow.nextRequest();

    const outcomes = await Promise.all([
      sender.send({ url: gone.url, headers, body }),
      sender.send({ url: 'http://nowhere.test/', headers, body }),
      sender.send({ url: untrusted.url, headers, body }),
      sender.send({ url: 'ftp://127.0.0.1/', headers, body }),
      sender.send({ url: slow.url, headers: { ...headers, 'x-bad': 'a\nb' }, body }),
      strict.send({ url: gone.url, headers, body }),
      busy.send({ url: slow.url, headers, body, timeoutMs: 50 }),
    ]);

    expect(outcomes.map((outcome) => outcome.kind === 'failed' && outcome.errorCode)).toEqual([
      'CONNECTION_REFUSED',
      'DNS_FAILED',
      'CERTIFICATE_UNTRUSTED',
      'INVALID_URL',
      'INVALID_HEADER',
      'BLOCKED_ADDRESS',
      'NO_FREE_CONNECTION',
    ]);
    expect(outcomes.map(({ requestHeaders }) => requestHeaders)).toEqual(outcomes.map(() => null));
    busy.close();
    await holding;
  });
});

describe('the time of an attempt', () => {
  test('is divided by the first byte of the answer: before it, and the body', async () => {
    await using receiver = await startReceiver((_request, response) => response.write('and then nothing'));
    using sender = givenSender();

    const outcome = await sender.send({ url: receiver.url, headers, body, timeoutMs: 300 });

    const { firstByteMs, bodyMs } = outcome.timings ?? {};
    expect(outcome).toMatchObject({ errorCode: 'BODY_TIMEOUT' });
    expect(bodyMs).toBeGreaterThan(0);
    expect((firstByteMs ?? 0) + (bodyMs ?? 0)).toBe(outcome.durationMs);
  });
});

describe('a secure attempt', () => {
  let trusting: Disposable;
  beforeAll(() => {
    trusting = trustTestCertificates();
  });
  afterAll(() => trusting[Symbol.dispose]());

  const tls13 = { tlsVersion: 'TLSv1.3', certificateExpiresAt: EXPIRES_AT };

  test('knows TLS version and certificate of its connection, whether it was made for it or is reused', async () => {
    await using receiver = await startReceiver([200], { tls: testCertificate });
    using sender = givenSender();

    const first = await sender.send({ url: receiver.url, headers, body });
    const second = await sender.send({ url: receiver.url, headers, body });

    expect(first).toMatchObject({ handshake: tls13, timings: { tlsMs: expect.any(Number) } });
    expect(second).toMatchObject({ handshake: tls13, timings: { tlsMs: null } });
    expect(receiver.connections).toBe(1);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('knows them when a %s session was resumed, too', async (maxVersion) => {
    const tls = { ...testCertificate, maxVersion };
    await using receiver = await startReceiver([{ headers: { connection: 'close' } }], { tls });
    using sender = givenSender();

    for (let sent = 0; sent < 3; sent += 1) {
      expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({
        handshake: { tlsVersion: maxVersion, certificateExpiresAt: EXPIRES_AT },
      });
    }
    expect(receiver.connections).toBe(3);
  });

  test('that fails for an expired certificate says when it expired', async () => {
    await using receiver = await startReceiver([200], { tls: expiredCertificate });
    using sender = givenSender();

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({
      errorCode: 'CERTIFICATE_EXPIRED',
      handshake: { tlsVersion: 'TLSv1.3', certificateExpiresAt: EXPIRED_AT },
    });
  });

  test.each([{}, { tls: testCertificate }])('by way of a proxy knows those of the receiver', async (proxied) => {
    await using proxy = await startConnectProxy(proxied);
    await using receiver = await startReceiver([200], { tls: testCertificate });
    await using expired = await startReceiver([200], { tls: expiredCertificate });
    await using plain = await startReceiver();
    using sender = givenSender({ proxyUrl: proxy.url });
    const send = async (url: string) => (await sender.send({ url, headers, body })).handshake;

    expect([await send(receiver.url), await send(receiver.url)]).toEqual([tls13, tls13]);
    expect(await send(expired.url)).toEqual({ ...tls13, certificateExpiresAt: EXPIRED_AT });
    expect([await send(plain.url), await send(plain.url)]).toEqual([null, null]);
    expect([receiver.connections, plain.connections]).toEqual([1, 1]);
  });

  test('to a receiver without TLS knows nothing of a handshake', async () => {
    await using plain = await startReceiver();
    using sender = givenSender();

    for (const url of [plain.url, plain.url.replace('http:', 'https:')]) {
      expect((await sender.send({ url, headers, body })).handshake).toBeNull();
    }
  });

  test('shows all of it to operators', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([200], { tls: testCertificate });
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    await watching.until(seen('DELIVERED'));

    expect(await readAttempts(app)).toMatchObject([
      {
        tlsVersion: 'TLSv1.3',
        certificateExpiresAt: EXPIRES_AT.toISOString(),
        timings: { tlsMs: expect.any(Number), bodyMs: expect.any(Number) },
      },
    ]);
  });
});

interface SeenAttempt {
  readonly cure: string | null;
  readonly requestHeaders: readonly { readonly name: string; readonly value: string }[] | null;
  readonly requestBody: string | null;
  readonly tlsVersion: string | null;
}

/** The attempts of the deliveries of the organization, newest delivery first. */
async function readAttempts(caller: Caller): Promise<SeenAttempt[]> {
  const { edges } = await ask<{ edges: { node: { attempts: SeenAttempt[] } }[] }>(
    caller,
    `{
      deliveries(first: 5) {
        edges {
          node {
            attempts {
              cure requestHeaders { name value } requestBody tlsVersion certificateExpiresAt timings { tlsMs bodyMs }
            }
          }
        }
      }
    }`,
  );
  return edges.flatMap(({ node }) => node.attempts);
}

describe('an attempt that is shown', () => {
  test("has the request as the receiver got it, and nothing of the values of the webhook's own headers", async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 200]);
    await using watching = watchLog(app);
    const secret = 'Bearer 6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    const custom = [{ name: 'Authorization', value: secret }];
    await givenWebhook(app, { url: receiver.url, headers: custom, retryScheduleSeconds: [60] });
    await reportCompleted(app);
    await watching.until(seen('ATTEMPT_FAILED'));
    await app.clock.advance(73_000);
    await watching.until(seen('DELIVERED'));

    const attempts = await readAttempts(app);

    const requests = await receiver.waitFor(2);
    expect(attempts.map(({ requestHeaders }) => asObject(requestHeaders))).toEqual(
      requests.map((request) => ({ ...sentHeaders(request), authorization: '••••' })),
    );
    expect(attempts.map(({ requestBody }) => requestBody)).toEqual([DOCUMENTED_BODY, DOCUMENTED_BODY]);
    expect(await tablesWith(app.db, secret)).toEqual([]);
  });

  test('of a basic webhook has the form that was sent', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await reportCompleted(app, { settings: { webhookUrl: receiver.url }, importIdentifier: null });
    await watching.until(seen('DELIVERED'));

    const [attempt] = await readAttempts(app);

    expect(attempt?.requestBody).toBe(`uploadId=${documentedImport.importId}`);
    expect(asObject(attempt?.requestHeaders)).toEqual(sentHeaders(await receiver.nextRequest()));
  });

  test('says what to do when it failed, and nothing when it did not', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([404, 500, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60, 60] });
    await reportCompleted(app);
    for (const failed of [1, 2]) {
      await watching.until(seen('ATTEMPT_FAILED', failed));
      await app.clock.advance(73_000);
    }
    await watching.until(seen('DELIVERED'));

    expect((await readAttempts(app)).map(({ cure }) => cure)).toEqual([
      "Check the path in the webhook's URL.",
      expect.stringContaining('The log of the receiver says why.'),
      null,
    ]);
  });
});

function asObject(list: SeenAttempt['requestHeaders'] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ name, value }) => [name, value]));
}
