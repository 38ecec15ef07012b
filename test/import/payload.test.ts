import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { basicBody, managedBody } from '../../src/import/payload.ts';
import {
  type EmbeddedImport,
  EVENT_TYPES,
  HEADLESS_STATUSES,
  type HeadlessDetails,
  type HeadlessImport,
  type ImportDetails,
  type ImportUser,
  type ReportedImport,
} from '../../src/import/reported-import.ts';
import { parseExact } from '../../src/lib/exact-json.ts';

const EMBEDDED: EmbeddedImport = {
  importType: 'EMBEDDED',
  event: 'import_completed',
  id: '025f399f-4370-4064-aed5-b8d16b597183',
  filename: 'contacts.csv',
  user: { id: 'user-123', name: 'Caitlin Clark', email: 'cclark@uiowa.edu', companyId: null, companyName: null },
  createdDate: '2024-04-24T17:20:14.659349Z',
  numDataRows: 433,
  developmentMode: false,
  hasData: true,
  importIdentifier: 'contacts',
  savedSchemaId: null,
  settings: { webhookUrl: 'https://example.com/hook', needsReviewWebhookUrl: null },
  headless: null,
};

const HEADLESS: HeadlessImport = {
  ...EMBEDDED,
  importType: 'HEADLESS',
  headless: {
    id: 'a9ad2f0e-8b0a-4f5c-8a59-6f3f0b2f7a11',
    schemaId: null,
    status: 'SUCCESSFUL',
    originalFilename: 'contacts.csv',
    createdDate: '2024-04-24T17:19:02.000001Z',
    modifiedDate: '2024-04-24T17:20:14.659349Z',
    resultMetadata: null,
    importErrors: null,
    reviewUrl: 'https://importer.example/review/secret-token',
    originalFileDownload: 'https://files.example/secret-signature',
  },
};

const DATA_KEYS = [
  'id',
  'filename',
  'user',
  'created_date',
  'import_type',
  'status',
  'num_data_rows',
  'development_mode',
  'has_data',
];
const USER_KEYS = ['id', 'name', 'email', 'company_id', 'company_name'];
const HEADLESS_KEYS = [
  'id',
  'schema_id',
  'status',
  'original_filename',
  'created_date',
  'modified_date',
  'upload',
  'result_metadata',
  'import_errors',
];

