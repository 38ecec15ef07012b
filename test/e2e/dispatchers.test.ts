import { describe, expect, inject, test } from 'vitest';
import { ask, watchWebSocket } from '../support/client.ts';
import { documentedImport, givenWebhook } from '../support/given.ts';
import { givenInstallation, type Server, startDispatcherProcess, startServer } from '../support/process.ts';
import { type ReceivedRequest, startReceiver } from '../support/receiver.ts';

interface Entry {
  readonly cursor: string;
  readonly kind: string;
  readonly importId: string;
}

const SUBSCRIPTION = 'subscription ($after: String) { deliveryLog(after: $after) { cursor kind importId } }';

const DELIVERED = ['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'];

describe.runIf(inject('database') === 'postgresql')('an API and two dispatchers, each a process', () => {
  test('deliver together, and a subscription at the API sees each change once and in order (F46)', async () => {
    const both = Promise.withResolvers<void>();
    // A dispatcher has two attempts under way at a destination that has not answered yet, here ten in all, so the answers
    // come only when both work.
    await using receiver = await startReceiver((_request: ReceivedRequest, response, index) => {
      if (index === 2 * 10 - 1) both.resolve();
      void both.promise.then(() => response.writeHead(200).end());
    });
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    const dispatchers = [
      await startDispatcherProcess(installation, { DISPATCH_CONCURRENCY: '10' }),
      await startDispatcherProcess(installation, { DISPATCH_CONCURRENCY: '10' }),
    ];
    const paths = ['a', 'b', 'c', 'd', 'e'];
    for (const path of paths) {
      await givenWebhook(api, { url: `${receiver.url}/${path}`, importIdentifiers: [path] });
    }
    await using watching = watchWebSocket<Entry>(api, SUBSCRIPTION, { after: '0.0' });

    const importIds = await reportMany(api, 12, paths);
    const seen = await watching.until((entries) => countDelivered(entries) === importIds.length);

    expect(receiver.requests).toHaveLength(importIds.length);
    expect(kindsByImport(seen)).toEqual(new Map(importIds.map((importId) => [importId, DELIVERED])));
    const attempts = dispatchers.map(({ log }) => log.match(/delivery\.attempted/g)?.length ?? 0);
    expect(attempts.reduce((sum, count) => sum + count)).toBe(importIds.length);
    expect(Math.min(...attempts)).toBeGreaterThanOrEqual(10);
    expect(api.program.log).not.toContain('delivery.attempted');
  });

  test('leave a subscriber that was away nothing to miss: it resumes with exactly what came after its cursor (F47)', async () => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    await Promise.all([startDispatcherProcess(installation), startDispatcherProcess(installation)]);
    await givenWebhook(api, { url: receiver.url });

    const early = await reportMany(api, 5, ['contacts'], 'early');
    const before = watchWebSocket<Entry>(api, SUBSCRIPTION, { after: '0.0' });
    const seen = await before.until((entries) => countDelivered(entries) === early.length);
    await before.close();
    const late = await reportMany(api, 170, ['contacts'], 'late');
    await receiver.waitFor(early.length + late.length);

    await using after = watchWebSocket<Entry>(api, SUBSCRIPTION, { after: seen.at(-1)?.cursor });
    const missed = await after.until((entries) => countDelivered(entries) === late.length);
    expect(missed).toHaveLength(3 * 170);
    expect(kindsByImport(missed)).toEqual(new Map(late.map((importId) => [importId, DELIVERED])));
  });

  test('need each other only through the database: what an API accepted alone waits for the first dispatcher', async () => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    await givenWebhook(api, { url: receiver.url });
    const [importId = ''] = await reportMany(api, 1, ['contacts']);
    api.program.kill('SIGKILL');
    await api.program.ended();
    expect(receiver.requests).toHaveLength(0);

    await startDispatcherProcess(installation);
    expect((await receiver.nextRequest()).rawBody.toString()).toContain(importId);
  });

  test('say at their own ports whether they are ready', async () => {
    const installation = await givenInstallation();
    const port = await findFreePort();
    await startDispatcherProcess(installation, {}, ['--health-port', String(port)]);

    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    }
    expect((await fetch(`http://127.0.0.1:${port}/graphql`)).status).toBe(404);
  });

  test('serve their metrics at METRICS_PORT', async () => {
    const installation = await givenInstallation();
    const port = await findFreePort();
    await startDispatcherProcess(installation, { METRICS_PORT: String(port) });

    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toMatch(/^posthorn_database_up 1$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

/** Reports `count` imports for each identifier in one mutation. */
async function reportMany(
  api: Server,
  count: number,
  identifiers: readonly string[],
  prefix = 'import',
): Promise<string[]> {
  const imports = identifiers.flatMap((importIdentifier) =>
    Array.from({ length: count }, (_, index) => ({
      ...documentedImport,
      importId: `${prefix}-${importIdentifier}-${index}`,
      importIdentifier,
    })),
  );
  const { results } = await ask<{ results: unknown[] }>(
    api,
    'mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { __typename } } }',
    { input: { imports } },
  );
  expect(results).toEqual(imports.map(() => ({ __typename: 'ImportReport' })));
  return imports.map(({ importId }) => importId);
}

function countDelivered(entries: readonly Entry[]): number {
  return entries.filter(({ kind }) => kind === 'DELIVERED').length;
}

function kindsByImport(entries: readonly Entry[]): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  for (const { importId, kind } of entries) kinds.set(importId, [...(kinds.get(importId) ?? []), kind]);
  return kinds;
}

/** Free when it was asked for: a receiver had it. */
async function findFreePort(): Promise<number> {
  await using receiver = await startReceiver();
  return receiver.port;
}
