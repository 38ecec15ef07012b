/** What an importer may say: what is taken, and what is refused with every problem named. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_OPAQUE_BYTES } from '../../src/import/import-input.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, post } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { countRows, headlessDetails, type Reported, report, reportExactly } from '../support/report.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
  await givenWebhook(app, { url: 'http://127.0.0.1:9/hook' });
});

afterAll(async () => {
  await app.close();
});

const NUL = 'a\u0000b';
const LONE_SURROGATE = 'half of \ud83e';
const user = { id: 'user-1' };

describe('a report is refused, naming the place and the cure,', () => {
  test.each<[string, Reported, Record<string, unknown>, string, string]>([
    ['without an importId', 'importCompleted', { importId: '' }, 'importId', 'must not be empty'],
    ['with an importId of 129 characters', 'importCompleted', { importId: 'x'.repeat(129) }, 'importId', 'at most 128'],
    ['with a space in importId', 'importCompleted', { importId: 'a b' }, 'importId', 'must not contain spaces'],
    ['with a line break in importId', 'importCompleted', { importId: 'a\nb' }, 'importId', 'line breaks'],
    ['with U+0000 in importId', 'importCompleted', { importId: NUL }, 'importId', 'U+0000'],
    ['with U+0000 in filename', 'importCompleted', { filename: NUL }, 'filename', 'U+0000'],
    [
      'with half a surrogate pair in filename',
      'importCompleted',
      { filename: LONE_SURROGATE },
      'filename',
      'surrogate',
    ],
    ['with a filename that is too long', 'importCompleted', { filename: 'x'.repeat(1025) }, 'filename', 'at most 1024'],
    ['with an empty user id', 'importCompleted', { user: { id: '' } }, 'user.id', 'must not be empty'],
    ['with U+0000 in a name', 'importCompleted', { user: { ...user, name: NUL } }, 'user.name', 'U+0000'],
    [
      'with half a surrogate pair in a company',
      'importCompleted',
      { user: { ...user, companyName: LONE_SURROGATE } },
      'user.companyName',
      'surrogate',
    ],
    ['with a date for a time', 'importCompleted', { completedAt: '2024-04-24' }, 'completedAt', 'RFC 3339'],
    ['with fewer than no rows', 'importCompleted', { numDataRows: -1 }, 'numDataRows', 'must not be negative'],
    [
      'with half a surrogate pair to match by',
      'importCompleted',
      { importIdentifier: '\udc00' },
      'importIdentifier',
      'surr',
    ],
    [
      'with an id of nothing',
      'importCompleted',
      { savedSchemaId: 'contacts' },
      'savedSchemaId',
      'not the id of a SavedSchema',
    ],
    [
      'with the id of something else',
      'importCompleted',
      { savedSchemaId: `whk_${'0'.repeat(32)}` },
      'savedSchemaId',
      'not the id of a SavedSchema',
    ],
    [
      'as headless without the headless import',
      'importCompleted',
      { importType: 'HEADLESS' },
      'headless',
      'is required',
    ],
    [
      'as embedded with a headless import',
      'importCompleted',
      { importType: 'EMBEDDED', headless: headlessDetails },
      'headless',
      'must be left out',
    ],
    [
      'with a headless import created on no day',
      'headlessImportNeedsReview',
      { headless: { ...headlessDetails, createdDate: '2024-02-30T00:00:00Z' } },
      'headless.createdDate',
      'RFC 3339',
    ],
    [
      'with a list for resultMetadata',
      'headlessImportFailed',
      { headless: { ...headlessDetails, resultMetadata: [] } },
      'headless.resultMetadata',
      'must be an object or null',
    ],
    [
      'with an exact number for resultMetadata',
      'headlessImportFailed',
      { headless: { ...headlessDetails, resultMetadata: JSON.rawJSON('1.0') } },
      'headless.resultMetadata',
      'must be an object or null',
    ],
    [
      'with an object for importErrors',
      'headlessImportFailed',
      { headless: { ...headlessDetails, importErrors: {} } },
      'headless.importErrors',
      'must be a list or null',
    ],
    [
      'with a resultMetadata of more bytes than receivers need',
      'headlessImportFailed',
      { headless: { ...headlessDetails, resultMetadata: { rows: 'é'.repeat(MOST_OPAQUE_BYTES / 2) } } },
      'headless.resultMetadata',
      `${MOST_OPAQUE_BYTES} is the most`,
    ],
    [
      'with importErrors of more bytes than receivers need',
      'importCompleted',
      { headless: { ...headlessDetails, importErrors: ['x'.repeat(MOST_OPAQUE_BYTES)] } },
      'headless.importErrors',
      `${MOST_OPAQUE_BYTES} is the most`,
    ],
  ])('%s, and leaves nothing behind', async (_, reported, input, path, message) => {
    const before = await countRows(app);

    expect(await report(app, reported, { importId: 'refused', ...input })).toMatchObject({
      __typename: 'InputError',
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`${path}: `),
      problems: [{ path: path.split('.'), message: expect.stringContaining(message) }],
    });
    expect(await countRows(app)).toEqual(before);
  });

  test('never for opaque values that are as long as they may be', async () => {
    const longest = { resultMetadata: { r: 'x'.repeat(MOST_OPAQUE_BYTES - '{"r":""}'.length) } };
    expect(
      await report(app, 'headlessImportFailed', { importId: 'longest', headless: { ...headlessDetails, ...longest } }),
    ).toMatchObject({ __typename: 'ImportReport' });
  });

  test('with everything that is wrong with it at once', async () => {
    const answer = await reportExactly(app, 'importCompleted', {
      importId: ' ',
      user: { id: '', email: NUL },
      completedAt: 'yesterday',
      importType: 'EMBEDDED',
      numDataRows: -2,
      savedSchemaId: '1',
      headless: { ...headlessDetails, modifiedDate: 'today', importErrors: 'none' },
    });

    expect(answer.problems?.map(({ path }) => path.join('.')).toSorted()).toEqual([
      'completedAt',
      'headless',
      'headless.importErrors',
      'headless.modifiedDate',
      'importId',
      'numDataRows',
      'savedSchemaId',
      'user.email',
      'user.id',
    ]);
  });

  test.each([
    ['that is no URL', 'example.com/hook', 'starts with http:// or https://'],
    ['with a password', 'https://user:secret@example.com/', 'no user name or password'],
    ['of a private address', 'http://10.0.0.1/', 'Only public addresses are allowed, unless ALLOWED_NETWORKS'],
    ['of the metadata service, spelled oddly', 'http://0xa9fea9fe/', 'Only public addresses'],
    ['of an IPv6 address of this machine', 'http://[::ffff:10.0.0.1]/', 'Only public addresses'],
  ])('with a basic webhook %s (D40), and leaves nothing behind', async (_, webhookUrl, message) => {
    const before = await countRows(app);

    expect(await report(app, 'importCompleted', { importId: 'refused', settings: { webhookUrl } })).toMatchObject({
      __typename: 'WebhookUrlRefusedError',
      code: 'WEBHOOK_URL_REFUSED',
      message: expect.stringContaining(message),
    });
    expect(await countRows(app)).toEqual(before);
  });

  test('when it contradicts an earlier one, and leaves nothing behind', async () => {
    await report(app, 'importCompleted', { importId: 'earlier' });
    const before = await countRows(app);

    expect(await report(app, 'importCompleted', { importId: 'earlier', filename: null })).toMatchObject({
      code: 'IMPORT_CONFLICT',
    });
    expect(await report(app, 'headlessImportFailed', { importId: 'earlier' })).toMatchObject({
      code: 'INVALID_IMPORT_TRANSITION',
    });
    expect(await countRows(app)).toEqual(before);
  });
});

describe('a report is taken', () => {
  test.each([
    ['one character', 'x'],
    ['128 characters', 'x'.repeat(128)],
    ['letters of any script', '導入-ü-🪶'],
    ['quotes, percent and backslash', `'"%\\$1`],
  ])('with an importId of %s, which can be looked up by it', async (_, importId) => {
    expect(await report(app, 'importCompleted', { importId })).toMatchObject({ deliveries: 1, duplicate: false });
    expect(
      await ask(app, 'query ($importId: String!) { import(importId: $importId) { importId } }', { importId }),
    ).toEqual({ importId });
  });

  test('with the saved schema of another organization, which matches none of its webhooks', async () => {
    const other = await givenOrganization(app);
    const { savedSchema } = await ask<{ savedSchema: { id: string } }>(
      other,
      'mutation { createSavedSchema(input: { name: "theirs" }) { ... on SavedSchemaPayload { savedSchema { id } } } }',
    );
    await givenWebhook(other, { url: 'http://127.0.0.1:9/', importIdentifiers: [], savedSchemaIds: [savedSchema.id] });

    const input = { importId: 'foreign', importIdentifier: null, savedSchemaId: savedSchema.id };
    expect(await report(app, 'importCompleted', input)).toMatchObject({ deliveries: 0, duplicate: false });
    expect(await report(other, 'importCompleted', input)).toMatchObject({ deliveries: 1, duplicate: false });
    const schemaOf = (caller: Caller) => ask(caller, '{ import(importId: "foreign") { savedSchema { name } } }');
    expect(await schemaOf(app)).toEqual({ savedSchema: null });
    expect(await schemaOf(other)).toEqual({ savedSchema: { name: 'theirs' } });
  });

  test('without a time as happening now', async () => {
    await app.clock.advance(3_600_000);
    const before = app.clock.now().toISOString();
    await reportExactly(app, 'importCompleted', { importId: 'now' });

    const [event] = await app.db.query<{ at: string }>(
      `select body::json -> 'data' ->> 'created_date' as at from event where body like '%"id":"now"%'`,
    );
    expect(event && event.at >= before && event.at <= app.clock.now().toISOString()).toBe(true);
  });
});

test('a number that is no whole one of 32 bits is refused by the schema, and nothing is kept', async () => {
  const before = await countRows(app);
  for (const numDataRows of ['1.5', '2147483648', '"7"']) {
    const answer = await post(
      app,
      `mutation { importCompleted(input: { importId: "a", numDataRows: ${numDataRows} }) { __typename } }`,
    );
    expect(answer.errors?.[0]?.message).toContain('Int');
  }
  expect(await countRows(app)).toEqual(before);
});
