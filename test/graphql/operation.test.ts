import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/graphql/builder.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
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
    ['has too many fields, whatever their aliases', aliases(LIMITS.breadth + 1), 'breadth'],
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

  test('is measured by its fragments as well', async () => {
    const spreads = Array.from({ length: LIMITS.breadth }, (_, index) => `a${index}: viewer { ...F }`).join(' ');
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

function aliases(count: number): string {
  return `{ ${Array.from({ length: count }, (_, index) => `a${index}: viewer { role }`).join(' ')} }`;
}
