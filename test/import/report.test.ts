/** Reporting imports: accepted exactly once, whatever happens at the same time. */

import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { documentedImport, givenKey, givenOrganization, givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { countRows, headlessDetails, type Reported, report, reportExactly } from '../support/report.ts';

const HOOK = 'http://127.0.0.1:9/hook';

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('a report', () => {
  test('made fifty times at once is one event with one delivery, told the same to everybody (A3)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: HOOK });
    const importer = await givenKey(app, 'IMPORTER');

    const answers = await Promise.all(times(50, () => report(importer, 'importCompleted')));

    expect(answers.filter(({ duplicate }) => duplicate === false)).toHaveLength(1);
    const told = answers.map(({ duplicate: _, ...answer }) => answer);
    expect(told).toEqual(times(50, () => ({ __typename: 'ImportReport', event: told[0]?.event, deliveries: 1 })));
    expect(await countRows(app)).toMatchObject({ import: 1, event: 1, delivery: 1, delivery_log_entry: 1 });
  });

  test('made at several API processes at once is one event with one delivery (A3)', async () => {
    await using app = await createTestApp();
    const other = { ...(await app.createSibling()), key: app.key };
    await givenWebhook(app, { url: HOOK });

    for (const importId of times(10, (round) => `import-${round}`)) {
      const answers = await Promise.all(
        times(10, (index) => report(index % 2 === 0 ? app : other, 'importCompleted', { importId })),
      );
      expect(answers.filter(({ duplicate }) => duplicate === false)).toHaveLength(1);
      expect(new Set(answers.map(({ event }) => event?.id)).size).toBe(1);
    }
    expect(await countRows(app)).toMatchObject({ import: 10, event: 10, delivery: 10 });
  });

  test('made with different contents at once is accepted once, and the others conflict', async () => {
    await using app = await createTestApp();

    const answers = await Promise.all(times(10, (numDataRows) => report(app, 'importCompleted', { numDataRows })));

    expect(answers.filter(({ duplicate }) => duplicate === false)).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ImportConflictError')).toHaveLength(9);
    expect(await countRows(app)).toMatchObject({ import: 1, event: 1 });
  });

  test('is committed, with its deliveries and their log, when the answer arrives (A1)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: HOOK });
    await givenWebhook(app, { url: HOOK });
    const elsewhere = app.database.connect();

    for (const importId of times(20, (index) => `import-${index}`)) {
      const answer = await report(app, 'importCompleted', { importId });
      const seen = await elsewhere.query(
        `select
           (select count(*)::int from event where body like $1) as events,
           (select count(*)::int from delivery where import_id = $2 and status = 'PENDING') as deliveries,
           (select count(*)::int from delivery_log_entry where import_id = $2 and kind = 'SCHEDULED') as logged`,
        [`%"id":"${importId}"%`, importId],
      );
      expect(seen).toEqual([{ events: 1, deliveries: 2, logged: 2 }]);
      expect(answer).toMatchObject({ deliveries: 2, duplicate: false });
    }
  });

  test('repeated after its delivery is a duplicate, and nothing is sent again', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    const first = await report(app, 'importCompleted');
    await receiver.nextRequest();

    const again = await report(app, 'importCompleted');
    expect(again).toEqual({ ...first, duplicate: true });

    await report(app, 'importCompleted', { importId: 'next' });
    const next = await receiver.nextRequest();
    expect(next.rawBody.toString()).toContain('"id":"next"');
    expect(receiver.requests).toHaveLength(2);
  });

  test('repeated does not reach a webhook that was made in between', async () => {
    await using app = await createTestApp();
    await report(app, 'importCompleted');
    await givenWebhook(app, { url: HOOK });

    expect(await report(app, 'importCompleted')).toMatchObject({ deliveries: 0, duplicate: true });
    expect(await countRows(app)).toMatchObject({ delivery: 0 });
  });

  test('with the keys in another order is the same report', async () => {
    await using app = await createTestApp();
    const headless = { ...headlessDetails, resultMetadata: { a: 1, b: { c: 2, d: [3] } } };
    const first = await report(app, 'importCompleted', { headless });

    const entries = Object.entries({ ...headless, resultMetadata: { b: { d: [3], c: 2 }, a: 1 } });
    const again = await report(app, 'importCompleted', { headless: Object.fromEntries(entries.toReversed()) });
    expect(again).toEqual({ ...first, duplicate: true });
  });

  test('that leaves out when it happened is the same report a day later', async () => {
    await using app = await createTestApp();
    const first = await reportExactly(app, 'importCompleted', { importId: 'a' });

    await app.clock.advance(86_400_000);
    expect(await reportExactly(app, 'importCompleted', { importId: 'a' })).toEqual({ ...first, duplicate: true });
  });

  test.each<[string, Reported, Record<string, unknown>]>([
    [
      'a completed import',
      'importCompleted',
      {
        filename: null,
        user: null,
        completedAt: null,
        importType: null,
        numDataRows: null,
        developmentMode: null,
        hasData: null,
        importIdentifier: null,
        savedSchemaId: null,
        settings: null,
        headless: null,
      },
    ],
    [
      'a headless import',
      'headlessImportFailed',
      {
        completedAt: null,
        headless: {
          ...headlessDetails,
          id: null,
          schemaId: null,
          status: null,
          originalFilename: null,
          resultMetadata: null,
          importErrors: null,
          reviewUrl: null,
          originalFileDownload: null,
        },
      },
    ],
  ])('of %s with nulls is the same as one that leaves them out', async (_, reported, nulls) => {
    await using app = await createTestApp();
    const headless = reported === 'headlessImportFailed' ? { headless: headlessDetails } : {};
    const first = await reportExactly(app, reported, { importId: 'a', ...headless });

    expect(await reportExactly(app, reported, { importId: 'a', ...nulls })).toEqual({ ...first, duplicate: true });
  });

  test.each<[string, Record<string, unknown>]>([
    ['filename', { filename: 'Contacts.csv' }],
    ['user', { user: { ...documentedImport.user, companyId: 'c' } }],
    ['time, by a microsecond', { completedAt: '2024-04-24T17:20:14.659348Z' }],
    ['number of rows', { numDataRows: 434 }],
    ['mode', { developmentMode: true }],
    ['data', { hasData: false }],
    ['import identifier', { importIdentifier: 'Contacts' }],
    ['saved schema', { savedSchemaId: `sch_${'0'.repeat(32)}` }],
    ['basic webhook', { settings: { webhookUrl: HOOK } }],
  ])('repeated with another %s conflicts, and the first stands', async (_, change) => {
    await using app = await createTestApp();
    const first = await report(app, 'importCompleted');

    expect(await report(app, 'importCompleted', change)).toEqual({
      __typename: 'ImportConflictError',
      code: 'IMPORT_CONFLICT',
      message: expect.stringContaining('The first report stands'),
    });
    expect(await report(app, 'importCompleted')).toEqual({ ...first, duplicate: true });
    expect(await countRows(app)).toMatchObject({ import: 1, event: 1, delivery: 0 });
  });

  test('whose opaque numbers are spelled otherwise conflicts, since receivers would get other bytes', async () => {
    await using app = await createTestApp();
    const said = (rows: unknown) => ({ headless: { ...headlessDetails, resultMetadata: { rows } } });
    await report(app, 'importCompleted', said(1));

    expect(await report(app, 'importCompleted', said(JSON.rawJSON('1.0')))).toMatchObject({ code: 'IMPORT_CONFLICT' });
  });

  test('of an import with the id of another organization has nothing to do with it', async () => {
    await using app = await createTestApp();
    const first = await report(app, 'importCompleted');

    const other = await report(await givenOrganization(app), 'importCompleted', { numDataRows: 1 });
    expect(other).toMatchObject({ __typename: 'ImportReport', duplicate: false });
    expect(other.event?.id).not.toBe(first.event?.id);
  });
});

