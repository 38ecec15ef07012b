import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, post, watchWebSocket } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

/** Counts the statements that reach the driver while `work` is under way. They are only watched, nothing is replaced. */
async function countOnce(app: TestApp, work: () => Promise<unknown>): Promise<number> {
  const spies =
    app.db.kind === 'pglite'
      ? [
          vi.spyOn(PGlite.prototype, 'query'),
          vi.spyOn(PGlite.prototype, 'exec'),
          vi.spyOn(PGlite.prototype, 'transaction'),
        ]
      : [vi.spyOn(pg.Client.prototype, 'query')];
  onTestFinished(() => void vi.restoreAllMocks());
  await work();
  const count = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  vi.restoreAllMocks();
  return count;
}

/** The least of several counts: what else goes on in the process, such as checking its connections, only adds. */
async function countStatements(app: TestApp, work: () => Promise<unknown>): Promise<number> {
  const counts: number[] = [];
  while (counts.length < 3) counts.push(await countOnce(app, work));
  return Math.min(...counts);
}

/** Makes more of everything: webhooks with their lists, and imports with a managed and a basic delivery for each. */
async function givenMore(app: TestApp, receiver: Receiver, from: number, to: number): Promise<void> {
  const savedSchemaIds: string[] = [];
  for (let index = from; index < to; index += 1) {
    const { savedSchema } = await ask<{ savedSchema: { id: string } }>(
      app,
      'mutation ($name: String!) { createSavedSchema(input: { name: $name }) { ... on SavedSchemaPayload { savedSchema { id } } } }',
      { name: `Schema ${index}` },
    );
    savedSchemaIds.push(savedSchema.id);
    await givenWebhook(app, {
      url: `${receiver.url}/${index}`,
      importIdentifiers: [`imports-${index}`, `others-${index}`],
      savedSchemaIds: [savedSchema.id],
    });
  }
  const imports = Array.from({ length: to - from }, (_, offset) => ({
    importId: `import-${from + offset}`,
    importIdentifier: `imports-${from + offset}`,
    savedSchemaId: savedSchemaIds[offset],
    settings: { webhookUrl: `${receiver.url}/basic` },
  }));
  await using log = watchWebSocket<{ kind: string }>(app, 'subscription { deliveryLog(after: "0.0") { kind } }');
  const dispatcher = await app.startDispatcher();
  await ask(app, 'mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { __typename } }', {
    input: { imports },
  });
  await log.until((seen) => seen.filter(({ kind }) => kind === 'DELIVERED').length === to * 2);
  await dispatcher.stop(AbortSignal.timeout(5_000));
}

/** What clients nest, which could easily cost a statement for each row. */
const QUERIES = {
  'deliveries with event, webhook and attempts': `{
    deliveries(first: 100) {
      edges { node { id event { body import { importId } } webhook { url } destination { origin } attempts { number } } }
    }
  }`,
  'imports with saved schemas, events and their deliveries': `{
    imports(first: 100) {
      edges { node { importId savedSchema { name } events { type deliveries(first: 5) { edges { node { status } } } } } }
    }
  }`,
  'log entries with delivery, webhook and attempt': `{
    deliveryLog(first: 100) { entries { kind delivery { status webhook { url } } attempt { number } } }
  }`,
  'webhooks with their lists, destination and deliveries': `{
    webhooks(first: 100) {
      totalCount
      edges {
        node {
          importIdentifiers
          savedSchemas { name }
          destination { holdReason }
          deliveries(first: 5) { edges { node { status event { type } } } }
        }
      }
    }
  }`,
  'keys and saved schemas': `{
    apiKeys(first: 100) { totalCount edges { node { name } } }
    savedSchemas(first: 100) { totalCount edges { node { name } } }
  }`,
};

describe('a query', () => {
  test('costs as many statements for 30 rows as for 3, whatever it nests', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    const counts = async () => {
      const counted: Record<string, number> = {};
      for (const [name, query] of Object.entries(QUERIES)) {
        counted[name] = await countStatements(app, async () => {
          const { errors } = await post(app, query);
          expect(errors).toBeUndefined();
        });
      }
      return counted;
    };

    await givenMore(app, receiver, 0, 3);
    const few = await counts();
    await givenMore(app, receiver, 3, 30);
    const many = await counts();

    expect(many).toEqual(few);
    for (const [name, count] of Object.entries(many)) {
      expect(count, name).toBeGreaterThan(1);
      expect(count, name).toBeLessThan(15);
    }
  });
});

describe('a subscription to the delivery log', () => {
  test.each(['delivery { status webhook { url } } attempt { number }', 'deliveryId attemptNumber'])(
    'costs as many statements for a hundred entries as for one: %s',
    async (selection) => {
      await using app = await createTestApp();
      await using receiver = await startReceiver();
      await givenMore(app, receiver, 0, 25);
      const watched = async (count: number) => {
        await using watching = watchWebSocket<object>(
          app,
          `subscription { deliveryLog(after: "0.0") { kind ${selection} } }`,
        );
        expect((await watching.until((entries) => entries.length >= count))[0]).toMatchObject({ kind: 'SCHEDULED' });
      };

      const [one, many] = [
        await countStatements(app, () => watched(1)),
        await countStatements(app, () => watched(100)),
      ];

      // While they are read, the end of the log is looked at every now and then; a statement for each would be 99 more.
      expect(many - one).toBeLessThan(20);
      expect(one).toBeGreaterThan(1);
      expect(one).toBeLessThan(15);
    },
  );
});
