/** Sending over real sockets: what an attempt sends, and what answers and broken connections come to. */

import type net from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { testCertificate, trustTestCertificates } from '../support/certificate.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { drip, say, startTcpServer } from '../support/tcp.ts';

describe('an attempt', () => {
  test('B11: answered with 2xx succeeded, and keeps what was answered', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([
      { status: 202, headers: { 'x-seen': ['a', 'b'] }, body: 'danke schön' },
    ]);

    const outcome = await sender.send({ url: `${receiver.url}/hook?a=1`, headers, body });

    expect(outcome).toMatchObject({
      kind: 'succeeded',
      startedAt: expect.any(Date),
      remoteAddress: '127.0.0.1',
      response: { status: 202, headers: { 'x-seen': ['a', 'b'] }, body: 'danke schön', bodyTruncated: false },
      timings: {
        dnsMs: null,
        connectMs: expect.any(Number),
        tlsMs: null,
        firstByteMs: expect.any(Number),
      },
    });
    expect(outcome.durationMs).toBe(outcome.timings?.totalMs);
  });

  test('sends exactly the body and the headers it was given, and no surprises beside them', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver();
    const text = '{"name":"名前 😀","big":12345678901234567890}\n';

    await sender.send({ url: `${receiver.url}/p?q=1`, headers, body: text });
    await sender.send({ url: receiver.url, headers: { ...headers, 'User-Agent': 'mine' }, body: '' });

    const [first, second] = await receiver.waitFor(2);
    expect(first).toMatchObject({ method: 'POST', url: '/p?q=1', rawBody: Buffer.from(text) });
    expect(first?.headers).toEqual({
      ...headers,
      'accept-encoding': 'identity',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(text)),
      host: `127.0.0.1:${receiver.port}`,
      'user-agent': 'posthorn/test',
    });
    expect(second?.headers).toMatchObject({ 'content-length': '0', 'user-agent': 'mine' });
  });

  test.each([
    [300, 'REDIRECT'],
    [304, 'REDIRECT'],
    [400, 'HTTP_STATUS'],
    [401, 'HTTP_STATUS'],
    [404, 'HTTP_STATUS'],
    [413, 'HTTP_STATUS'],
    [429, 'HTTP_STATUS'],
    [500, 'HTTP_STATUS'],
    [503, 'HTTP_STATUS'],
    [599, 'HTTP_STATUS'],
    [799, 'HTTP_STATUS'],
  ])('B11, B12: answered with %i failed as %s, and may be retried', async (status, errorCode) => {
    using sender = givenSender();
    await using receiver = await startReceiver([{ status }]);

    const outcome = await sender.send({ url: receiver.url, headers, body });

    expect(outcome).toMatchObject({
      kind: 'failed',
      errorCode,
      final: false,
      retryAfterMs: null,
      response: { status },
    });
    expect(outcome).toMatchObject({ errorMessage: expect.stringContaining(`${status}`) });
  });

  test('B13: answered with 410 failed for good, even when the body never ends', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([410]);
    await using dripping = await startTcpServer(drip('HTTP/1.1 410 Gone\r\ncontent-length: 1000\r\n\r\n', 'x'));

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({ errorCode: 'GONE', final: true });
    expect(
      await sender.send({ url: `http://127.0.0.1:${dripping.port}`, headers, body, timeoutMs: 150 }),
    ).toMatchObject({ errorCode: 'GONE', final: true, response: { status: 410, bodyTruncated: true } });
  });

  test.each([301, 302, 303, 307, 308])('B11, D38: answered with %i contacts no second host', async (status) => {
    using sender = givenSender();
    await using second = await startReceiver();
    await using first = await startReceiver([{ status, headers: { location: `${second.url}/latest/meta-data` } }]);

    expect(await sender.send({ url: first.url, headers, body })).toMatchObject({ errorCode: 'REDIRECT', final: false });
    expect(first.requests).toHaveLength(1);
    expect(second.connections).toBe(0);
  });

  test('B14: carries the Retry-After of 429, 502, 503 and 504, bounded, and of no other status', async () => {
    using sender = givenSender({ maxRetryAfterMs: 60_000 });
    const answers = [429, 502, 503, 504, 500, 200].map((status) => ({ status, headers: { 'retry-after': '7' } }));
    await using receiver = await startReceiver([
      ...answers,
      { status: 429, headers: { 'retry-after': '3600' } },
      { status: 503, headers: { 'retry-after': '1e300' } },
      { status: 503, headers: { 'retry-after': ['1', '2', '3'] } },
    ]);

    const outcomes = [];
    for (let sent = 0; sent < 9; sent += 1) outcomes.push(await sender.send({ url: receiver.url, headers, body }));

    expect(outcomes.map((outcome) => (outcome.kind === 'failed' ? outcome.retryAfterMs : undefined))).toEqual([
      7_000,
      7_000,
      7_000,
      7_000,
      null,
      undefined,
      60_000,
      null,
      null,
    ]);
  });

  test('reuses connections, and reports no connection phases when it did', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver();

    for (let sent = 0; sent < 5; sent += 1) {
      const outcome = await sender.send({ url: receiver.url, headers, body });
      if (sent > 0) expect(outcome.timings).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null });
      expect(outcome.remoteAddress).toBe('127.0.0.1');
    }

    expect(receiver.connections).toBe(1);
  });

  test('opens no more connections per host than it may, and sends everything', async () => {
    using sender = givenSender({ maxSocketsPerHost: 2 });
    await using receiver = await startReceiver();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => sender.send({ url: receiver.url, headers, body })),
    );

    expect(outcomes.every(({ kind }) => kind === 'succeeded')).toBe(true);
    expect(receiver.connections).toBe(2);
  });

  test('B12: that the caller cuts short is ABORTED and closes its connection', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([{ delay: never }]);
    const controller = new AbortController();

    const sending = sender.send({ url: receiver.url, headers, body, signal: controller.signal });
    await receiver.nextRequest();
    controller.abort();

    expect(await sending).toMatchObject({ errorCode: 'ABORTED', final: false });
    expect(await sender.send({ url: receiver.url, headers, body, signal: controller.signal })).toMatchObject({
      errorCode: 'ABORTED',
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test('C33: with a header that would inject another is refused before anything is sent', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver();

    for (const value of ['a\r\nx-evil: 1', 'a\nb', 'a\u0000b', '名前']) {
      expect(await sender.send({ url: receiver.url, headers: { ...headers, 'x-mine': value }, body })).toMatchObject({
        errorCode: 'INVALID_HEADER',
        final: true,
        response: null,
      });
    }
    expect(receiver.requests).toHaveLength(0);
  });
});

