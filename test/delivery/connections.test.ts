/** The connections that deliveries share: how many there are, what is reused, and who waits for whom. */

import https from 'node:https';
import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSlots } from '../../src/delivery/slots.ts';
import { createTestApp } from '../support/app.ts';
import { testCertificate, trustTestCertificates } from '../support/certificate.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { addressOf, never, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { startTcpServer } from '../support/tcp.ts';
import { seen, watchLog } from './observe.ts';

describe('deliveries to one https host', () => {
  let trusting: Disposable;
  beforeAll(() => {
    trusting = trustTestCertificates();
  });
  afterAll(() => trusting[Symbol.dispose]());

  /** A receiver that tells of its handshakes: one entry each, true when a session was resumed. */
  async function startCountingReceiver(protocol: 'TLSv1.2' | 'TLSv1.3') {
    const resumed: boolean[] = [];
    const versions = { minVersion: protocol, maxVersion: protocol } as const;
    const server: Server = https.createServer({ ...testCertificate, ...versions }, (request, response) => {
      request.resume().once('end', () => {
        // Whoever asks for it gets a connection that is not kept.
        if (request.url === '/close') response.setHeader('connection', 'close');
        response.end();
      });
    });
    server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `https://127.0.0.1:${addressOf(server).port}`,
      resumed,
      [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
    };
  }

  test('make one handshake for each that is under way at once, whichever webhook they are of', async () => {
    await using receiver = await startCountingReceiver('TLSv1.3');
    using sender = givenSender({ maxSocketsPerHost: 5 });

    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        sender.send({ url: `${receiver.url}/webhook/${index}`, headers, body }),
      ),
    );

    expect(outcomes.every(({ kind }) => kind === 'succeeded')).toBe(true);
    expect(receiver.resumed.length).toBeLessThanOrEqual(5);
    sender.close();
  });

  test('make no more handshakes than attempts are allowed at once when a dispatcher makes them, for five webhooks', async () => {
    await using receiver = await startCountingReceiver('TLSv1.3');
    await using app = await createTestApp({ dispatcher: true, config: { destinationConcurrency: 2 } });
    for (let index = 0; index < 5; index += 1) await givenWebhook(app, { url: `${receiver.url}/webhook/${index}` });
    const log = watchLog(app);

    for (let index = 0; index < 8; index += 1) await reportCompleted(app, { importId: `import-${index}` });
    await log.until(seen('DELIVERED', 40));

    expect(receiver.resumed.length).toBeLessThanOrEqual(5 * 2);
  });

  test('make a single handshake when they are made one after the other', async () => {
    await using receiver = await startCountingReceiver('TLSv1.3');
    using sender = givenSender();

    for (let sent = 0; sent < 20; sent += 1) await sender.send({ url: receiver.url, headers, body });

    expect(receiver.resumed).toEqual([false]);
    sender.close();
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resume their %s session when the receiver keeps no connections',
    async (protocol) => {
      await using receiver = await startCountingReceiver(protocol);
      using sender = givenSender();

      for (let sent = 0; sent < 4; sent += 1) {
        const outcome = await sender.send({ url: `${receiver.url}/close`, headers, body });
        expect(outcome).toMatchObject({ kind: 'succeeded', timings: { tlsMs: expect.any(Number) } });
      }

      expect(receiver.resumed).toEqual([false, true, true, true]);
      sender.close();
    },
  );
});

