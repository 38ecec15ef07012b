/** Who calls is asked first: what a document costs is for those who may ask. */

import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ANONYMOUS_LIMITS } from '../../src/graphql/caller-plugin.ts';
import { MOST_BODY_BYTES } from '../../src/graphql/server.ts';
import { generateApiKey } from '../../src/organization/api-key.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, watchEvents } from '../support/client.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => await app.close());

/** POSTs `body`, and answers with the status and what it says. */
async function send(body: string, key?: string): Promise<{ status: number; answer: object }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body,
  });
  return { status: response.status, answer: await response.json() };
}

const asking = (query: string) => JSON.stringify({ query });

const REFUSED = {
  status: 401,
  answer: { errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }] },
};

/** What would be told to somebody with a key, if it were looked at. */
const WRONG = {
  'a field that is not there': asking('{ nothing }'),
  'no document': asking('{ viewer {'),
  'too large a document': asking(`{ viewer(a: [${'{} '.repeat(4_000)}]) { role } }`),
};

describe('a key that is no good', () => {
  test.each(Object.entries({ ...WRONG, 'no JSON': '{', 'too long a body': ' '.repeat(MOST_BODY_BYTES + 1) }))(
    'is refused before anything else, whatever comes with it: %s',
    async (_what, body) => {
      expect(await send(body, generateApiKey())).toEqual(REFUSED);
      expect((await send(body, app.key)).status).not.toBe(401);
    },
  );

  test('is refused before the document on a socket that it opened while it was good', async () => {
    const { key, apiKey } = await ask<{ key: string; apiKey: { id: string } }>(
      app,
      'mutation { createApiKey(input: { name: "op", role: OPERATOR }) { ... on CreateApiKeyPayload { key apiKey { id } } } }',
    );
    const socket = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      lazy: false,
      retryAttempts: 0,
    });
    const query = () => socket.iterate({ query: '{ nothing }' }).next();
    await expect(query()).rejects.toMatchObject([{ message: expect.stringContaining('nothing') }]);

    await ask(app, 'mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { __typename } }', { id: apiKey.id });

    await expect(query()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await socket.dispose();
  });
});

describe('without a key', () => {
  test.each(Object.entries({ ...WRONG, 'a good document': asking('{ viewer { role } }') }))(
    'an operation is refused before its document is looked at: %s',
    async (_what, body) => {
      expect(await send(body)).toEqual(REFUSED);
    },
  );

  test('a subscription is refused in the same way', async () => {
    await using watching = watchEvents({ url: app.url }, 'subscription { deliveryLog { kind } }');
    expect(await watching.ended).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('the schema can be asked for, in a document of the usual size', async () => {
    expect(await send(asking('{ __typename }'))).toEqual({ status: 200, answer: { data: { __typename: 'Query' } } });
    expect(
      await send(asking(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }))),
    ).toMatchObject({ status: 200, answer: { data: { __schema: {} } } });
    expect(await send(asking(`{ ${'__typename '.repeat(ANONYMOUS_LIMITS.tokens)} }`))).toEqual(REFUSED);
  });

  test('a body may be no longer than that takes', async () => {
    const body = (bytes: number) => `${' '.repeat(bytes)}${asking('{ __typename }')}`;
    expect(await send(body(ANONYMOUS_LIMITS.bytes))).toEqual(REFUSED);
    expect((await send(body(ANONYMOUS_LIMITS.bytes), app.key)).status).toBe(200);
  });
});