describe('a connection', () => {
  test('B12: that is refused is CONNECTION_REFUSED', async () => {
    using sender = givenSender();
    const receiver = await startReceiver();
    await receiver.close();

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({
      kind: 'failed',
      errorCode: 'CONNECTION_REFUSED',
      errorMessage: 'The connection was refused.',
      response: null,
      remoteAddress: null,
    });
  });

  test('B12: that is reset or closed before or during the response is CONNECTION_RESET or CONNECTION_CLOSED', async () => {
    using sender = givenSender();
    const start = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this';
    const talks: readonly [string, (socket: net.Socket) => void][] = [
      ['CONNECTION_RESET', (socket) => socket.resetAndDestroy()],
      ['CONNECTION_CLOSED', (socket) => socket.end()],
      ['CONNECTION_CLOSED', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
      ['CONNECTION_CLOSED', (socket) => socket.end(start)],
      ['CONNECTION_RESET', (socket) => socket.write(start, () => socket.resetAndDestroy())],
      [
        'CONNECTION_CLOSED',
        (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
      ],
    ];

    for (const [errorCode, talk] of talks) {
      await using server = await startTcpServer(talk);
      const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body });
      expect(outcome).toMatchObject({ kind: 'failed', errorCode, final: false });
    }
  });

  test('B12: that answers with something else than HTTP is PROTOCOL_ERROR', async () => {
    using sender = givenSender();
    const answers = [
      'SSH-2.0-OpenSSH_9.9\r\n',
      'HTTP/1.1 200 OK\r\nbad header\r\n\r\n',
      'HTTP/1.1 abc\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ];

    for (const answer of answers) {
      await using server = await startTcpServer(say(answer));
      const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body, timeoutMs: 2_000 });
      expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'PROTOCOL_ERROR', final: false });
      await server.closed();
    }
  });

  test('whose receiver answers before it has read the request is closed, not kept', async () => {
    using sender = givenSender();
    const sent = 30_000_000;
    let read = 0;
    let readOn = () => {};
    await using server = await startTcpServer((socket) => {
      socket.on('data', (chunk) => {
        read += chunk.length;
      });
      socket.pause();
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      readOn = () => socket.resume();
    });

    const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body: 'x'.repeat(sent) });
    readOn();
    await server.closed();

    expect(outcome).toMatchObject({ kind: 'succeeded', response: { body: 'ok' } });
    expect(read).toBeLessThan(sent);
  });
});

