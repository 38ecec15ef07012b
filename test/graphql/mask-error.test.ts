import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { type Caller, type GraphqlAnswer, post } from '../support/client.ts';
import { refusalOf } from './refusal.ts';
import { givenDatabaseAway, givenServer } from './servers.ts';
import { socketAnswer } from './socket.ts';

describe('a failure that is not of the caller', () => {
  test('because the database is away is UNAVAILABLE, over HTTP with 503', async () => {
    await using app = await createTestApp();
    const away = await givenServer(app, { db: givenDatabaseAway() });

    const response = await fetch(`${away.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${away.key}` },
      body: '{"query":"{ viewer { keyName } }"}',
    });

    expect(response.status).toBe(503);
    const answer: GraphqlAnswer = await response.json();
    expect(answer).toMatchObject(refusalOf('UNAVAILABLE'));
    expect(answer.errors?.[0]?.extensions).toHaveProperty('reference');
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|select|secret|at .*\.ts/);
  });

  test('because the database went away between two statements is UNAVAILABLE, too', async () => {
    await using app = await createTestApp();
    const half = await givenServer(app, { db: { ...app.db, prisma: givenDatabaseAway().prisma } });

    const answers = [
      await post(half, '{ webhooks { totalCount } }'),
      await payloadOf(half, '{ webhooks { totalCount } }'),
      await post(half, 'mutation { createSavedSchema(input: { name: "x" }) { __typename } }'),
    ];

    for (const answer of answers) {
      expect(answer).toMatchObject(refusalOf('UNAVAILABLE'));
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

/** The answer over WebSocket. */
async function payloadOf(caller: Caller, query: string): Promise<GraphqlAnswer> {
  const { payload } = (await socketAnswer(caller, query)) as { payload: GraphqlAnswer }; // a message `next`
  return payload;
}