describe('connections', () => {
  test('that are unused are kept up to a bound over all hosts, and the others closed', async () => {
    using sender = givenSender({ maxIdleSockets: 2 });
    const receivers = await Promise.all(Array.from({ length: 4 }, () => startReceiver()));

    for (const { url } of [...receivers, ...receivers]) await sender.send({ url, headers, body });

    expect(receivers.map(({ connections }) => connections)).toEqual([1, 1, 2, 2]);
    for (const receiver of receivers) await receiver.close();
  });

  test('that are unused and those in use are counted apart, however often one is reused', async () => {
    using sender = givenSender({ maxIdleSockets: 1 });
    await using first = await startReceiver();
    await using second = await startReceiver();

    for (let sent = 0; sent < 15; sent += 1) await sender.send({ url: first.url, headers, body });
    await first.close();
    await new Promise((resolve) => setImmediate(resolve));
    for (let sent = 0; sent < 15; sent += 1) await sender.send({ url: second.url, headers, body });

    expect(first.connections).toBe(1);
    expect(second.connections).toBe(1);
  });

  test('that are unused hold up nobody, even when there are as many as may be in use', async () => {
    using sender = givenSender({ maxSockets: 2 });
    const receivers = await Promise.all(Array.from({ length: 6 }, () => startReceiver()));

    for (const { url } of receivers) {
      expect(await sender.send({ url, headers, body, timeoutMs: 2_000 })).toMatchObject({ kind: 'succeeded' });
    }
    for (const receiver of receivers) await receiver.close();
  });

  test('in use are bounded over all hosts, and who waits is served when one of any host comes free', async () => {
    using sender = givenSender({ maxSockets: 2 });
    await using silent = await startReceiver([{ delay: never }]);
    await using healthy = await startReceiver();
    const cut = new AbortController();

    const hanging = [0, 1].map(() => sender.send({ url: silent.url, headers, body, signal: cut.signal }));
    await silent.waitFor(2);
    const waiting = sender.send({ url: healthy.url, headers, body });
    await new Promise((resolve) => setImmediate(resolve));
    expect(healthy.connections).toBe(0);
    cut.abort();

    expect(await waiting).toMatchObject({ kind: 'succeeded' });
    expect(await Promise.all(hanging)).toMatchObject([{ errorCode: 'ABORTED' }, { errorCode: 'ABORTED' }]);
  });

  test('to a host that is silent leave the others theirs', async () => {
    using sender = givenSender({ maxSockets: 10, maxSocketsPerHost: 4 });
    await using silent = await startReceiver([{ delay: never }]);
    await using healthy = await startReceiver();
    const cut = new AbortController();

    const hanging = Array.from({ length: 50 }, () =>
      sender.send({ url: silent.url, headers, body, signal: cut.signal }),
    );
    await silent.waitFor(4);

    for (let sent = 0; sent < 10; sent += 1) {
      expect(await sender.send({ url: healthy.url, headers, body })).toMatchObject({ kind: 'succeeded' });
    }
    expect(silent.connections).toBe(4);
    cut.abort();
    await Promise.all(hanging);
  });
});

describe('slots', () => {
  /** Which of the hosts got a slot, in order. */
  function takeAll(slots: ReturnType<typeof createSlots>, hosts: readonly string[]) {
    const served: string[] = [];
    const taken = hosts.map((host) => {
      const slot = slots.take(host);
      void slot.taken.then(() => served.push(host));
      return slot;
    });
    return { served, taken };
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test('go to waiting hosts in turn, not to the one that waits with most', async () => {
    const slots = createSlots({ overall: 1, perHost: 9 });
    const { served, taken } = takeAll(slots, ['a', 'a', 'a', 'a', 'b', 'c']);

    for (const slot of [0, 1, 4, 5, 2]) {
      await settled();
      taken[slot]?.giveBack();
    }
    await settled();

    expect(served).toEqual(['a', 'a', 'b', 'c', 'a', 'a']);
  });

  test('are free again once, however often they are given back', async () => {
    const slots = createSlots({ overall: 2, perHost: 1 });
    const { served, taken } = takeAll(slots, ['a', 'a', 'a', 'b', 'c']);
    await settled();
    expect(served).toEqual(['a', 'b']);

    taken[1]?.giveBack(); // never had it
    taken[0]?.giveBack();
    taken[0]?.giveBack();
    await settled();

    expect(served).toEqual(['a', 'b', 'a']);
    taken[2]?.giveBack();
    await settled();
    expect(served).toEqual(['a', 'b', 'a', 'c']);
  });
});

describe('a kept connection that the receiver closes as a request comes', () => {
  const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

  /** A receiver that answers the first request of each connection, and does `onSecond` with the second. */
  function startClosingReceiver(onSecond: (socket: Socket) => void) {
    return startTcpServer((socket) => {
      socket.write(ANSWER);
      socket.on('data', (chunk) => {
        if (chunk.includes('POST ')) onSecond(socket);
      });
    });
  }

  test('is passed over within the same attempt, which succeeds on another', async () => {
    await using receiver = await startClosingReceiver((socket) => socket.resetAndDestroy());
    using sender = givenSender();
    const url = `http://127.0.0.1:${receiver.port}/`;
    const kinds: string[] = [];
    for (let sent = 0; sent < 6; sent += 1) kinds.push((await sender.send({ url, headers, body })).kind);

    expect(kinds).toEqual(Array.from({ length: 6 }, () => 'succeeded'));
  });

  test('is the end of the attempt once a byte of the answer has come', async () => {
    await using receiver = await startClosingReceiver((socket) => socket.end('HTTP/1.1 '));
    using sender = givenSender();
    const url = `http://127.0.0.1:${receiver.port}/`;
    expect(await sender.send({ url, headers, body })).toMatchObject({ kind: 'succeeded' });
    expect(await sender.send({ url, headers, body })).toMatchObject({ kind: 'failed', errorCode: 'CONNECTION_CLOSED' });
  });

  test('is not passed over when the connection was made for the request', async () => {
    await using receiver = await startTcpServer((socket) => socket.resetAndDestroy());
    using sender = givenSender();
    const outcome = await sender.send({ url: `http://127.0.0.1:${receiver.port}/`, headers, body });

    expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'CONNECTION_RESET' });
    expect(receiver.connections).toBe(1);
  });
});