describe('a secure connection', () => {
  test('with an untrusted certificate is refused also where NODE_TLS_REJECT_UNAUTHORIZED turns checking off', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([200], { tls: testCertificate });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());

    const outcome = await sender.send({ url: receiver.url, headers, body });

    expect(outcome).toMatchObject({ errorCode: 'CERTIFICATE_UNTRUSTED' });
    expect(receiver.requests).toEqual([]);
  });

  test('B12: with an untrusted certificate is CERTIFICATE_UNTRUSTED, to a receiver without TLS TLS_FAILED, and nothing is sent', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([200], { tls: testCertificate });
    await using plain = await startReceiver();

    const untrusted = await sender.send({ url: receiver.url, headers, body });
    const noTls = await sender.send({ url: plain.url.replace('http:', 'https:'), headers, body });

    expect(untrusted).toMatchObject({
      errorCode: 'CERTIFICATE_UNTRUSTED',
      errorMessage: 'No secure connection: self-signed certificate.',
    });
    expect(noTls).toMatchObject({ errorCode: 'TLS_FAILED', errorMessage: expect.stringContaining('wrong version') });
    expect([...receiver.requests, ...plain.requests]).toEqual([]);
  });

  test('B12: with a trusted certificate delivers and is reused; with one for another host is CERTIFICATE_WRONG_HOST', async () => {
    using _trusting = trustTestCertificates();
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    using sender = givenSender({ resolver: resolverAt(dns) });
    await using receiver = await startReceiver([200], { tls: testCertificate });

    const first = await sender.send({ url: receiver.url, headers, body });
    const named = await sender.send({ url: `https://receiver.test:${receiver.port}`, headers, body });
    const again = await sender.send({ url: `https://receiver.test.:${receiver.port}`, headers, body });
    const other = await sender.send({ url: `https://other.test:${receiver.port}`, headers, body });

    expect(first).toMatchObject({ kind: 'succeeded', timings: { tlsMs: expect.any(Number) } });
    expect([named, again]).toMatchObject([{ kind: 'succeeded' }, { kind: 'succeeded', timings: { tlsMs: null } }]);
    expect(other).toMatchObject({
      errorCode: 'CERTIFICATE_WRONG_HOST',
      errorMessage: 'No secure connection: the certificate is for another host.',
    });
  });
});

describe('a name', () => {
  test('that many deliveries need at once is resolved once', async () => {
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    using sender = givenSender({ resolver: resolverAt(dns) });
    await using receiver = await startReceiver();

    const url = `http://busy.test:${receiver.port}/`;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => sender.send({ url, headers, body })));

    expect(outcomes.every(({ kind }) => kind === 'succeeded')).toBe(true);
    expect(dns.questions).toHaveLength(2);
  });
});
