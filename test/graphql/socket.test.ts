import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { LIMITS } from '../../src/graphql/builder.ts';
import { MOST_BODY_BYTES } from '../../src/graphql/server.ts';
import { createTestApp } from '../support/app.ts';
import { refusalOf } from './refusal.ts';
import { openSocket, socketAnswer } from './socket.ts';

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
      id: '1',
      type: 'next',
      payload: { data: { viewer: { keyName: 'First admin key' } } },
    });
    expect(await socketAnswer(app, '{ nothing }')).toMatchObject({ id: '1', type: 'error' });
    expect(await socketAnswer(app, `{ ${'v: viewer { role } '.repeat(LIMITS.breadth)} }`)).toMatchObject({
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

  test('may be opened only at /graphql', async () => {
    await using app = await createTestApp();
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [failure] = await once(socket, 'error').catch((reason: unknown) => [reason]);
    expect(String(failure)).toContain('400');
  });
});
