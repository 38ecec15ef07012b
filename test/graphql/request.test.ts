import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MOST_BODY_BYTES } from '../../src/graphql/server.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, type GraphqlAnswer } from '../support/client.ts';
import { refusalOf } from './refusal.ts';
import { givenServer } from './servers.ts';

const VIEWER = '{ viewer { keyName } }';

/** Sends a body as it is, which a GraphQL client would not. */
async function send(
  { url, key }: Caller,
  body: string,
  type = 'application/json',
): Promise<{ status: number; answer: GraphqlAnswer }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${key}` },
    body,
  });
  return { status: response.status, answer: await response.json() };
}

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => await app.close());

describe('a request', () => {
  test('whose body is too long is refused with 413, and the longest that may be is not', async () => {
    const bodyOf = (bytes: number) => {
      const start = `{"query":"${VIEWER}","variables":{"a":"`;
      return `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
    };
    expect(await send(app, bodyOf(MOST_BODY_BYTES))).toMatchObject({ status: 200, answer: { data: {} } });
    expect(await send(app, bodyOf(MOST_BODY_BYTES + 1))).toMatchObject({
      status: 413,
      answer: refusalOf('PAYLOAD_TOO_LARGE'),
    });
  });

  test.each([
    { who: 'somebody', status: 413 },
    { who: 'nobody', status: 401 },
  ])('of $who whose body does not end is cut off at the limit', async ({ who, status }) => {
    const authorization = who === 'nobody' ? {} : { authorization: `Bearer ${app.key}` };
    const headers = { 'content-type': 'application/json', ...authorization };
    const sent = request(`${app.url}/graphql`, { method: 'POST', headers });
    sent.on('error', () => undefined); // the server may close while we are still sending
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const feed = () => {
      while (!sent.destroyed && sent.write(chunk));
    };
    sent.on('drain', feed);
    feed();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(status);
    sent.destroy();
  });

  test.each(['revoked', 'expired'])('whose key was %s while its body was on its way is refused', async (how) => {
    const name = `Slow, ${how}`;
    const { apiKey, key } = await ask<{ apiKey: { id: string }; key: string }>(
      app,
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeyPayload { apiKey { id } key } } }',
      { input: { name, role: 'ADMIN', expiresAt: new Date(app.clock.now().getTime() + 3_600_000) } },
    );
    const made = JSON.stringify({
      query: `mutation { createSavedSchema(input: { name: "${name}" }) { __typename } }`,
    });
    const sent = request(`${app.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'content-length': made.length,
        expect: '100-continue',
      },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.write(made.slice(0, 10));
    await vi.waitFor(async () =>
      expect(
        await app.db.query('select from api_key where name = $1 and last_used_at is not null', [name]),
      ).toHaveLength(1),
    );

    if (how === 'revoked') {
      await ask(app, 'mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { __typename } }', {
        id: apiKey.id,
      });
    }
    await app.clock.advance(how === 'revoked' ? 1_000 : 3_600_000);
    sent.end(made.slice(10));

    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(401);
    expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).toMatchObject(refusalOf('UNAUTHENTICATED'));
    expect(await app.db.query('select from saved_schema where name = $1', [name])).toEqual([]);
  });

  test('whose body breaks off is nothing for the log, least of all a database that is away', async () => {
    const lines: string[] = [];
    const { url } = await givenServer(app, { log: createLogger('info', { write: (line) => lines.push(line) }) });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n',
    );
    await once(socket, 'data'); // it waits for the body
    socket.write('{"query":');
    socket.destroy();
    await once(socket, 'close');
    expect(await ask({ url, key: app.key }, VIEWER)).toEqual({ keyName: 'First admin key' });
    expect(lines).toEqual([]);
  });

  test.each([
    [
      'a form, as a page of another site could send',
      'application/x-www-form-urlencoded',
      'query=%7Bviewer%7BkeyName%7D%7D',
    ],
    ['plain text', 'text/plain', `{"query":"${VIEWER}"}`],
    ['a bare query', 'application/graphql', VIEWER],
    ['an upload', 'multipart/form-data; boundary=x', '--x--'],
  ])('with %s is refused with 415', async (_name, type, body) => {
    expect(await send(app, body, type)).toMatchObject({ status: 415, answer: refusalOf('UNSUPPORTED_MEDIA_TYPE') });
  });

  test.each([
    ['what is no JSON', '{"query":'],
    ['nothing', ''],
    ['a list, since operations are not batched', `[{"query":"${VIEWER}"}]`],
    ['a text', '"{ viewer { keyName } }"'],
    ['null', 'null'],
    ['JSON nested without end', '['.repeat(100_000)],
  ])('with %s is refused with 400', async (_name, body) => {
    expect(await send(app, body)).toMatchObject({ status: 400, answer: refusalOf('BAD_REQUEST') });
  });

  test.each([
    ['no operation', '{"variables":{}}', undefined],
    ['an operation that is no text', '{"query":{"a":1}}', undefined],
    ['variables that are no object', `{"query":"${VIEWER}","variables":"x"}`, undefined],
    ['a syntax error', '{"query":"{ viewer {"}', 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', '{"query":"{ nothing }"}', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a name of an operation that there is not',
      `{"query":"${VIEWER}","operationName":"X"}`,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a variable that is missing', '{"query":"query ($id: ID!) { webhook(id: $id) { id } }"}', 'BAD_ARGUMENT'],
  ])('with %s is told so, and it is nothing for our log', async (_name, body, code) => {
    const { status, answer } = await send(app, body);
    expect(status).toBeLessThan(500);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.extensions?.code).not.toBe('INTERNAL_SERVER_ERROR');
    if (code) expect(answer).toMatchObject(refusalOf(code));
  });

  test('by GET may not change anything', async () => {
    const query = encodeURIComponent('mutation { createSavedSchema(input: { name: "x" }) { __typename } }');
    const response = await fetch(`${app.url}/graphql?query=${query}`, {
      headers: { authorization: `Bearer ${app.key}`, accept: 'application/json' },
    });
    expect(response.status).toBe(405);
    expect(await ask(app, '{ savedSchemas { totalCount } }')).toEqual({ totalCount: 0 });
  });
});
