/** Sending by way of an egress proxy. */

import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAddressRules } from '../../src/webhook/address.ts';
import { createTestApp } from '../support/app.ts';
import { testCertificate, trustTestCertificates } from '../support/certificate.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { createStandingClock } from '../support/standing-clock.ts';
import { startTcpServer } from '../support/tcp.ts';
import { failForFiveMinutes, fiveTimes } from './five-minutes.ts';

describe('a delivery by way of an egress proxy', () => {
  let trusting: Disposable;
  beforeAll(() => {
    trusting = trustTestCertificates();
  });
  afterAll(() => trusting[Symbol.dispose]());

  test.each([
    ['http', 'http'],
    ['http', 'https'],
    ['https', 'http'],
    ['https', 'https'],
  ])('over an %s proxy arrives at an %s receiver, on connections that are kept', async (proxyScheme, scheme) => {
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    await using proxy = await startConnectProxy(proxyScheme === 'https' ? { tls: testCertificate } : {});
    await using receiver = await startReceiver([200], scheme === 'https' ? { tls: testCertificate } : {});
    using sender = givenSender({ proxyUrl: proxy.url, resolver: resolverAt(dns) });

    for (let sent = 0; sent < 5; sent += 1) {
      const url = `${scheme}://receiver.test:${receiver.port}/hook`;
      expect(await sender.send({ url, headers, body })).toMatchObject({
        kind: 'succeeded',
        remoteAddress: '127.0.0.1',
        timings: sent === 0 ? { dnsMs: expect.any(Number), connectMs: expect.any(Number) } : { connectMs: null },
      });
    }

    expect(receiver.requests[0]?.headers.host).toBe(`receiver.test:${receiver.port}`);
    expect(receiver.connections).toBe(1);
    // The name stays with us: it would be resolved again over there, and perhaps differently.
    expect(proxy.asked).toEqual([{ target: `127.0.0.1:${receiver.port}`, authorization: undefined }]);
  });

  test('has the credentials of its URL for the proxy, and none of them for the receiver', async () => {
    await using proxy = await startConnectProxy();
    await using receiver = await startReceiver();
    const proxyUrl = new URL(proxy.url);
    proxyUrl.username = 'posthorn';
    proxyUrl.password = 'p@ss:wörd';
    using sender = givenSender({ proxyUrl });

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({ kind: 'succeeded' });

    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from('posthorn:p@ss:wörd').toString('base64')}`);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('D34, D36: is vetted before the proxy is asked for anything', async () => {
    await using dns = await startDnsServer((name) => (name === 'mixed.test' ? ['93.184.216.34', '10.0.0.1'] : ['::1']));
    await using proxy = await startConnectProxy();
    using sender = givenSender({ proxyUrl: proxy.url, resolver: resolverAt(dns), rules: createAddressRules([]) });

    for (const [host, errorCode] of [
      ['127.0.0.1', 'BLOCKED_ADDRESS'],
      ['[::1]', 'BLOCKED_ADDRESS'],
      ['[::ffff:10.0.0.1]', 'BLOCKED_ADDRESS'],
      ['169.254.169.254', 'BLOCKED_ADDRESS'],
      ['private.test', 'BLOCKED_NAME'],
      ['mixed.test', 'MIXED_ADDRESSES'],
    ]) {
      const outcome = await sender.send({ url: `http://${host}/`, headers, body });
      expect(outcome).toMatchObject({ errorCode, ours: false, response: null });
    }
    expect(proxy.connections).toBe(0);
  });

  test('D38: is not stopped by the rules on addresses when the proxy itself is at a private one', async () => {
    await using proxy = await startConnectProxy({
      behaviour: (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
    });
    using sender = givenSender({ proxyUrl: proxy.url, rules: createAddressRules([]) });

    await sender.send({ url: 'http://93.184.216.34/', headers, body });

    expect(proxy.asked).toMatchObject([{ target: '93.184.216.34:80' }]);
  });

  test('tries the next address of the host when the proxy cannot connect to the first', async () => {
    await using dns = await startDnsServer(() => ['127.0.0.3', '127.0.0.1']);
    await using proxy = await startConnectProxy();
    await using receiver = await startReceiver();
    using sender = givenSender({ proxyUrl: proxy.url, resolver: resolverAt(dns) });

    const outcome = await sender.send({ url: `http://receiver.test:${receiver.port}/`, headers, body });

    expect(outcome).toMatchObject({ kind: 'succeeded', remoteAddress: '127.0.0.1' });
  });

  test('opens no more connections than may be in use at once', async () => {
    await using proxy = await startConnectProxy();
    await using receiver = await startReceiver();
    using sender = givenSender({ proxyUrl: proxy.url, maxSocketsPerHost: 3 });

    const sending = Array.from({ length: 30 }, () => sender.send({ url: receiver.url, headers, body }));
    const outcomes = await Promise.all(sending);

    expect(outcomes.every(({ kind }) => kind === 'succeeded')).toBe(true);
    expect(proxy.connections).toBeLessThanOrEqual(3);
  });

  test('is what a dispatcher makes whose configuration names the proxy', async () => {
    await using proxy = await startConnectProxy();
    await using receiver = await startReceiver();
    await using app = await createTestApp({ dispatcher: true, config: { egressProxyUrl: proxy.url } });
    await givenWebhook(app, { url: receiver.url });

    await reportCompleted(app);
    await receiver.nextRequest();

    expect(proxy.asked).toMatchObject([{ target: `127.0.0.1:${receiver.port}` }]);
  });

  test("that is reset in the tunnel is the receiver's doing, in the form in which the proxy passes it on", async () => {
    await using proxy = await startConnectProxy();
    await using plain = await startTcpServer((socket) => socket.resetAndDestroy());
    using sender = givenSender({ proxyUrl: proxy.url });

    for (const [scheme, errorCode] of [
      ['http', 'CONNECTION_CLOSED'],
      ['https', 'TLS_FAILED'],
    ]) {
      const url = `${scheme}://127.0.0.1:${plain.port}/`;
      expect(await sender.send({ url, headers, body })).toMatchObject({ errorCode, ours: false });
    }
  });
});

