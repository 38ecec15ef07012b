/** Receivers that do their worst: what an attempt comes to, how long it takes, how much is read. */

import type net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expiredCertificate, testCertificate, trustTestCertificates } from '../support/certificate.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { HOSTILITIES } from '../support/hostile.ts';
import { addressOf, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { drip, say, sayEndlessly, startTcpServer, type Talk } from '../support/tcp.ts';

const TIMEOUT_MS = 400;
/** Other tests share the machine. */
const SLACK_MS = 3_000;
/** What fits into the buffers of two sockets, between a receiver that writes and a sender that has stopped reading. */
const BUFFERS_BYTES = 16_000_000;

describe('an attempt at a receiver', () => {
  test.each(HOSTILITIES)('B16, B17: that answers with $what comes to $comesTo, and then lets go', async (hostility) => {
    using sender = givenSender();
    await using server = await startTcpServer(hostility.talk);

    const outcome = await sender.send({
      url: `http://127.0.0.1:${server.port}/`,
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
    });

    const comesTo = outcome.kind === 'failed' ? outcome.errorCode : outcome.kind;
    const { end = null, warnings = [] } = outcome.response ?? {};
    expect({ comesTo, end, warnings }).toEqual({
      comesTo: hostility.comesTo,
      end: hostility.end,
      warnings: hostility.warnings ?? [],
    });
    if (outcome.kind === 'failed') expect(outcome).toMatchObject({ final: false, ours: false });
    expect(outcome.durationMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(outcome.response?.body.length ?? 0).toBeLessThanOrEqual(16_384);
    expect(outcome.remoteAddress).toBe('127.0.0.1');
    // A whole response leaves a connection that may be used again.
    if (hostility.end === 'COMPLETE') sender.close();
    await server.closed();
    expect(server.bytesWritten).toBeLessThan(BUFFERS_BYTES);
  });
});

describe('an attempt at a receiver with TLS', () => {
  let trusting: Disposable;
  beforeAll(() => {
    trusting = trustTestCertificates();
  });
  afterAll(() => trusting[Symbol.dispose]());

  /** The beginning of a handshake record that says it is 16 KiB long. */
  const HANDSHAKE = '\x16\x03\x03\x40\x00';

  test.each<[string, Talk, string]>([
    ['never says a word', () => {}, 'TLS_TIMEOUT'],
    ['begins a handshake and stops', say(HANDSHAKE), 'TLS_TIMEOUT'],
    ['drip-feeds a handshake', drip(HANDSHAKE, '\x02'), 'TLS_TIMEOUT'],
    ['hangs up in the handshake', (socket) => socket.end(), 'TLS_FAILED'],
    ['resets in the handshake', (socket) => socket.resetAndDestroy(), 'TLS_FAILED'],
    ['speaks plain HTTP', say('HTTP/1.1 200 OK\r\n\r\n'), 'TLS_FAILED'],
    ['sends an alert', say(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])), 'TLS_FAILED'],
  ])('B16: that %s comes to nothing, and then lets go', async (_what, talk, errorCode) => {
    using sender = givenSender();
    await using server = await startTcpServer(talk);

    const outcome = await sender.send({
      url: `https://127.0.0.1:${server.port}/`,
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
    });

    expect(outcome).toMatchObject({ errorCode, response: null, ours: false, remoteAddress: '127.0.0.1' });
    expect(outcome.timings).toMatchObject({ connectMs: expect.any(Number), tlsMs: null });
    expect(outcome.durationMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    await server.closed();
  });

  test('B16: whose certificate has expired is CERTIFICATE_EXPIRED, and gets nothing', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([200], { tls: expiredCertificate });

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({
      errorCode: 'CERTIFICATE_EXPIRED',
      errorMessage: 'No secure connection: the certificate has expired, or is not valid yet.',
      final: false,
    });
    expect(receiver.requests).toEqual([]);
  });

  test('B16: whose certificate is for another host is CERTIFICATE_WRONG_HOST, and gets nothing', async () => {
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    using sender = givenSender({ resolver: resolverAt(dns) });
    await using receiver = await startReceiver([200], { tls: testCertificate });

    expect(await sender.send({ url: `https://other.test:${receiver.port}/`, headers, body })).toMatchObject({
      errorCode: 'CERTIFICATE_WRONG_HOST',
      final: false,
    });
    expect(receiver.requests).toEqual([]);
  });

  test('B16: whose response never ends is cut off as without TLS', async () => {
    using sender = givenSender();
    const server = tls.createServer(testCertificate, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => sayEndlessly('HTTP/1.1 200 OK\r\n\r\n', Buffer.alloc(65_536, 'a'))(socket));
    });
    const closed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

    const { port } = addressOf(server);
    expect(await sender.send({ url: `https://127.0.0.1:${port}/`, headers, body })).toMatchObject({
      kind: 'succeeded',
      response: { end: 'CUT' },
    });
    await closed;
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a response', () => {
  test('that is followed by another one is not taken for the answer to the next request', async () => {
    using sender = givenSender();
    let connections = 0;
    await using server = await startTcpServer((socket) => {
      connections += 1;
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${connections}`);
      socket.write('HTTP/1.1 500 Planted\r\ncontent-length: 0\r\n\r\n');
    });
    const url = `http://127.0.0.1:${server.port}/`;

    expect(await sender.send({ url, headers, body })).toMatchObject({ response: { status: 200, body: '1' } });
    await server.closed();
    expect(await sender.send({ url, headers, body })).toMatchObject({ response: { status: 200, body: '2' } });
  });

  test.each([
    ['413 Too Large', { kind: 'failed', errorCode: 'HTTP_STATUS' }],
    ['200 OK', { kind: 'succeeded' }],
  ])('B16: that says %s before the request is read decides, with a warning', async (statusLine, comesTo) => {
    using sender = givenSender();
    const open: net.Socket[] = [];
    let bytes = 0;
    await using server = await startTcpServer((socket) => {
      open.push(socket.pause());
      socket.write(`HTTP/1.1 ${statusLine}\r\ncontent-length: 0\r\n\r\n`);
    });
    const url = `http://127.0.0.1:${server.port}/`;

    const outcome = await sender.send({ url, headers, body: 'x'.repeat(30_000_000) });

    for (const socket of open) socket.on('data', (chunk) => (bytes += chunk.length)).resume();
    await server.closed();
    expect(bytes).toBeLessThan(20_000_000); // the rest is not sent any more
    const response = { status: Number.parseInt(statusLine, 10), end: 'COMPLETE', warnings: ['ANSWERED_EARLY'] };
    expect(outcome).toMatchObject({ ...comesTo, response });
  });

  test.each(['http', 'https'])('to a request that was read, however long, has no warning by %s', async (scheme) => {
    using trusting = trustTestCertificates();
    expect(trusting).toBeDefined();
    using sender = givenSender();
    await using receiver = await startReceiver([200], scheme === 'https' ? { tls: testCertificate } : {});

    for (const bytes of [1, 10_000, 10_000_000]) {
      const sending = Array.from({ length: 20 }, () =>
        // 200 MB may take a busy machine longer than the usual deadline of these tests.
        sender.send({ url: receiver.url, headers, body: 'x'.repeat(bytes), timeoutMs: 50_000 }),
      );
      for (const { response } of await Promise.all(sending))
        expect(response).toMatchObject({ status: 200, warnings: [] });
    }
  });

  test('that is followed by an endless header in its trailers has no many headers of its own', async () => {
    using sender = givenSender();
    const many = Array.from({ length: 150 }, (_, index) => `x-${index}: y\r\n`).join('');
    const trailer = `x: ${'y'.repeat(20_000)}\r\n\r\n`;
    await using server = await startTcpServer(
      say(`HTTP/1.1 200 OK\r\n${many}transfer-encoding: chunked\r\n\r\n0\r\n${trailer}`),
    );

    const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body });

    expect(outcome).toMatchObject({ errorCode: 'HEADERS_TOO_LARGE', response: { status: 200, end: 'RESET' } });
  });

  const lines = (count: number, bytes = 4) => `x: ${'y'.repeat(bytes - 4)}\r\n`.repeat(count);
  const hint = `HTTP/1.1 103 Early Hints\r\n${lines(60)}\r\n`;
  const ok = 'HTTP/1.1 200 OK\r\n';

  test.each<[string, string, string]>([
    [
      'one long header before a body of many lines',
      `${ok}${lines(1, 17_000)}\r\n${'a\n'.repeat(200)}`,
      'HEADERS_TOO_LARGE',
    ],
    [
      'ninety in the part that is read, and more behind it',
      `${ok}${lines(90, 182)}${lines(500, 40)}\r\n`,
      'HEADERS_TOO_LARGE',
    ],
    [
      'a long one after interim ones, which do not count',
      `${hint}${hint}${ok}${lines(1, 20_000)}`,
      'HEADERS_TOO_LARGE',
    ],
    ['ten thousand after an interim one', `${hint}${ok}${lines(10_000, 10)}\r\n`, 'TOO_MANY_HEADERS'],
    ['a hundred and more in the part that is read', `${ok}${lines(110, 140)}${lines(500, 40)}\r\n`, 'TOO_MANY_HEADERS'],
  ])('with %s is refused for what it is, in whatever pieces it comes', async (_what, text, errorCode) => {
    using sender = givenSender();
    for (const pieceBytes of [text.length, 1_000]) {
      const pieces = text.match(new RegExp(`[^]{1,${pieceBytes}}`, 'g')) ?? [];
      await using server = await startTcpServer((socket) => {
        socket.setNoDelay();
        const next = () => {
          const piece = pieces.shift();
          if (piece !== undefined) socket.write(piece, () => setImmediate(next));
        };
        next();
      });

      const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body });

      expect(outcome).toMatchObject({ errorCode, response: null });
    }
  });

  test('B16: on a connection that is then reset does not spoil the next delivery', async () => {
    using sender = givenSender();
    const open: net.Socket[] = [];
    await using server = await startTcpServer((socket) => {
      open.push(socket);
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });

    for (let sent = 1; sent <= 3; sent += 1) {
      const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body });
      expect(outcome).toMatchObject({ kind: 'succeeded', response: { body: 'ok', end: 'COMPLETE' } });
      open.pop()?.resetAndDestroy();
      await server.closed();
      // The next round of the event loop, in which our side of the connection hears of it.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.connections).toBe(3);
  });
});
