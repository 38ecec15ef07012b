/** Reporting many completed imports in one mutation. */

import { describe, expect, inject, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { createAcceptor } from '../../src/import/acceptor.ts';
import { ImportConflictError } from '../../src/import/import-report.ts';
import { reportImports } from '../../src/import/report.ts';
import { createTestApp } from '../support/app.ts';
import { ask, post } from '../support/client.ts';
import { documentedImport, givenWebhook } from '../support/given.ts';
import { countRows, report, reportMany } from '../support/report.ts';

const HOOK = 'http://127.0.0.1:9/hook';

const numbered = (count: number, prefix = 'import') =>
  Array.from({ length: count }, (_, index) => ({ importId: `${prefix}-${index}` }));

describe('a bulk report', () => {
  test('of 500 imports answers each in its place, and each has its event and delivery', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: HOOK });
    const imports = numbered(500).toSorted(() => Math.random() - 0.5);

    const results = await reportMany(app, imports);

    expect(results).toHaveLength(500);
    expect(new Set(results.map(({ deliveries, duplicate }) => `${deliveries} ${duplicate}`))).toEqual(
      new Set(['1 false']),
    );
    const rows = await app.db.query<{ importId: string; eventId: string }>(
      `select import.import_id as "importId", 'evt_' || replace(event.id::text, '-', '') as "eventId"
       from import join event on event.import_row_id = import.id`,
    );
    const events = new Map(rows.map(({ importId, eventId }) => [importId, eventId]));
    expect(results.map(({ event }) => event?.id)).toEqual(imports.map(({ importId }) => events.get(importId)));
    expect(await countRows(app)).toMatchObject({ import: 500, event: 500, delivery: 500, delivery_log_entry: 500 });
  });

  test('repeated is 500 duplicates with the same events', async () => {
    await using app = await createTestApp();
    const first = await reportMany(app, numbered(500));

    expect(await reportMany(app, numbered(500))).toEqual(first.map((result) => ({ ...result, duplicate: true })));
    expect(await countRows(app)).toMatchObject({ import: 500, event: 500 });
  });

  test('accepts what is good in it, whatever is wrong with the rest', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: HOOK });
    await report(app, 'importCompleted', { importId: 'known' });
    await report(app, 'headlessImportFailed', { importId: 'failed' });

    const results = await reportMany(app, [
      { importId: 'new' },
      { importId: 'bad id' },
      { importId: 'known' },
      { importId: 'known', numDataRows: 1 },
      { importId: 'failed' },
      { importId: 'private', settings: { webhookUrl: 'http://10.0.0.1/' } },
      { importId: 'twice' },
      { importId: 'twice' },
      { importId: 'twice', filename: 'other.csv' },
      { importId: 'unmatched', importIdentifier: 'nobody' },
    ]);

    expect(results).toMatchObject([
      { __typename: 'ImportReport', deliveries: 1, duplicate: false },
      { __typename: 'InputError', problems: [{ path: ['importId'] }] },
      { __typename: 'ImportReport', deliveries: 1, duplicate: true },
      { __typename: 'ImportConflictError' },
      { __typename: 'InvalidImportTransitionError' },
      { __typename: 'WebhookUrlRefusedError' },
      { __typename: 'ImportReport', deliveries: 1, duplicate: false },
      { __typename: 'ImportReport', deliveries: 1, duplicate: true, event: results[6]?.event },
      { __typename: 'ImportConflictError' },
      { __typename: 'ImportReport', deliveries: 0, duplicate: false },
    ]);
    expect(await countRows(app)).toMatchObject({ import: 5, event: 5, delivery: 4 });
  });

  test('that names one import 500 times costs as many statements as one that names it twice, and accepts it once', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: HOOK });
    const reportRepeated = async (importId: string, count: number) => {
      let statements = 0;
      const query: Database['query'] = (...asked) => {
        statements += 1;
        return app.db.query(...asked);
      };
      const inputs = Array.from({ length: count }, () => ({ ...documentedImport, importId }));
      const db = { ...app.db, query };
      const watched = { ...app, db, acceptor: createAcceptor({ ...app, db }) };
      const results = await reportImports(watched, app.organizationId, 'import_completed', [
        ...inputs,
        { ...documentedImport, importId, filename: 'other.csv' },
      ]);
      return { statements, results };
    };

    const few = await reportRepeated('few', 2);
    const many = await reportRepeated('many', 499);

    expect(many.statements).toBe(few.statements);
    const [first, ...others] = many.results;
    const other = others.pop();
    expect(first).toMatchObject({ duplicate: false, deliveries: 1 });
    for (const result of others) expect(result).toEqual({ ...first, duplicate: true });
    expect(other).toBeInstanceOf(ImportConflictError);
    expect(await countRows(app)).toMatchObject({ import: 2, event: 2, delivery: 2 });
  });

  test('that completes imports which needed review moves them on', async () => {
    await using app = await createTestApp();
    for (const { importId } of numbered(3)) await report(app, 'headlessImportNeedsReview', { importId });

    const results = await reportMany(app, numbered(3));
    expect(results.map(({ duplicate }) => duplicate)).toEqual([false, false, false]);
    expect(await app.db.query('select distinct status::text as status from import')).toEqual([{ status: 'COMPLETED' }]);
  });

  test.each([0, 501])('of %i imports is refused as a whole, and nothing is accepted', async (count) => {
    await using app = await createTestApp();
    const answer = await post(
      app,
      'mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { __typename } } }',
      { input: { imports: numbered(count).map((dataImport) => ({ ...documentedImport, ...dataImport })) } },
    );
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining('1 to 500 imports'), extensions: { code: 'BAD_ARGUMENT' } },
    ]);
    expect(await countRows(app)).toMatchObject({ import: 0, event: 0 });
  });

  test('made twenty times at once, in as many orders, accepts every import once (A3, A8)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: HOOK });
    const calls = Array.from({ length: 20 }, () =>
      reportMany(
        app,
        numbered(50).toSorted(() => Math.random() - 0.5),
      ),
    );

    const answers = (await Promise.all(calls)).flat();
    expect(answers.filter(({ duplicate }) => duplicate === false)).toHaveLength(50);
    expect(answers.filter(({ duplicate }) => duplicate === true)).toHaveLength(950);
    expect(await countRows(app)).toMatchObject({ import: 50, event: 50, delivery: 50 });
  });
});

