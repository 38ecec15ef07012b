/** What is reported at the same time, and accepted together. */

import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { DatabaseBusyError } from '../../src/database/database-error.ts';
import { type Acceptor, createAcceptor, type TracedRow } from '../../src/import/acceptor.ts';
import { parseReport } from '../../src/import/import-input.ts';
import { ImportConflictError } from '../../src/import/import-report.ts';
import { reportImport } from '../../src/import/report.ts';
import { toRow } from '../../src/import/report-row.ts';
import { givenDatabaseAway } from '../graphql/servers.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { documentedImport, givenOrganization, givenWebhook } from '../support/given.ts';
import { countRows } from '../support/report.ts';

/** A statement that an acceptor made. */
interface Made {
  readonly organizationId: unknown;
  readonly importIds: readonly string[];
}

/** An acceptor whose statements are seen on their way to the database. */
function watchAcceptor(
  app: TestApp,
  db: Database = app.db,
): { acceptor: Acceptor; made: Made[]; mostAtOnce: () => number } {
  const made: Made[] = [];
  let underWay = 0;
  let most = 0;
  const query: Database['query'] = async (statement, parameters) => {
    const [organizationId, rows] = parameters ?? [];
    const reports: { import_id: string }[] = JSON.parse(String(rows));
    made.push({ organizationId, importIds: reports.map(({ import_id }) => import_id) });
    underWay += 1;
    most = Math.max(most, underWay);
    try {
      return await db.query(statement, parameters);
    } finally {
      underWay -= 1;
    }
  };
  return { acceptor: createAcceptor({ ...app, db: { ...db, query } }), made, mostAtOnce: () => most };
}

function reportRow(app: TestApp, importId: string, changes: Partial<TracedRow> = {}): TracedRow {
  const report = parseReport('import_completed', { ...documentedImport, importId }, app.clock);
  return { ...toRow(app, report), traceparent: null, ...changes };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `import-${index}`);

