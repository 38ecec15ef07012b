import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import type { App } from '../../src/app.ts';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { LIMITS } from '../../src/graphql/builder.ts';
import { createApiServer, MOST_BODY_BYTES } from '../../src/graphql/server.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, type GraphqlAnswer, post } from '../support/client.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';

/** Sends a body as it is, which a GraphQL client would not. */
async function send(
  { url, key }: Caller,
  body: string,
  { type = 'application/json', method = 'POST' } = {},
): Promise<{ status: number; answer: GraphqlAnswer }> {
  const response = await fetch(`${url}/graphql`, {
    method,
    headers: { 'content-type': type, authorization: `Bearer ${key}` },
    body,
  });
  return { status: response.status, answer: await response.json() };
}

const refusal = (code: string) => ({ errors: [{ message: expect.any(String), extensions: { code } }] });

const VIEWER = '{ viewer { keyName } }';

describe('a request', () => {
  test('whose body is too long is refused with 413, and the longest that may be is not', async () => {
    await using app = await createTestApp();
    const bodyOf = (bytes: number) => {
      const start = `{"query":"${VIEWER}","variables":{"a":"`;
      return `${start}${'x'.repeat(bytes - start.length - 3)}"}}`;
    };
    expect(await send(app, bodyOf(MOST_BODY_BYTES))).toMatchObject({ status: 200, answer: { data: {} } });
    expect(await send(app, bodyOf(MOST_BODY_BYTES + 1))).toMatchObject({
      status: 413,
      answer: refusal('PAYLOAD_TOO_LARGE'),
    });
  });

  test('whose body does not end is cut off at the limit', async () => {
    await using app = await createTestApp();
    const sent = request(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    sent.on('error', () => undefined); // the server may close while we are still sending
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const feed = () => {
      while (!sent.destroyed && sent.write(chunk));
    };
    sent.on('drain', feed);
    feed();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    sent.destroy();
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
    await using app = await createTestApp();
    expect(await send(app, body, { type })).toMatchObject({ status: 415, answer: refusal('UNSUPPORTED_MEDIA_TYPE') });
  });

  test.each([
    ['what is no JSON', '{"query":'],
    ['nothing', ''],
    ['a list, since operations are not batched', `[{"query":"${VIEWER}"}]`],
    ['a text', '"{ viewer { keyName } }"'],
    ['null', 'null'],
    ['JSON nested without end', '['.repeat(100_000)],
  ])('with %s is refused with 400', async (_name, body) => {
    await using app = await createTestApp();
    expect(await send(app, body)).toMatchObject({ status: 400, answer: refusal('BAD_REQUEST') });
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
    await using app = await createTestApp();
    const { status, answer } = await send(app, body);
    expect(status).toBeLessThan(500);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.extensions?.code).not.toBe('INTERNAL_SERVER_ERROR');
    if (code) expect(answer).toMatchObject(refusal(code));
  });

  test('by GET may not change anything', async () => {
    await using app = await createTestApp();
    const query = encodeURIComponent('mutation { createSavedSchema(input: { name: "x" }) { __typename } }');
    const response = await fetch(`${app.url}/graphql?query=${query}`, {
      headers: { authorization: `Bearer ${app.key}`, accept: 'application/json' },
    });
    expect(response.status).toBe(405);
    expect(await ask(app, '{ savedSchemas { totalCount } }')).toEqual({ totalCount: 0 });
  });

  test('may read from another origin only with a key, and never with the cookies of a browser', async () => {
    await using app = await createTestApp();
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
      body: JSON.stringify({ query: VIEWER }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject(refusal('UNAUTHENTICATED'));
  });
});

describe('an operation', () => {
  const nested = (levels: number) =>
    `{ webhooks(first: 1) { edges { node { ${'deliveries(first: 1) { edges { node { event { '.repeat(levels)} id ${'} } } } '.repeat(levels)} } } } }`;

  test.each([
    ['is too deep', nested(3), 'depth'],
    ['has too many fields, whatever their aliases', aliases(LIMITS.breadth + 1), 'breadth'],
    [
      'asks for too many rows of rows',
      '{ webhooks(first: 100) { edges { node { deliveries(first: 100) { edges { node { id importId status } } } } } } }',
      'complexity',
    ],
  ])('that %s is refused before anything is read', async (_name, query, measure) => {
    await using app = await createTestApp();
    const answer = await post(app, query);
    expect(answer).toMatchObject({ data: null, ...refusal('OPERATION_TOO_LARGE') });
    expect(answer.errors?.[0]?.message).toContain(`has a ${measure} of`);
  });

  test('is measured by its fragments as well', async () => {
    await using app = await createTestApp();
    const spreads = Array.from({ length: LIMITS.breadth }, (_, index) => `a${index}: viewer { ...F }`).join(' ');
    expect(await post(app, `{ ${spreads} } fragment F on Viewer { role keyName }`)).toMatchObject(
      refusal('OPERATION_TOO_LARGE'),
    );
  });

  test('that a dashboard or an operator may need is within the limits', async () => {
    await using app = await createTestApp();
    const page =
      '{ deliveries(first: 100) { edges { node { id status event { id } webhook { id url } attempts { id } } } } }';
    expect(await post(app, page)).toEqual({ data: { deliveries: { edges: [] } } });
  });

  test.each([
    ['first: 101', 'webhooks'],
    ['last: 101', 'webhooks'],
    ['first: 0', 'deliveries'],
    ['first: -1', 'deliveries'],
    ['first: 1, last: 1', 'imports'],
    ['after: "garbage"', 'savedSchemas'],
    [`after: "${Buffer.from('GPC:S:garbage').toString('base64')}"`, 'apiKeys'],
    [`before: "${Buffer.from('GPC:N:12').toString('base64')}"`, 'apiKeys'],
  ])('that asks for a page with %s is refused', async (args, connection) => {
    await using app = await createTestApp();
    expect(await post(app, `{ ${connection}(${args}) { edges { node { id } } } }`)).toMatchObject({
      data: null,
      ...refusal('BAD_ARGUMENT'),
    });
  });

  test('may ask for a hundred, counting from either end', async () => {
    await using app = await createTestApp();
    for (const args of ['first: 100', 'last: 100', 'first: 1']) {
      expect(await post(app, `{ webhooks(${args}) { totalCount } }`)).toEqual({
        data: { webhooks: { totalCount: 0 } },
      });
    }
  });

  test.each([
    ['an id of another type', '{ webhook(id: "evt_01a1ff9f9ef978a1b44ebc9368cc8548") { id } }'],
    ['what is no id', '{ delivery(id: "1 or 1=1") { id } }'],
    ['a text that PostgreSQL cannot hold', '{ import(importId: "\\u0000") { id } }'],
    ['an instant without an offset', '{ imports(filter: { from: "2024-01-01T00:00:00" }) { pageInfo { endCursor } } }'],
    ['an instant before the years', '{ imports(filter: { from: "0000-01-01T00:00:00Z" }) { pageInfo { endCursor } } }'],
    ['a cursor that is none', '{ deliveryLog(after: "x") { endCursor } }'],
  ])('with %s is refused as wrong, not as our failure', async (_name, query) => {
    await using app = await createTestApp();
    expect(await post(app, query)).toMatchObject(refusal('BAD_ARGUMENT'));
  });

  test('that needs more than the key may do is refused, and told which roles may', async () => {
    await using app = await createTestApp();
    const answer = await post(await givenKey(app, 'IMPORTER'), '{ webhooks { totalCount } }');
    expect(answer).toMatchObject(refusal('FORBIDDEN'));
    expect(answer.errors?.[0]?.message).toContain('OPERATOR or MANAGER or ADMIN');
  });
});

function aliases(count: number): string {
  return `{ ${Array.from({ length: count }, (_, index) => `a${index}: viewer { role }`).join(' ')} }`;
}

/** A database that nobody answers for: port 1 is closed. */
function givenDatabaseAway() {
  const db = openPostgresql('postgresql://nobody:secret@127.0.0.1:1/none', 2, createLogger('silent'));
  onTestFinished(() => db.close());
  return db;
}

/** A second server of the app's, with some of it replaced. */
async function givenServer(app: TestApp, changes: Partial<App>): Promise<Caller> {
  const server = createApiServer({ ...app, ...changes });
  await server.start();
  onTestFinished(() => server.stop(AbortSignal.timeout(1_000)));
  return { url: server.url, key: app.key };
}

describe('an error that is not the caller’s', () => {
  test('because the database is away is UNAVAILABLE, over HTTP with 503', async () => {
    await using app = await createTestApp();
    const away = await givenServer(app, { db: givenDatabaseAway() });

    const { status, answer } = await send(away, JSON.stringify({ query: VIEWER }));

    expect(status).toBe(503);
    expect(answer).toMatchObject(refusal('UNAVAILABLE'));
    expect(answer.errors?.[0]?.extensions).toHaveProperty('reference');
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|select|secret|at .*\.ts/);
  });

  test('because the database went away between two statements is UNAVAILABLE, too', async () => {
    await using app = await createTestApp();
    const half = await givenServer(app, { db: { ...app.db, prisma: givenDatabaseAway().prisma } });

    const answers = [
      await post(half, '{ webhooks { totalCount } }'),
      await post(half, 'mutation { createSavedSchema(input: { name: "x" }) { __typename } }'),
    ];

    for (const answer of answers) {
      expect(answer).toMatchObject(refusal('UNAVAILABLE'));
      expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|prisma|select|at .*\.ts/i);
    }
  });

  test('but a bug is masked, and found by its reference', async () => {
    await using app = await createTestApp();
    await app.db.query('alter table saved_schema rename to saved_schema_gone');
    const answer = await post(app, '{ savedSchemas { edges { node { name } } } }');
    await app.db.query('alter table saved_schema_gone rename to saved_schema');

    expect(answer).toEqual({
      data: null,
      errors: [
        {
          message: expect.stringContaining('Something went wrong on our side'),
          locations: expect.any(Array),
          path: ['savedSchemas'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', reference: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        },
      ],
    });
  });
});

describe('introspection', () => {
  const INTROSPECT = '{ __schema { types { name } } }';

  test('is answered, deep as editors ask, without a key', async () => {
    await using app = await createTestApp();
    const { getIntrospectionQuery } = await import('graphql');
    const answer = await post({ url: app.url }, getIntrospectionQuery());
    expect(answer.errors).toBeUndefined();
    expect(JSON.stringify(answer.data)).toContain('importCompleted');
  });

  test('is off when configured so, over HTTP and WebSocket, and so is GraphiQL; __typename is not', async () => {
    await using app = await createTestApp({ config: { introspection: false } });
    expect((await post(app, INTROSPECT)).errors?.[0]).toMatchObject(refusal('GRAPHQL_VALIDATION_FAILED').errors[0]);
    expect(await socketAnswer(app, INTROSPECT)).toMatchObject({ type: 'error' });
    expect(await post(app, '{ viewer { __typename } }')).toEqual({ data: { viewer: { __typename: 'Viewer' } } });
    const response = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toContain('graphiql');
  });
});

describe('GraphiQL', () => {
  test('is served to browsers, and loads nothing from anywhere else', async () => {
    await using app = await createTestApp();
    const response = await fetch(app.url, { headers: { accept: 'text/html' } });
    expect(response.url).toBe(`${app.url}/graphql`);
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    expect(html).toContain('Posthorn');
    const tags = html.replace(/(<(script|style)\b[^>]*>)[\s\S]*?(?=<\/\2>)/g, '$1');
    const loaded = [...tags.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)];
    expect(
      loaded.map(([, address]) => address).filter((address) => !/^(data:|\/(?!\/)|#)/.test(address ?? '')),
    ).toEqual([]);
    expect(html).not.toMatch(
      /@import\s|(?:import|fetch|Worker|importScripts)\s*\(?\s*["'`]https?:|unpkg\.com|jsdelivr|cdnjs|esm\.sh/,
    );
  });
});

describe('health', () => {
  const statusOf = async (url: string) => (await fetch(url)).status;

  test('is 200 on both addresses while the database answers', async () => {
    await using app = await createTestApp();
    expect(await statusOf(`${app.url}/healthz`)).toBe(200);
    expect(await statusOf(`${app.url}/readyz?from=probe`)).toBe(200);
  });

  test('says 503 on /readyz, and still 200 on /healthz, when the database is away', async () => {
    await using app = await createTestApp();
    const { url } = await givenServer(app, { db: givenDatabaseAway() });
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
  });
});

/** Opens a socket and says hello as `connectionParams`. */
async function open({ url }: Pick<Caller, 'url'>, connectionParams?: object): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', ...(connectionParams ? { payload: connectionParams } : {}) }));
  return socket;
}

/** The first answer to an operation over a socket of its own. */
async function socketAnswer(caller: Caller, query: string): Promise<unknown> {
  const socket = await open(caller, { authorization: `Bearer ${caller.key}` });
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  const [data] = await once(socket, 'message');
  return JSON.parse(String(data));
}

describe('a WebSocket', () => {
  test.each([
    ['without a key', () => undefined],
    ['with a key that nobody has', () => ({ authorization: `Bearer phk_0123456789abcdef_${'0'.repeat(64)}` })],
    ['with a key of no form', () => ({ authorization: 'Bearer x' })],
    ['with another scheme', (key: string) => ({ authorization: `Basic ${key}` })],
    ['with a key that is no text', () => ({ authorization: 1 })],
  ])('%s is closed with 4403', async (_name, params) => {
    await using app = await createTestApp();
    const socket = await open(app, params(app.key));
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
    expect(await socketAnswer(app, aliases(LIMITS.breadth + 1))).toMatchObject({
      payload: refusal('OPERATION_TOO_LARGE'),
    });
  });

  test('whose operation meets a database that is away is told UNAVAILABLE', async () => {
    await using app = await createTestApp();
    const half = await givenServer(app, { db: { ...app.db, prisma: givenDatabaseAway().prisma } });
    expect(await socketAnswer(half, '{ webhooks { totalCount } }')).toMatchObject({ payload: refusal('UNAVAILABLE') });
  });

  test('that sends more than a request may have is closed', async () => {
    await using app = await createTestApp();
    const socket = await open(app, { authorization: `Bearer ${app.key}` });
    await once(socket, 'message');
    socket.send(' '.repeat(MOST_BODY_BYTES + 1));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  test('may be opened only at /graphql', async () => {
    await using app = await createTestApp();
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
    const [error] = await once(socket, 'error').catch((reason: unknown) => [reason]);
    expect(String(error)).toContain('400');
  });
});

describe('a page of webhooks', () => {
  test('goes on from its cursors without gap or repeat, forwards and backwards, while others are made (G53)', async () => {
    await using app = await createTestApp();
    const made: string[] = [];
    const make = async () => void made.unshift((await givenWebhook(app, { url: 'http://127.0.0.1:9/' })).id);
    for (let count = 0; count < 7; count += 1) await make();
    const before = [...made];

    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Page = await ask(app, PAGE, { after });
      seen.push(...page.edges.map(({ node }) => node.id));
      await make();
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(before);

    const last: Page = await ask(app, 'query { webhooks(last: 3) { edges { node { id } } pageInfo { startCursor } } }');
    const previous: Page = await ask(
      app,
      'query ($before: String) { webhooks(last: 3, before: $before) { edges { node { id } } } }',
      { before: last.pageInfo.startCursor },
    );
    expect([...previous.edges, ...last.edges].map(({ node }) => node.id)).toEqual(before.slice(-6));
  });

  test('is of the filter that is asked for', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/Orders', developmentMode: true });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/contacts' });
    await reportCompleted(app);
    const filtered =
      'query ($filter: WebhookFilter) { webhooks(filter: $filter) { totalCount edges { node { id } } } }';
    for (const filter of [{ urlContains: 'orders' }, { developmentMode: true }]) {
      expect(await ask(app, filtered, { filter })).toEqual({ totalCount: 1, edges: [{ node: { id } }] });
    }
    expect(await ask(app, filtered, { filter: { urlContains: '%' } })).toEqual({ totalCount: 0, edges: [] });
  });
});

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string; readonly startCursor: string };
}

const PAGE = `query ($after: String) {
  webhooks(first: 3, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}`;