describe('two bulk reports of the same imports in opposite order, at two API processes at once,', () => {
  // PGlite has one connection, so there is nothing to get in each other's way: a few rounds will do.
  const ROUNDS = inject('database') === 'pglite' ? 3 : 20;

  test('do not deadlock, and each import is accepted once (A8)', async () => {
    await using app = await createTestApp();
    const other = { ...(await app.createSibling()), key: app.key };
    await givenWebhook(app, { url: HOOK });

    for (let round = 0; round < ROUNDS; round += 1) {
      const imports = numbered(60, `round-${round}`);
      const [first, second] = await Promise.all([reportMany(app, imports), reportMany(other, imports.toReversed())]);
      const accepted = first.filter(({ duplicate }, index) => duplicate !== second.at(-1 - index)?.duplicate);
      expect(accepted).toHaveLength(60);
    }
    expect(await countRows(app)).toMatchObject({ event: 60 * ROUNDS, delivery: 60 * ROUNDS });
  });

  test('do not deadlock on the destinations of their basic webhooks either, which are as new (A8)', async () => {
    await using app = await createTestApp();
    const other = { ...(await app.createSibling()), key: app.key };

    for (let round = 0; round < ROUNDS; round += 1) {
      // Different imports, so that only the destinations are the same; of different number, since a plan that hashes
      // them would visit them in another order then.
      const reports = [480, 240, 120, 60].map((count, index) => {
        const imports = Array.from({ length: count }, (_, port) => ({
          importId: `${round}-${index}-${port}`,
          settings: { webhookUrl: `http://127.0.0.1:${1 + round * 480 + port}/` },
        }));
        return reportMany(
          index % 2 === 0 ? app : other,
          imports.toSorted(() => Math.random() - 0.5),
        );
      });
      const results = (await Promise.all(reports)).flat();
      expect(results.filter(({ deliveries }) => deliveries === 1)).toHaveLength(900);
    }
    expect(await countRows(app)).toMatchObject({ destination: 480 * ROUNDS, delivery: 900 * ROUNDS });
  });
});

test('an answer can be read with `... on Refusal` alone', async () => {
  await using app = await createTestApp();
  const { results } = await ask<{ results: unknown[] }>(
    app,
    'mutation { importsCompleted(input: { imports: [{ importId: "" }] }) { results { ... on Refusal { code message } } } }',
  );
  expect(results).toEqual([{ code: 'INVALID_INPUT', message: 'importId: must not be empty.' }]);
});