describe('reports at the same time', () => {
  test('are accepted in a few statements, two at once, and each is answered for itself', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/hook' });
    const { acceptor, made, mostAtOnce } = watchAcceptor(app);

    const reports = await Promise.all(
      numbered(40).map((importId) =>
        reportImport({ ...app, acceptor }, app.organizationId, 'import_completed', { ...documentedImport, importId }),
      ),
    );

    expect(made.map(({ importIds }) => importIds.length)).toEqual([1, 1, 38]);
    expect(mostAtOnce()).toBe(2);
    expect(reports.map(({ deliveries, duplicate }) => [deliveries, duplicate])).toEqual(
      numbered(40).map(() => [1, false]),
    );
    const stored = await app.db.query<{ importId: string; eventId: string }>(
      'select import_id as "importId", event.id as "eventId" from import join event on import_row_id = import.id',
    );
    const events = new Map(stored.map(({ importId, eventId }) => [importId, eventId]));
    expect(reports.map(({ event }) => event.id)).toEqual(numbered(40).map((importId) => events.get(importId)));
    expect(await countRows(app)).toMatchObject({ import: 40, event: 40, delivery: 40 });
  });

  test('of one import are one that is accepted, and its duplicates', async () => {
    await using app = await createTestApp();
    const { acceptor, made } = watchAcceptor(app);
    const importIds = ['first', 'second', 'same', 'same', 'same'];

    const reports = await Promise.all(
      importIds.map((importId) =>
        reportImport({ ...app, acceptor }, app.organizationId, 'import_completed', { ...documentedImport, importId }),
      ),
    );

    expect(made.map((statement) => statement.importIds)).toEqual([['first'], ['second'], ['same']]);
    expect(reports.map(({ duplicate }) => duplicate)).toEqual([false, false, false, true, true]);
    expect(new Set(reports.slice(2).map(({ event }) => event.id)).size).toBe(1);
    expect(await countRows(app)).toMatchObject({ import: 3, event: 3 });
  });

  test('go together up to a hundred, and up to a mebibyte of bodies', async () => {
    await using app = await createTestApp();
    const { acceptor, made } = watchAcceptor(app);
    const rows = numbered(252).map((importId) => reportRow(app, importId));
    const large = ['large-0', 'large-1', 'large-2'].map((importId) =>
      reportRow(app, importId, { body: 'x'.repeat(500_000) }),
    );

    await Promise.all([...rows, ...large].map((row) => acceptor.accept(app.organizationId, [row])));

    expect(made.map(({ importIds }) => importIds.length)).toEqual([1, 1, 100, 100, 52, 1]);
    expect(await countRows(app)).toMatchObject({ import: 255 });
  });

  test('of another organization do not wait for them', async () => {
    await using app = await createTestApp();
    const quiet = await givenOrganization(app);
    const { acceptor, made } = watchAcceptor(app);

    const loud = numbered(50).map((importId) => acceptor.accept(app.organizationId, [reportRow(app, importId)]));
    await acceptor.accept(quiet.organizationId, [reportRow(app, 'quiet')]);
    await Promise.all(loud);

    expect(made.map(({ organizationId }) => organizationId).indexOf(quiet.organizationId)).toBe(2);
    expect(made.map(({ importIds }) => importIds.length)).toEqual([1, 1, 1, 48]);
  });

  test('are accepted although one among them cannot be stored', async () => {
    await using app = await createTestApp();
    const { acceptor, made } = watchAcceptor(app);
    // The bad one and the last are of the same import: the other must not be taken for its repeat.
    const importIds = ['first', 'second', 'good', 'better', 'same', 'same'];
    const rows = importIds.map((importId, index) =>
      reportRow(app, importId, index === 4 ? { filename: '\u0000' } : {}),
    );

    const answers = await Promise.allSettled(rows.map((row) => acceptor.accept(app.organizationId, [row])));

    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, true, false, true]);
    expect(made.map((statement) => statement.importIds)).toEqual([
      ['first'],
      ['second'],
      ['good', 'better', 'same'],
      ['good', 'better'],
      ['same'],
      ['same'],
      ['same'],
    ]);
    expect(await countRows(app)).toMatchObject({ import: 5, event: 5 });
  });

  test('are refused together, and not tried one by one, while the database is away', async () => {
    await using app = await createTestApp();
    const { acceptor, made } = watchAcceptor(app, givenDatabaseAway());

    const answers = await Promise.allSettled(
      numbered(5).map((importId) => acceptor.accept(app.organizationId, [reportRow(app, importId)])),
    );

    expect(answers.map(({ status }) => status)).toEqual(numbered(5).map(() => 'rejected'));
    // The failure of the first reaches whoever waits behind it.
    expect(made.map(({ importIds }) => importIds.length)).toEqual([1, 1]);
  });

  test('wait for their turn for some seconds at most', async () => {
    await using app = await createTestApp();
    const hanging = Promise.withResolvers<never>();
    const acceptor = createAcceptor({ ...app, db: { ...app.db, query: () => hanging.promise } });
    const answers = numbered(3).map((importId) => acceptor.accept(app.organizationId, [reportRow(app, importId)]));

    await app.clock.advance(5_000);
    await expect(answers[2]).rejects.toThrow(DatabaseBusyError);

    hanging.reject(new Error('Connection terminated'));
    for (const answer of answers.slice(0, 2)) await expect(answer).rejects.toThrow('Connection terminated');
  });

  test('of one import with different contents are one that is accepted, and its conflicts', async () => {
    await using app = await createTestApp();
    const { acceptor, made } = watchAcceptor(app);
    const inputs = ['first', 'second', 'same', 'same'].map((importId, index) => ({
      ...documentedImport,
      importId,
      filename: `${index}.csv`,
    }));

    const answers = await Promise.allSettled(
      inputs.map((input) => reportImport({ ...app, acceptor }, app.organizationId, 'import_completed', input)),
    );

    expect(made.map(({ importIds }) => importIds)).toEqual([['first'], ['second'], ['same']]);
    expect(answers.slice(0, 3).map(({ status }) => status)).toEqual(numbered(3).map(() => 'fulfilled'));
    expect(answers[3]).toMatchObject({ status: 'rejected', reason: expect.any(ImportConflictError) });
  });

  test('keep the trace in which each was made', async () => {
    await using app = await createTestApp();
    const { acceptor, made } = watchAcceptor(app);
    const traces = numbered(4).map((_, index) => `00-${String(index + 1).padStart(32, '0')}-00000000000000a1-01`);

    await Promise.all(
      traces.map((traceparent, index) =>
        acceptor.accept(app.organizationId, [reportRow(app, `import-${index}`, { traceparent })]),
      ),
    );

    expect(made.map(({ importIds }) => importIds.length)).toEqual([1, 1, 2]);
    const stored = await app.db.query<{ traceparent: string }>(
      'select traceparent from event join import on import.id = import_row_id order by import.import_id',
    );
    expect(stored.map(({ traceparent }) => traceparent)).toEqual(traces);
  });
});
