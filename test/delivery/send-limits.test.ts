/** Sending to receivers that answer too slowly, too much, or garbage. */

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { drip, say, startTcpServer } from '../support/tcp.ts';

describe('the deadline', () => {
  const timeoutMs = 150;
  const start = 'HTTP/1.1 200 OK\r\n';

  test.each([
    ['a receiver that says nothing', () => {}, 'RESPONSE_TIMEOUT', 'a response'],
    ['drip-fed headers', drip(`${start}x-a: `, 'a'), 'RESPONSE_TIMEOUT', 'a response'],
    ['a drip-fed body', drip(`${start}content-length: 9999\r\n\r\n`, 'a'), 'BODY_TIMEOUT', 'the end of the response'],
    ['a body that stops', say(`${start}content-length: 9\r\n\r\n`, 'abc'), 'BODY_TIMEOUT', 'the end of the response'],
  ])('B16: holds against %s', async (_what, talk, errorCode, waitedFor) => {
    using sender = givenSender();
    await using server = await startTcpServer(talk);

    const outcome = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body, timeoutMs });

    expect(outcome).toMatchObject({
      kind: 'failed',
      errorCode,
      errorMessage: `The deadline of 150 ms passed while waiting for ${waitedFor}.`,
      final: false,
    });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(timeoutMs - 2);
    expect(outcome.durationMs).toBeLessThan(timeoutMs + 1_000);
    await server.closed();
  });

  test('B16: holds against a name server that does not answer', async () => {
    await using dns = await startDnsServer(() => 'silence');
    using sender = givenSender({ resolver: resolverAt(dns) });

    const outcome = await sender.send({ url: 'http://silent.test/', headers, body, timeoutMs });

    expect(outcome).toMatchObject({ errorCode: 'RESOLVER_FAILED', ours: true, response: null, remoteAddress: null });
  });

  test('B16: includes waiting for a free connection', async () => {
    using sender = givenSender({ maxSocketsPerHost: 1 });
    await using receiver = await startReceiver([{ delay: never }, 200]);

    const [first, second] = await Promise.all([
      sender.send({ url: receiver.url, headers, body, timeoutMs: 1_000 }),
      sender.send({ url: receiver.url, headers, body, timeoutMs }),
    ]);

    expect([first, second]).toMatchObject([
      { errorCode: 'RESPONSE_TIMEOUT', ours: false },
      { errorCode: 'NO_FREE_CONNECTION', ours: true, timings: { connectMs: null } },
    ]);
    expect(receiver.requests).toHaveLength(1);
    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({ kind: 'succeeded' });
  });
});

describe('a response', () => {
  test('B17: with exactly 64 KiB is complete and its connection reused, with a byte more it is not', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([{ body: 'a'.repeat(65_536) }, { body: 'a'.repeat(65_537) }, 200]);

    for (let sent = 0; sent < 3; sent += 1) {
      expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({ kind: 'succeeded' });
      expect(receiver.connections).toBe(sent < 2 ? 1 : 2);
    }
  });

  test('B16: that fails with a long body keeps its status', async () => {
    using sender = givenSender();
    await using receiver = await startReceiver([{ status: 500, body: 'a'.repeat(1_000_000) }]);

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({
      errorCode: 'HTTP_STATUS',
      response: { status: 500, bodyTruncated: true },
    });
  });

  test('B16: with non-ASCII header values and an invalid UTF-8 body is kept as valid text', async () => {
    using sender = givenSender();
    const head = Buffer.concat([
      Buffer.from('HTTP/1.1 200 OK\r\nx-a: caf'),
      Buffer.from([0xe9]),
      Buffer.from('\r\nx-b: ü\r\n'),
    ]);
    const bytes = Buffer.from([0x61, 0x00, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0x62]);
    await using server = await startTcpServer(say(head, 'content-length: 8\r\n\r\n', bytes));

    const { response } = await sender.send({ url: `http://127.0.0.1:${server.port}/`, headers, body });

    expect(response?.headers).toMatchObject({ 'x-a': ['caf\uFFFD'], 'x-b': ['ü'] });
    expect(response?.body).toMatch(/^a\uFFFD+b$/);
  });

  test.each(['gzip', 'GZIP', 'x-gzip'])(
    'B16: compressed as %s without being asked is decompressed',
    async (encoding) => {
      using sender = givenSender();
      const answer = { headers: { 'content-encoding': encoding }, body: gzipSync('thank you') };
      await using receiver = await startReceiver([answer]);

      const outcome = await sender.send({ url: receiver.url, headers, body });
      await sender.send({ url: receiver.url, headers, body });

      expect(outcome).toMatchObject({ kind: 'succeeded', response: { body: 'thank you', bodyTruncated: false } });
      expect(receiver.connections).toBe(1);
    },
  );

  test.each([
    ['is not compressed at all', { headers: { 'content-encoding': 'gzip' }, body: 'plain' }],
    ['ends in the middle', { headers: { 'content-encoding': 'gzip' }, body: gzipSync('thank you').subarray(0, 15) }],
    ['has no body', { status: 204, headers: { 'content-encoding': 'gzip' } }],
    ['names an unknown coding', { headers: { 'content-encoding': 'rot13' }, body: 'plain' }],
    ['names a thousand codings', { headers: { 'content-encoding': 'gzip,'.repeat(1_000) }, body: 'plain' }],
  ])('B16: with 2xx that announces a coding but %s is delivered all the same', async (_what, answer) => {
    using sender = givenSender();
    await using receiver = await startReceiver([answer]);

    expect(await sender.send({ url: receiver.url, headers, body })).toMatchObject({ kind: 'succeeded' });
  });
});
