/** Failed attempts: how each is named, when it is made again, and when that ends. */

import { afterEach, describe, expect, test } from 'vitest';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { testCertificate } from '../support/certificate.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { say, startTcpServer } from '../support/tcp.ts';
import { delayOf, kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

/** A second; past the instant that the log has named, whatever it was rounded to. */
const A_LITTLE_MS = 1_000;

describe('a failed attempt', () => {
  const open: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
  });

  async function opened<Server extends AsyncDisposable>(starting: Promise<Server>): Promise<Server> {
    const server = await starting;
    open.push(server);
    return server;
  }

  /** A port that nothing listens on any more. */
  async function closedPort(): Promise<number> {
    await using server = await startTcpServer(() => {});
    return server.port;
  }

  test.each<[string, string, () => Promise<string>]>([
    ['a status that means failure', 'HTTP_STATUS', async () => (await opened(startReceiver([404]))).url],
    ['a server error', 'HTTP_STATUS', async () => (await opened(startReceiver([500]))).url],
    ['a redirect', 'REDIRECT', async () => (await opened(startReceiver([302]))).url],
    ['silence', 'RESPONSE_TIMEOUT', async () => (await opened(startReceiver([{ delay: never }]))).url],
    [
      'a connection that is reset',
      'CONNECTION_RESET',
      async () => `http://127.0.0.1:${(await opened(startTcpServer((socket) => socket.resetAndDestroy()))).port}/`,
    ],
    [
      'a connection that is closed',
      'CONNECTION_CLOSED',
      async () => `http://127.0.0.1:${(await opened(startTcpServer((socket) => socket.destroy()))).port}/`,
    ],
    [
      'something that is not HTTP',
      'PROTOCOL_ERROR',
      async () => `http://127.0.0.1:${(await opened(startTcpServer(say('SSH-2.0-OpenSSH_9.9\r\n\r\n')))).port}/`,
    ],
    [
      'a certificate that nobody vouches for',
      'CERTIFICATE_UNTRUSTED',
      async () => (await opened(startReceiver([200], { tls: testCertificate }))).url,
    ],
    ['a refused connection', 'CONNECTION_REFUSED', async () => `http://127.0.0.1:${await closedPort()}/`],
    ['a name that is gone', 'DNS_FAILED', () => Promise.resolve('http://receiver.test/')],
  ])('by %s ends as %s on the attempt and in the log, and is made again (B12)', async (_what, errorCode, start) => {
    // A name is there when the webhook is made, and gone when it is sent to.
    const dns = await opened(startDnsServer((_name, asked) => (asked === 0 ? ['127.0.0.1'] : 'NXDOMAIN')));
    await using app = await createTestApp({
      dispatcher: true,
      resolver: resolverAt(dns),
      config: { attemptTimeoutMs: 500 },
    });
    await using watching = watchLog(app);
    await givenWebhook(app, { url: await start() });
    await reportCompleted(app);

    const [, failed] = await watching.until(seen('ATTEMPT_FAILED'));
    expect(failed).toMatchObject({ kind: 'ATTEMPT_FAILED', errorCode, deliveryStatus: 'PENDING', attemptNumber: 1 });
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'PENDING', attemptCount: 1, attempts: [{ number: 1, outcome: 'FAILED', errorCode, leaseLost: false }] },
    ]);

    await app.clock.advance(6_000 + A_LITTLE_MS);
    const entries = await watching.until(seen('ATTEMPT_FAILED', 2));
    expect(entries.at(-1)).toMatchObject({ errorCode, deliveryStatus: 'PENDING', attemptNumber: 2 });
  });
});

describe('the next attempt', () => {
  test('is never before the delay of the schedule, and never after it and a fifth (B18)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([503]);
    await using watching = watchLog(app);
    // Ten failures of one destination would have it held.
    for (let index = 0; index < 10; index += 1) {
      await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [10, 300] });
    }
    for (const importId of ['a', 'b', 'c', 'd']) await reportCompleted(app, { importId });

    await watching.until(seen('ATTEMPT_FAILED', 40));
    await app.clock.advance(12_000 + A_LITTLE_MS);
    const all = await watching.until(seen('ATTEMPT_FAILED', 80));

    const failed = all.filter(({ kind }) => kind === 'ATTEMPT_FAILED');
    const delays = (attempt: number) => failed.filter((entry) => entry.attemptNumber === attempt).map(delayOf);
    expectWithin(delays(1), 10_000, 12_000);
    expectWithin(delays(2), 300_000, 360_000);
  });

  /** All within, and not all alike. */
  function expectWithin(delays: readonly number[], least: number, most: number): void {
    expect(delays).toHaveLength(40);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...delays)).toBeLessThanOrEqual(most);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan((most - least) / 4);
  }

  test('is not made before it is due, and is made once it is', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [3600] });
    await reportCompleted(app);
    await watching.until(seen('ATTEMPT_FAILED'));

    await app.clock.advance(3_600_000 - 60_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);

    await app.clock.advance(720_000 + 60_000 + A_LITTLE_MS);
    await watching.until(seen('DELIVERED'));
    expect(receiver.requests).toHaveLength(2);
  });
});

