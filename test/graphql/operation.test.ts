import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/graphql/builder.ts';
import { MOST_ITEMS } from '../../src/graphql/list-plugin.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post, watchEvents, watchWebSocket } from '../support/client.ts';
import { givenKey } from '../support/given.ts';
import { refusalOf } from './refusal.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => await app.close());

describe('an operation', () => {
  const nested = (levels: number) =>
    `{ webhooks(first: 1) { edges { node { ${'deliveries(first: 1) { edges { node { event { '.repeat(levels)} id ${'} } } } '.repeat(levels)} } } } }`;

  test.each([
    ['is too deep', nested(3), 'depth'],
    ['has too many fields, however often the same', `{ ${'viewer { role } '.repeat(LIMITS.breadth)} }`, 'breadth'],
    [
      'asks for too many rows of rows',
      '{ webhooks(first: 100) { edges { node { deliveries(first: 100) { edges { node { id importId status } } } } } } }',
      'complexity',
    ],
  ])('that %s is refused before anything is read', async (_name, query, measure) => {
    const answer = await post(app, query);
    expect(answer).toMatchObject({ data: null, ...refusalOf('OPERATION_TOO_LARGE') });
    expect(answer.errors?.[0]?.message).toContain(`has a ${measure} of`);
  });

  /** What asks the database, or us, for much at once, and how often one operation may. */
  test.each([
    {
      what: 'diagnoses of signatures',
      most: 3,
      field: 'diagnoseSignature(input: { headers: [], bodyBase64: "" }) { __typename }',
    },
    {
      what: 'reconciliations',
      most: 9,
      field:
        'reconciliation(origin: "https://example.com", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { digest }',
    },
    { what: 'replays', most: 3, type: 'mutation', field: 'startReplay(input: { filter: {} }) { __typename }' },
    {
      what: 'replays that are only tried',
      most: 3,
      type: 'mutation',
      field: 'startReplay(input: { filter: {}, dryRun: true }) { __typename }',
    },
  ])('may have $most $what, and is refused with one more before it does any of them', async (asked) => {
    const { most, type = 'query', field } = asked;
    const operation = (count: number) =>
      `${type} { ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;
    const before = await app.db.prisma.replay.count();

    const { data, errors } = await post(app, operation(most + 1));
    const refused = { code: 'OPERATION_TOO_LARGE', limit: 'complexity', most: LIMITS.complexity };
    expect(errors?.[0]?.extensions).toEqual(refused);
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    expect(await app.db.prisma.replay.count()).toBe(before);
    expect(await post(app, operation(most))).not.toHaveProperty('errors');
  });

  test('that renames more fields than it may is refused, told how many it may, and not fewer', async () => {
    const aliases = (count: number) =>
      `{ viewer { ${Array.from({ length: count }, (_, index) => `a${index}: role`).join(' ')} } }`;
    expect(await post(app, aliases(LIMITS.aliases))).not.toHaveProperty('errors');
    expect(await post(app, aliases(LIMITS.aliases + 1))).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'aliases', most: LIMITS.aliases } }],
    });
  });

  test('with a list in its variables that is too long is refused, on every transport', async () => {
    const query = 'query ($statuses: [DeliveryStatus!]) { deliveries(filter: { statuses: $statuses }) { __typename } }';
    const subscription =
      'subscription ($statuses: [DeliveryStatus!]) { deliveryLog(filter: { statuses: $statuses }) { kind } }';
    const long = { statuses: Array(MOST_ITEMS + 1).fill('PENDING') };
    const refused = { extensions: { code: 'OPERATION_TOO_LARGE', limit: 'listItems', most: MOST_ITEMS } };
    expect(await post(app, query, { statuses: Array(MOST_ITEMS).fill('PENDING') })).not.toHaveProperty('errors');
    expect(await post(app, query, long)).toMatchObject({ errors: [refused] });
    for (const watch of [watchWebSocket, watchEvents]) {
      await using watching = watch(app, subscription, long);
      expect(await watching.ended).toMatchObject([refused]);
    }
  });

  describe('that subscribes', () => {
    const large = `subscription { deliveryLog { delivery { ${'event { id } '.repeat(LIMITS.breadth)} } } }`;

    test.each([
      ['WebSocket', watchWebSocket],
      ['server-sent events', watchEvents],
    ])('is held to the same limits over %s, before it begins', async (_name, watch) => {
      await using watching = watch(app, large);
      expect(await watching.ended).toMatchObject([
        { path: ['deliveryLog'], extensions: { code: 'OPERATION_TOO_LARGE', limit: 'breadth', most: LIMITS.breadth } },
      ]);
      expect(app.tail.subscribers).toBe(0);
    });
  });

  test('is measured by its fragments as well', async () => {
    const spreads = Array.from({ length: LIMITS.breadth }, () => 'viewer { ...F }').join(' ');
    expect(await post(app, `{ ${spreads} } fragment F on Viewer { role keyName }`)).toMatchObject(
      refusalOf('OPERATION_TOO_LARGE'),
    );
  });

  test('that a dashboard or an operator may need is within the limits', async () => {
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
    expect(await post(app, `{ ${connection}(${args}) { edges { node { id } } } }`)).toMatchObject({
      data: null,
      ...refusalOf('BAD_ARGUMENT'),
    });
  });

  test('may ask for a hundred, counting from either end', async () => {
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
    expect(await post(app, query)).toMatchObject(refusalOf('BAD_ARGUMENT'));
  });

  test('that needs more than the key may do is refused, and told which roles may', async () => {
    const answer = await post(await givenKey(app, 'IMPORTER'), '{ webhooks { totalCount } }');
    expect(answer).toMatchObject(refusalOf('FORBIDDEN'));
    expect(answer.errors?.[0]?.message).toContain('OPERATOR or MANAGER or ADMIN');
  });
});
