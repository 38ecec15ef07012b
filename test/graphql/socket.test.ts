import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import WebSocket from 'ws';
import { LIMITS } from '../../src/graphql/builder.ts';
import { createApiServer, MOST_BODY_BYTES } from '../../src/graphql/server.ts';
import { KEEP_ALIVE_MS } from '../../src/graphql/socket-transport.ts';
import { IDLE_MS, MOST_OPERATIONS } from '../../src/graphql/sockets.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createTestApp } from '../support/app.ts';
import { givenKey } from '../support/given.ts';
import { refusalOf } from './refusal.ts';
import { givenDatabaseAway, givenServer } from './servers.ts';
import { acknowledged, answerOf, openSocket, socketAnswer, subscribe } from './socket.ts';

const VIEWER = '{ viewer { keyName } }';

describe('a WebSocket', () => {
  test.each([
    ['without a key', () => undefined],
    ['with a key that nobody has', () => ({ authorization: `Bearer phk_0123456789abcdef_${'0'.repeat(64)}` })],
    ['with a key of no form', () => ({ authorization: 'Bearer x' })],
    ['with another scheme', (key: string) => ({ authorization: `Basic ${key}` })],
    ['with a key that is no text', () => ({ authorization: 1 })],
  ])('%s is closed with 4403', async (_name, params) => {
    await using app = await createTestApp();
    const socket = await openSocket(app, params(app.key));
    expect((await once(socket, 'close'))[0]).toBe(4403);
  });

  test('with a good key is acknowledged, and answers queries and mutations as HTTP does', async () => {
    await using app = await createTestApp();
    expect(await socketAnswer(app, VIEWER)).toEqual({
      id: expect.any(String),
      type: 'next',
      payload: { data: { viewer: { keyName: 'First admin key' } } },
    });
    expect(await socketAnswer(app, '{ nothing }')).toMatchObject({ type: 'error' });
    expect(await socketAnswer(app, `{ ${'viewer { role } '.repeat(LIMITS.breadth)} }`)).toMatchObject({
      payload: refusalOf('OPERATION_TOO_LARGE'),
    });
  });

  test('that sends more than a request may have is closed', async () => {
    await using app = await createTestApp();
    const socket = await openSocket(app, { authorization: `Bearer ${app.key}` });
    await once(socket, 'message');
    socket.send(' '.repeat(MOST_BODY_BYTES + 1));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  test('that does not say who it is in time is closed with 4408', async () => {
    await using app = await createTestApp();
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    expect((await once(socket, 'close'))[0]).toBe(4408);
  });

  test('is closed with 1013 while the database cannot say who it is, and nothing is said of the database', async () => {
    await using app = await createTestApp();
    const away = await givenServer(app, { db: givenDatabaseAway() });
    const socket = await openSocket(away, { authorization: `Bearer ${away.key}` });
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([1013, 'Try again later']);
  });

  test('is closed with 1001 when the server stops, whether or not it has a subscription', async () => {
    await using app = await createTestApp();
    const server = createApiServer(app);
    await server.start();
    const caller = { url: server.url, key: app.key };
    const [idle, busy] = await Promise.all([acknowledged(caller), acknowledged(caller)]);
    subscribe(busy, 'log');
    await answerOf(busy, VIEWER); // messages are taken in their order

    const closed = Promise.all([idle, busy].map((socket) => once(socket, 'close')));
    await server.stop(AbortSignal.timeout(5_000));

    expect((await closed).map(([code]) => code)).toEqual([1001, 1001]);
  });

  test('that has had no operation for long is closed with 1001, and one that has a subscription is not', async () => {
    await using app = await createTestApp();
    const [idle, busy] = await Promise.all([acknowledged(app), acknowledged(app)]);
    subscribe(busy, 'log');
    await answerOf(busy, VIEWER);
    const closed = once(idle, 'close');

    await app.clock.advance(IDLE_MS);

    expect((await closed)[0]).toBe(1001);
    expect((await answerOf(busy, VIEWER)).type).toBe('next');
  });

  test('that does not answer a ping until the next is cut, and one that does is not', async () => {
    await using app = await createTestApp();
    const elapsed = () => app.clock.now().getTime();
    const server = await givenServer(app, { clock: { ...app.clock, elapsed } });
    const [silent, there] = await Promise.all([acknowledged(server, { autoPong: false }), acknowledged(server)]);
    const pinged = [silent, there].map((socket) => once(socket, 'ping'));

    await app.clock.advance(KEEP_ALIVE_MS);
    await Promise.all(pinged);
    await answerOf(there, VIEWER); // its pong has come before
    const closed = once(silent, 'close');
    await app.clock.advance(KEEP_ALIVE_MS);

    expect((await closed)[0]).toBe(1006);
    expect(await answerOf(there, VIEWER)).toMatchObject({ type: 'next' });
  });

  test.each([
    ['no JSON', 'hello'],
    ['no message', '{}'],
    ['a message of no kind', '{"type":"hello"}'],
    ['null', 'null'],
    ['an operation without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['an operation that is no text', '{"id":"1","type":"subscribe","payload":{"query":1}}'],
    ['JSON nested without end', '['.repeat(100_000)],
  ])('that sends %s is closed with 4400, and it is nothing for the log', async (_name, message) => {
    await using app = await createTestApp();
    const lines: string[] = [];
    const server = await givenServer(app, { log: createLogger('info', { write: (line) => lines.push(line) }) });
    const socket = await acknowledged(server);
    const closed = once(socket, 'close');
    socket.send(message);
    expect((await closed)[0]).toBe(4400);
    expect(lines).toEqual([]);
  });

  test('may have so many operations under way, is told so of one more, and may have another when one is complete', async () => {
    await using app = await createTestApp();
    const socket = await acknowledged(app);
    for (let count = 0; count < MOST_OPERATIONS; count += 1) subscribe(socket, `log-${count}`);

    expect(await answerOf(socket, VIEWER)).toMatchObject({
      type: 'error',
      payload: [
        { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limit: 'operationsPerSocket', most: MOST_OPERATIONS } },
      ],
    });
    socket.send(JSON.stringify({ id: 'log-0', type: 'complete' }));
    expect(await answerOf(socket, VIEWER)).toMatchObject({ type: 'next' });
  });

  test('is closed with 1013 when its key has as many as it may, those of other keys are not, and one that leaves makes room', async () => {
    await using app = await createTestApp({ config: { maxSocketsPerKey: 2 } });
    const [first] = await Promise.all([acknowledged(app), acknowledged(app)]);
    const third = await openSocket(app, { authorization: `Bearer ${app.key}` });
    const [code, reason] = await once(third, 'close');
    expect([code, String(reason)]).toEqual([1013, expect.stringMatching(/^TOO_MANY_SOCKETS: a key may have 2/)]);

    await acknowledged(await givenKey(app, 'OPERATOR'));
    first.close();
    await once(first, 'close');
    await acknowledged(app);
  });

  test('is not let in when the server has as many as it takes', async () => {
    await using app = await createTestApp({ config: { maxSockets: 1 } });
    await acknowledged(app);
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const failed = once(socket, 'error').catch((reason: unknown) => [reason]);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    socket.terminate();
    await failed;
  });

  test('that breaks while it is told something leaves the console alone, and its error in no line of the log', async () => {
    await using app = await createTestApp();
    const lines: string[] = [];
    const server = await givenServer(app, { log: createLogger('warn', { write: (line) => lines.push(line) }) });
    const written = vi.spyOn(console, 'error');
    onTestFinished(() => written.mockRestore());
    const socket = await acknowledged(server);
    for (let count = 0; count < 50; count += 1) subscribe(socket, `log-${count}`, VIEWER);
    socket.terminate();
    // Another that is answered after it: what the broken one led to has happened.
    expect(await socketAnswer(server, VIEWER)).toMatchObject({ type: 'next' });
    expect([written.mock.calls, lines]).toEqual([[], []]);
  });

  test('may be opened only at /graphql', async () => {
    await using app = await createTestApp();
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [failure] = await once(socket, 'error').catch((reason: unknown) => [reason]);
    expect(String(failure)).toContain('400');
  });
});