describe('an egress proxy', () => {
  const timeoutMs = 300;

  const say = (text: string) => (socket: Duplex) => socket.end(text);
  const sayAlways =
    (text: string, start = '') =>
    (socket: Duplex) => {
      socket.write(start);
      const more = () => {
        while (!socket.destroyed && socket.write(text.repeat(1_000)));
      };
      socket.on('drain', more);
      more();
    };

  test.each<[string, (socket: Duplex) => void]>([
    ['refuses with 403', say('HTTP/1.1 403 Forbidden\r\n\r\n')],
    ['wants other credentials', say('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 3\r\n\r\nno!')],
    ['answers with a redirect', say('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n')],
    ['answers 502', say('HTTP/1.1 502 Bad Gateway\r\n\r\n')],
    ['hangs up', (socket) => socket.destroy()],
    ['says nothing', () => {}],
    ['answers with garbage', say('SSH-2.0-OpenSSH_9.9\r\n')],
    ['answers with endless headers', sayAlways('x: y\r\n')],
    ['answers with an endless header', sayAlways('y', 'HTTP/1.1 200 OK\r\nx: ')],
    ['answers with endless interim responses', sayAlways('HTTP/1.1 100 Continue\r\n\r\n')],
    ['switches protocols', say('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')],
    ['speaks before the receiver can', say('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')],
  ])('that %s is PROXY_FAILED, which is ours, and lets go', async (_what, behaviour) => {
    await using proxy = await startConnectProxy({ behaviour });
    await using receiver = await startReceiver();
    const proxyUrl = new URL(proxy.url);
    proxyUrl.password = 'secret';
    using sender = givenSender({ proxyUrl });

    for (const url of [receiver.url, receiver.url.replace('http:', 'https:')]) {
      const outcome = await sender.send({ url, headers, body, timeoutMs });
      expect(outcome).toMatchObject({ errorCode: 'PROXY_FAILED', ours: true, final: false, response: null });
      expect(outcome.durationMs).toBeLessThan(timeoutMs + 3_000);
      expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`secret|${proxy.url.port}`));
    }
    expect(receiver.connections).toBe(0);
    await closedAll(proxy);
  });

  test('that is not there is PROXY_FAILED', async () => {
    const proxy = await startConnectProxy();
    await proxy.close();
    await using receiver = await startReceiver();
    using sender = givenSender({ proxyUrl: proxy.url });

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({
      errorCode: 'PROXY_FAILED',
      errorMessage: 'The egress proxy could not be reached.',
      ours: true,
    });
  });

  test('with a certificate that nobody vouches for is PROXY_FAILED, and learns no credentials', async () => {
    await using proxy = await startConnectProxy({ tls: testCertificate });
    await using receiver = await startReceiver();
    using sender = givenSender({ proxyUrl: proxy.url });

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({ errorCode: 'PROXY_FAILED' });
    expect(proxy.asked).toEqual([]);
  });

  test('that has connected to another host every minute is not blamed for one that was not there for five', async () => {
    await using proxy = await startConnectProxy();
    await using receiver = await startReceiver([{ headers: { connection: 'close' } }]);
    const gone = await startReceiver();
    await gone.close();
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    const clock = createStandingClock();
    using sender = givenSender({ proxyUrl: proxy.url, resolver: resolverAt(dns), clock });
    const sendTo = (url: string, limits = {}) => sender.send({ url, headers, body, ...limits });

    const verdicts = await failForFiveMinutes(
      clock,
      () => sendTo(gone.url),
      () => sendTo(`http://healthy.test:${receiver.port}/`),
    );
    proxy.behave(() => {});
    const hanging = await sendTo(gone.url, { timeoutMs });
    const another = await sendTo('http://another.test/', { timeoutMs });

    expect(verdicts).toEqual(fiveTimes('PROXY_FAILED', 'CONNECT_FAILED'));
    expect(hanging).toMatchObject({ errorCode: 'CONNECT_TIMEOUT', ours: false });
    expect(another).toMatchObject({ errorCode: 'PROXY_FAILED', ours: true });
  });

  test('is let go of when the attempt is cut short while it connects', async () => {
    const reached = Promise.withResolvers<void>();
    await using proxy = await startConnectProxy({ behaviour: () => reached.resolve() });
    await using receiver = await startReceiver([{ delay: never }]);
    using sender = givenSender({ proxyUrl: proxy.url });
    const cut = new AbortController();

    const sending = sender.send({ url: receiver.url, headers, body, signal: cut.signal });
    await reached.promise;
    cut.abort();

    expect(await sending).toMatchObject({ errorCode: 'ABORTED' });
    await closedAll(proxy);
  });

  /** Resolves when nothing is open any more; the test times out when something stays. */
  async function closedAll(proxy: { readonly open: number }): Promise<void> {
    while (proxy.open > 0) await new Promise((resolve) => setImmediate(resolve));
  }
});