describe('the body of a managed webhook', () => {
  test('is the documented example, byte for byte', () => {
    expect(managedBody(EMBEDDED)).toBe(
      '{"event":"import_completed","data":{"id":"025f399f-4370-4064-aed5-b8d16b597183","filename":"contacts.csv","user":{"id":"user-123","name":"Caitlin Clark","email":"cclark@uiowa.edu","company_id":null,"company_name":null},"created_date":"2024-04-24T17:20:14.659349Z","import_type":"EMBEDDED","status":"SUCCESSFUL","num_data_rows":433,"development_mode":false,"has_data":true}}',
    );
  });

  test('of a headless import ends with the headless import, byte for byte', () => {
    const body = managedBody({
      ...HEADLESS,
      event: 'headless_import_needs_review',
      headless: { ...HEADLESS.headless, schemaId: 'schema-1', status: 'NEEDS_REVIEW', importErrors: [{ row: 3 }] },
    });
    expect(body).toBe(
      '{"event":"headless_import_needs_review","data":{"id":"025f399f-4370-4064-aed5-b8d16b597183","filename":"contacts.csv","user":{"id":"user-123","name":"Caitlin Clark","email":"cclark@uiowa.edu","company_id":null,"company_name":null},"created_date":"2024-04-24T17:20:14.659349Z","import_type":"HEADLESS","status":"NEEDS_REVIEW","num_data_rows":null,"development_mode":false,"has_data":false,"headless":{"id":"a9ad2f0e-8b0a-4f5c-8a59-6f3f0b2f7a11","schema_id":"schema-1","status":"NEEDS_REVIEW","original_filename":"contacts.csv","created_date":"2024-04-24T17:19:02.000001Z","modified_date":"2024-04-24T17:20:14.659349Z","upload":null,"result_metadata":null,"import_errors":[{"row":3}]}}}',
    );
  });

  test.each([
    ['import_completed', { status: 'SUCCESSFUL', num_data_rows: 433, has_data: true }],
    ['headless_import_needs_review', { status: 'NEEDS_REVIEW', num_data_rows: null, has_data: false }],
    ['headless_import_failed', { status: 'FAILED', num_data_rows: null, has_data: false }],
  ] as const)('for %s has the status of the event, and rows and data only when completed', (event, expected) => {
    expect(dataOf(managedBody({ ...HEADLESS, event }))).toMatchObject(expected);
  });

  test.each([
    ['a null file name', { filename: null }, '"filename":null'],
    ['no user', { user: null }, '"user":null'],
    ['0 rows', { numDataRows: 0 }, '"num_data_rows":0'],
    ['5 M rows', { numDataRows: 5_000_000 }, '"num_data_rows":5000000'],
    ['unknown rows', { numDataRows: null }, '"num_data_rows":null'],
    ['a non-BMP file name', { filename: '👩‍👩‍👧 𝔘 連絡先.csv' }, '"filename":"👩‍👩‍👧 𝔘 連絡先.csv"'],
    [
      'a file name to be escaped',
      { filename: 'a"b\\c\n\u0000\u2028.csv' },
      '"filename":"a\\"b\\\\c\\n\\u0000\u2028.csv"',
    ],
    ['half a surrogate pair', { filename: '\uD83D.csv' }, '"filename":"\\ud83d.csv"'],
    ['an empty file name', { filename: '' }, '"filename":""'],
    ['development mode', { developmentMode: true }, '"development_mode":true'],
    ['no data', { hasData: false }, '"has_data":false'],
  ] satisfies [string, Partial<ImportDetails>, string][])('keeps %s byte for byte (H61)', (_what, change, expected) => {
    const body = Buffer.from(managedBody({ ...EMBEDDED, ...change }), 'utf8');
    expect(body.includes(Buffer.from(expected, 'utf8'))).toBe(true);
  });

  test('never has review_url or original_file_download, nor what was in them (H60)', () => {
    for (const event of EVENT_TYPES) {
      const body = managedBody({ ...HEADLESS, event });
      expect(body).not.toMatch(/review_?url|original_?file_?download|secret/i);
    }
  });

  test('leaves out what the input has beyond the documented, at every level (H60)', () => {
    const withMore = {
      ...HEADLESS,
      review_url: 'secret',
      user: {
        ...EMBEDDED.user,
        id: 'user-123',
        name: null,
        email: null,
        companyId: null,
        companyName: null,
        token: 'secret',
      },
      headless: { ...HEADLESS.headless, review_url: 'secret', original_file_download: 'secret', upload: 'secret' },
    };
    expect(managedBody(withMore)).not.toContain('secret');
    expect(managedBody(withMore)).toContain('"upload":null');
  });

  test('gives opaque values back as they were written (C30)', () => {
    const text =
      '{"resultMetadata":{"z":12345678901234567890,"a":[1.0,1e21,-0,0.1],"__proto__":{"s":"é 𝔘"}},"importErrors":[1E2]}';
    const parsed = parseExact(text, new Set(['resultMetadata', 'importErrors']));
    const { resultMetadata, importErrors } = parsed as Pick<HeadlessDetails, 'resultMetadata' | 'importErrors'>;
    expect(managedBody({ ...HEADLESS, headless: { ...HEADLESS.headless, resultMetadata, importErrors } })).toContain(
      '"result_metadata":{"z":12345678901234567890,"a":[1.0,1e21,-0,0.1],"__proto__":{"s":"é 𝔘"}},"import_errors":[1E2]}',
    );
  });

  test('has null for opaque values that are missing', () => {
    const headless = { ...HEADLESS.headless, resultMetadata: undefined, importErrors: undefined };
    expect(managedBody({ ...HEADLESS, headless })).toContain('"result_metadata":null,"import_errors":null}');
  });

  test('has exactly the documented keys in their order, and the values given, whatever the import (H60, H61)', () => {
    fc.assert(
      fc.property(anyImport(), (dataImport) => {
        const body = managedBody(dataImport);
        expect(Object.keys(JSON.parse(body))).toEqual(['event', 'data']);

        const data = dataOf(body);
        expect(Object.keys(data)).toEqual(dataImport.headless ? [...DATA_KEYS, 'headless'] : DATA_KEYS);
        expect(data).toMatchObject({
          id: dataImport.id,
          filename: dataImport.filename,
          created_date: dataImport.createdDate,
          import_type: dataImport.importType,
          development_mode: dataImport.developmentMode,
        });
        expectUser(data.user, dataImport.user);
        expectHeadless(data.headless, dataImport.headless);
      }),
    );
  });
});