describe('an import', () => {
  const NONE = undefined;
  const COMPLETED = 'importCompleted';
  const REVIEW = 'headlessImportNeedsReview';
  const FAILED = 'headlessImportFailed';

  test.each<[string, readonly Reported[], Reported, string | undefined]>([
    ['that is new', [], COMPLETED, NONE],
    ['that is new', [], REVIEW, NONE],
    ['that is new', [], FAILED, NONE],
    ['that needs review', [REVIEW], COMPLETED, NONE],
    ['that needs review', [REVIEW], FAILED, NONE],
    ['that is completed', [COMPLETED], REVIEW, 'COMPLETED'],
    ['that is completed', [COMPLETED], FAILED, 'COMPLETED'],
    ['that failed', [FAILED], COMPLETED, 'FAILED'],
    ['that failed', [FAILED], REVIEW, 'FAILED'],
    ['that was completed after review', [REVIEW, COMPLETED], FAILED, 'COMPLETED'],
    ['that failed after review', [REVIEW, FAILED], COMPLETED, 'FAILED'],
  ])('%s (%j) answers %s as the allowed moves say', async (_, before, reported, stays) => {
    await using app = await createTestApp();
    for (const earlier of before) await report(app, earlier, { headless: headlessDetails });
    const rows = await countRows(app);

    const answer = await report(app, reported, { headless: headlessDetails });

    if (stays === undefined) {
      expect(answer).toMatchObject({ __typename: 'ImportReport', duplicate: false });
      return;
    }
    expect(answer).toMatchObject({
      code: 'INVALID_IMPORT_TRANSITION',
      message: expect.stringContaining(`is ${stays} and stays so`),
    });
    expect(await countRows(app)).toEqual(rows);
    const [current] = await app.db.query<{ status: string }>('select status::text as status from import');
    expect(current?.status).toBe(stays);
  });

  test('that needs review and is said so again has one event, and another content conflicts', async () => {
    await using app = await createTestApp();
    const review = await report(app, 'headlessImportNeedsReview');

    expect(await report(app, 'headlessImportNeedsReview')).toEqual({ ...review, duplicate: true });
    expect(await report(app, 'headlessImportNeedsReview', { filename: null })).toMatchObject({
      code: 'IMPORT_CONFLICT',
    });
    expect(await countRows(app)).toMatchObject({ import: 1, event: 1 });
  });

  test('still knows the repetition of what came before its present state', async () => {
    await using app = await createTestApp();
    const review = await report(app, 'headlessImportNeedsReview');
    await report(app, 'importCompleted', { headless: headlessDetails });

    expect(await report(app, 'headlessImportNeedsReview')).toEqual({ ...review, duplicate: true });
    expect(await report(app, 'headlessImportNeedsReview', { filename: null })).toMatchObject({
      code: 'IMPORT_CONFLICT',
    });
  });

  test('said to be completed and failed at once is one of them, however often it is tried', async () => {
    await using app = await createTestApp();
    const other = { ...(await app.createSibling()), key: app.key };

    for (const importId of times(20, (round) => `import-${round}`)) {
      const answers = await Promise.all([
        report(app, 'importCompleted', { importId, headless: headlessDetails }),
        report(other, 'headlessImportFailed', { importId }),
      ]);
      expect(answers.map(({ code }) => code).toSorted()).toEqual(['INVALID_IMPORT_TRANSITION', undefined]);
    }
    expect(await countRows(app)).toMatchObject({ import: 20, event: 20 });
  });

  test('shows its latest state, and its events in order', async () => {
    await using app = await createTestApp();
    await report(app, 'headlessImportNeedsReview', {
      headless: { ...headlessDetails, reviewUrl: 'https://importer.example/review/1' },
    });
    await app.clock.advance(1_000);
    await report(app, 'importCompleted', { numDataRows: 7, hasData: true, headless: headlessDetails });

    expect(
      await ask(
        app,
        'query ($importId: String!) { import(importId: $importId) { status numDataRows hasData events { type } } }',
        { importId: documentedImport.importId },
      ),
    ).toEqual({
      status: 'COMPLETED',
      numDataRows: 7,
      hasData: true,
      events: [{ type: 'HEADLESS_IMPORT_NEEDS_REVIEW' }, { type: 'IMPORT_COMPLETED' }],
    });
  });
});
