/** What receivers get of what the importer said, byte for byte. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { headlessDetails, type Reported, report } from '../support/report.ts';

let app: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  app = await createTestApp({ dispatcher: true });
  receiver = await startReceiver();
  await givenWebhook(app, { url: receiver.url });
});

afterAll(async () => {
  await app.close();
  await receiver.close();
});

async function received(): Promise<string> {
  return (await receiver.nextRequest()).rawBody.toString();
}

/** Posts an operation whose variables are JSON text, as an importer in another language writes it. */
async function postText(query: string, variables: string): Promise<void> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${app.key}` },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  expect(await response.json()).toEqual({ data: expect.anything() });
}

const METADATA =
  '{"z":1,"big":12345678901234567890,"one":1.0,"huge":1e21,"zero":-0,"small":5E-324,"name":"Zoë 🪶 名簿","a":{"y":[0.10,null,true],"b":{}}}';
const ERRORS = '[{"row":9007199254740993,"message":"« naïve »"},[],1.50,-0.0,"\\n\\"\\\\"]';

describe('opaque values reach the receiver unchanged (C30)', () => {
  test('given in variables', async () => {
    await postText(
      'mutation ($input: ImportCompletedInput!) { importCompleted(input: $input) { __typename } }',
      `{"input":{"importId":"variables","importIdentifier":"contacts","headless":{"createdDate":"${headlessDetails.createdDate}","modifiedDate":"${headlessDetails.modifiedDate}","resultMetadata":${METADATA},"importErrors":${ERRORS}}}}`,
    );
    expect(await received()).toContain(`"result_metadata":${METADATA},"import_errors":${ERRORS}}`);
  });

  test('given in variables of their own names', async () => {
    await postText(
      `mutation ($resultMetadata: JSON, $importErrors: JSON) {
        headlessImportFailed(input: {
          importId: "own-names", importIdentifier: "contacts",
          headless: {
            createdDate: "${headlessDetails.createdDate}", modifiedDate: "${headlessDetails.modifiedDate}",
            resultMetadata: $resultMetadata, importErrors: $importErrors
          }
        }) { __typename }
      }`,
      `{"resultMetadata":${METADATA},"importErrors":${ERRORS}}`,
    );
    expect(await received()).toContain(`"result_metadata":${METADATA},"import_errors":${ERRORS}}`);
  });

  test('given in the document', async () => {
    const inDocument = (json: string) => json.replaceAll(/"(\w+)":/g, '$1:');
    await postText(
      `mutation {
        headlessImportNeedsReview(input: {
          importId: "document", importIdentifier: "contacts",
          headless: {
            createdDate: "${headlessDetails.createdDate}", modifiedDate: "${headlessDetails.modifiedDate}",
            resultMetadata: ${inDocument(METADATA)}, importErrors: ${inDocument(ERRORS)}
          }
        }) { __typename }
      }`,
      '{}',
    );
    expect(await received()).toContain(`"result_metadata":${METADATA},"import_errors":${ERRORS}}`);
  });

  test('given in bulk', async () => {
    await postText(
      'mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { __typename } } }',
      `{"input":{"imports":[{"importId":"bulk","importIdentifier":"contacts","headless":{"createdDate":"${headlessDetails.createdDate}","modifiedDate":"${headlessDetails.modifiedDate}","resultMetadata":${METADATA},"importErrors":${ERRORS}}}]}}`,
    );
    expect(await received()).toContain(`"result_metadata":${METADATA},"import_errors":${ERRORS}}`);
  });

  test('even with what cannot be stored as it is: U+0000 and half a surrogate pair travel as escapes', async () => {
    const resultMetadata = { 'k\u0000': 'a\u0000b', lone: '\ud83e', ['__proto__']: 1 };
    await report(app, 'importCompleted', { importId: 'escapes', headless: { ...headlessDetails, resultMetadata } });

    expect(await received()).toContain('"result_metadata":{"k\\u0000":"a\\u0000b","lone":"\\ud83e","__proto__":1}');
  });
});

describe('what opens an import', () => {
  test.each<Reported>(['importCompleted', 'headlessImportNeedsReview', 'headlessImportFailed'])(
    'stays here when it comes with %s, for those who may read it (H60)',
    async (reported) => {
      const secrets = {
        reviewUrl: 'https://importer.example/review?token=hush',
        originalFileDownload: 'https://files.example/contacts.csv?signature=hush',
      };
      await report(app, reported, { importId: `secrets-${reported}`, headless: { ...headlessDetails, ...secrets } });

      const body = await received();
      expect(body).not.toMatch(/hush|review_url|reviewUrl|original_file_download|originalFileDownload/);
      expect(JSON.parse(body).data.headless).toMatchObject({ upload: null, id: `secrets-${reported}` });
      expect(
        await ask(
          app,
          'query ($importId: String!) { import(importId: $importId) { reviewUrl originalFileDownload } }',
          { importId: `secrets-${reported}` },
        ),
      ).toEqual(secrets);
    },
  );
});

describe('the documented body holds byte for byte (H61)', () => {
  test.each([
    ['no file name', { filename: null }, '"filename":null'],
    ['an empty file name', { filename: '' }, '"filename":""'],
    ['a file name beyond the BMP', { filename: '🪶 𠮷野家 — naïve.csv' }, '"filename":"🪶 𠮷野家 — naïve.csv"'],
    [
      'a file name to be escaped',
      { filename: '"a"\\\t\u2028\u007f</script>' },
      '"filename":"\\"a\\"\\\\\\t\u2028\u007f</script>"',
    ],
    ['no rows', { numDataRows: 0 }, '"num_data_rows":0,'],
    ['five million rows', { numDataRows: 5_000_000 }, '"num_data_rows":5000000,'],
    ['an unknown number of rows', { numDataRows: null }, '"num_data_rows":null,'],
    ['no user', { user: null }, '"user":null,'],
    [
      'a time to the nanosecond, elsewhere',
      { completedAt: '2024-04-24T19:20:14.659349999+02:00' },
      '"created_date":"2024-04-24T17:20:14.659349Z"',
    ],
    ['a whole second', { completedAt: '2024-04-24T17:20:14Z' }, '"created_date":"2024-04-24T17:20:14Z"'],
  ])('with %s', async (what, input, expected) => {
    const importId = what.replaceAll(' ', '-');
    await report(app, 'importCompleted', { importId, ...input });

    const body = await received();
    expect(body).toContain(expected);
    expect(body).toMatch(new RegExp(`^\\{"event":"import_completed","data":\\{"id":"${importId}","filename":`));
  });

  test('of a review and a failure, which have neither rows nor data', async () => {
    const headless = { ...headlessDetails, id: 'h-1', schemaId: 's-1', originalFilename: 'a.csv' };
    await report(app, 'headlessImportNeedsReview', { importId: 'both', headless });
    const review = await received();
    await report(app, 'headlessImportFailed', { importId: 'both', headless });
    const failure = await received();

    const body = (event: string, status: string) =>
      `{"event":"${event}","data":{"id":"both","filename":"contacts.csv","user":null,"created_date":"2024-04-24T17:20:14.659349Z","import_type":"HEADLESS","status":"${status}","num_data_rows":null,"development_mode":false,"has_data":false,"headless":{"id":"h-1","schema_id":"s-1","status":"${status}","original_filename":"a.csv","created_date":"2024-04-24T17:19:02.000001Z","modified_date":"2024-04-24T17:20:14.659349Z","upload":null,"result_metadata":null,"import_errors":null}}}`;
    expect(review).toBe(body('headless_import_needs_review', 'NEEDS_REVIEW'));
    expect(failure).toBe(body('headless_import_failed', 'FAILED'));
  });
});