describe('the body of a basic webhook', () => {
  test('is uploadId and the id, byte for byte (H63)', () => {
    expect(basicBody('025f399f-4370-4064-aed5-b8d16b597183')).toBe('uploadId=025f399f-4370-4064-aed5-b8d16b597183');
  });

  test.each([
    ['a b', 'uploadId=a+b'],
    ['a&b=c', 'uploadId=a%26b%3Dc'],
    ['a+b%20', 'uploadId=a%2Bb%2520'],
    ['*-._~', 'uploadId=*-._%7E'],
    ['é𝔘', 'uploadId=%C3%A9%F0%9D%94%98'],
    ['\r\n', 'uploadId=%0D%0A'],
  ])('encodes %j as a form does', (id, expected) => {
    expect(basicBody(id)).toBe(expected);
  });

  test('gives any id back to a receiver that reads a form, and nothing else (H63)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }), (id) => {
        expect(basicBody(id)).toMatch(/^uploadId=[\w*\-.+%]+$/);
        expect([...new URLSearchParams(basicBody(id))]).toEqual([['uploadId', id.toWellFormed()]]);
      }),
    );
  });
});

function dataOf(body: string): Record<string, unknown> {
  return JSON.parse(body).data;
}

function expectUser(sent: unknown, user: ImportUser | null): void {
  if (user === null) {
    expect(sent).toBeNull();
    return;
  }
  expect(Object.entries(sent ?? {})).toEqual(
    [user.id, user.name, user.email, user.companyId, user.companyName].map((value, index) => [USER_KEYS[index], value]),
  );
}

function expectHeadless(sent: unknown, headless: HeadlessDetails | null): void {
  if (headless === null) {
    expect(sent).toBeUndefined();
    return;
  }
  expect(Object.keys(sent ?? {})).toEqual(HEADLESS_KEYS);
  expect(sent).toMatchObject({
    id: headless.id,
    schema_id: headless.schemaId,
    status: headless.status,
    original_filename: headless.originalFilename,
    created_date: headless.createdDate,
    modified_date: headless.modifiedDate,
    upload: null,
  });
  const { result_metadata, import_errors } = sent as Record<string, unknown>;
  expect(JSON.stringify([result_metadata, import_errors])).toBe(
    JSON.stringify([headless.resultMetadata, headless.importErrors]),
  );
}

function anyImport(): fc.Arbitrary<ReportedImport> {
  const text = fc.string({ unit: 'binary' });
  const maybe = fc.option(text);
  const instant = fc.constant('2024-04-24T17:20:14.659349Z');
  const details = {
    id: fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }),
    filename: maybe,
    user: fc.option(fc.record({ id: text, name: maybe, email: maybe, companyId: maybe, companyName: maybe })),
    createdDate: instant,
    numDataRows: fc.option(fc.nat()),
    developmentMode: fc.boolean(),
    hasData: fc.boolean(),
    importIdentifier: maybe,
    savedSchemaId: maybe,
    settings: fc.option(fc.record({ webhookUrl: maybe, needsReviewWebhookUrl: maybe })),
  };
  const headless = fc.record({
    id: text,
    schemaId: maybe,
    status: fc.constantFrom(...HEADLESS_STATUSES),
    originalFilename: maybe,
    createdDate: instant,
    modifiedDate: instant,
    resultMetadata: fc.option(fc.dictionary(text, fc.jsonValue())),
    importErrors: fc.option(fc.array(fc.jsonValue())),
    reviewUrl: maybe,
    originalFileDownload: maybe,
  });
  return fc.oneof(
    fc.record({
      ...details,
      importType: fc.constant('EMBEDDED' as const),
      event: fc.constant('import_completed' as const),
      headless: fc.constant(null),
    }),
    fc.record({
      ...details,
      importType: fc.constant('HEADLESS' as const),
      event: fc.constantFrom(...EVENT_TYPES),
      headless,
    }),
  );
}