describe('a delivery whose schedule is used up', () => {
  test('has failed, with one EXHAUSTED entry, and is never attempted again (B19)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: `${receiver.url}/failing`, retryScheduleSeconds: [5, 5] });
    await reportCompleted(app);

    for (const attempt of [1, 2]) {
      await watching.until(seen('ATTEMPT_FAILED', attempt));
      await app.clock.advance(6_000 + A_LITTLE_MS);
    }
    const entries = await watching.until(seen('EXHAUSTED'));
    expect(kindsOf(entries)).toEqual(['SCHEDULED', 'ATTEMPT_FAILED', 'ATTEMPT_FAILED', 'ATTEMPT_FAILED', 'EXHAUSTED']);
    expect(entries.at(-2)).toMatchObject({ attemptNumber: 3, nextAttemptAt: null, deliveryStatus: 'FAILED' });
    expect(entries.at(-1)).toMatchObject({
      nextAttemptAt: null,
      deliveryStatus: 'FAILED',
      reason: 'The retry schedule is used up: 3 attempts failed.',
    });

    await app.clock.advance(30 * 86_400_000);
    expect(await scanLanes(app, 86_400_000)).toEqual([]);
    await expectDeliveredElsewhere(app);
    expect(receiver.requests).toHaveLength(3);
    expect(watching.seen.filter(({ kind }) => kind === 'EXHAUSTED')).toHaveLength(1);
  });

  /** The dispatcher looked, and went on. */
  async function expectDeliveredElsewhere(app: TestApp): Promise<void> {
    await using other = await startReceiver();
    await givenWebhook(app, { url: other.url, importIdentifiers: ['elsewhere'] });
    await reportCompleted(app, { importId: 'elsewhere', importIdentifier: 'elsewhere' });
    await other.waitFor(1);
  }
});

describe('a receiver that asks for a pause', () => {
  test.each([429, 503])('with %i and Retry-After gets nothing at all until then; others do (B15)', async (status) => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([{ status, headers: { 'retry-after': '120' } }, 200]);
    await using other = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await givenWebhook(app, { url: other.url, importIdentifiers: ['other'] });
    await reportCompleted(app, { importId: 'first' });
    const entries = await watching.until(seen('HELD'));
    expect(entries.find(({ kind }) => kind === 'HELD')).toMatchObject({
      reason: expect.stringContaining('Retry-After'),
    });
    expect(entries.filter(({ nextAttemptAt, kind }) => nextAttemptAt && kind !== 'SCHEDULED').map(delayOf)).toEqual([
      120_000, 120_000,
    ]);

    await reportCompleted(app, { importId: 'second' });
    await reportCompleted(app, { importId: 'other', importIdentifier: 'other' });
    await watching.until(seen('DELIVERED'));
    await app.clock.advance(110_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);

    await app.clock.advance(10_000 + A_LITTLE_MS);
    await receiver.waitFor(3);
    await watching.until(seen('DELIVERED', 3));
  });

  test('for less than the schedule says is not asked sooner than the schedule says (B14)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([{ status: 429, headers: { 'retry-after': '1' } }]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60] });
    await reportCompleted(app);

    const entries = await watching.until(seen('HELD'));

    const failed = entries.find(({ kind }) => kind === 'ATTEMPT_FAILED');
    expect(failed && delayOf(failed)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a receiver that is gone', () => {
  test('with 410 has its webhook disabled, with the reason, and what waits for it waits (B13)', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { destinationConcurrency: 1 } });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ status: 410, delay: answer.promise }, 200]);
    await using watching = watchLog(app);
    const { id } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'first' });
    await receiver.waitFor(1);
    await reportCompleted(app, { importId: 'second' });
    answer.resolve();

    const entries = await watching.until(seen('HELD'));
    expect(kindsOf(entries.filter(({ importId }) => importId === 'first'))).toEqual([
      'SCHEDULED',
      'ATTEMPT_FAILED',
      'EXHAUSTED',
      'HELD',
    ]);
    expect(entries.at(-1)).toMatchObject({
      kind: 'HELD',
      webhookId: id,
      nextAttemptAt: null,
      reason: expect.stringContaining('410 Gone'),
    });
    expect(await readDeliveries(app)).toMatchObject([
      { importId: 'first', status: 'FAILED', attempts: [{ errorCode: 'GONE' }] },
      { importId: 'second', status: 'PENDING', attempts: [] },
    ]);
    expect(await app.db.prisma.webhook.findFirst()).toMatchObject({
      enabled: false,
      disabledReason: 'The receiver answered 410 Gone.',
    });
    expect(await reportCompleted(app, { importId: 'third' })).toMatchObject({ deliveries: 0 });
    await app.clock.advance(365 * 86_400_000);
    expect(await scanLanes(app, 0)).toEqual([]);
  });
});
