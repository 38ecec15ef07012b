/** What a webhook would have fired for. */

import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, post } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { givenSavedSchema } from '../support/manage.ts';
import { headlessImport, report, reportMany } from '../support/report.ts';

interface Preview {
  readonly considered: number;
  readonly matched: number;
  readonly deliveries: number;
  readonly imports: readonly { readonly importId: string }[];
}

const PREVIEW = `query ($filter: WebhookPreviewFilter!, $last: Int) {
  previewWebhook(filter: $filter, last: $last) { considered matched deliveries imports { importId } }
}`;

async function preview(caller: Caller, filter: object, last?: number) {
  const found = await ask<Preview>(caller, PREVIEW, { filter: { developmentMode: false, ...filter }, last });
  return { ...found, imports: found.imports.map(({ importId }) => importId) };
}

/** Six imports, oldest first: by identifier, by schema, by both, in development, headless with a review, and another. */
async function givenImports(app: TestApp): Promise<string> {
  const savedSchemaId = await givenSavedSchema(app, 'Contacts');
  const imports = [
    { importId: 'named' },
    { importId: 'schema', importIdentifier: null, savedSchemaId },
    { importId: 'both', savedSchemaId },
    { importId: 'development', developmentMode: true },
  ];
  for (const input of imports) await report(app, 'importCompleted', input);
  await report(app, 'headlessImportNeedsReview', { importId: 'reviewed' });
  await report(app, 'importCompleted', { importId: 'reviewed', headless: headlessImport.headless });
  await report(app, 'headlessImportFailed', { importId: 'other', importIdentifier: 'others' });
  return savedSchemaId;
}

describe('a preview of a webhook', () => {
  test('says for which of the latest imports it would have fired, as publishing would have matched', async () => {
    await using app = await createTestApp();
    const savedSchemaId = await givenImports(app);

    expect(await preview(app, { importIdentifiers: ['contacts'] })).toEqual({
      considered: 6,
      matched: 3,
      deliveries: 4,
      imports: ['reviewed', 'both', 'named'],
    });
    expect(await preview(app, { savedSchemaIds: [savedSchemaId] })).toMatchObject({ imports: ['both', 'schema'] });
    expect(
      await preview(app, { importIdentifiers: ['contacts', 'others'], savedSchemaIds: [savedSchemaId] }),
    ).toMatchObject({
      matched: 5,
    });
    expect(await preview(app, { importIdentifiers: ['contacts'], developmentMode: true })).toMatchObject({
      imports: ['development'],
    });
    expect(
      await preview(app, { importIdentifiers: ['contacts'], events: ['HEADLESS_IMPORT_NEEDS_REVIEW'] }),
    ).toMatchObject({ deliveries: 1, imports: ['reviewed'] });
    expect(await preview(app, { importIdentifiers: ['Contacts'] })).toMatchObject({
      matched: 0,
      deliveries: 0,
      imports: [],
    });
    expect(await preview(app, {})).toMatchObject({ considered: 6, matched: 0, imports: [] });
  });

  test('comes true: the webhook that is made so fires for as many of the same imports', async () => {
    await using app = await createTestApp();
    await givenImports(app);
    const filter = { importIdentifiers: ['contacts'], events: ['IMPORT_COMPLETED'], developmentMode: false };
    const { deliveries } = await preview(app, filter);
    const other = await givenOrganization(app);
    const { id } = await givenWebhook(other, { url: 'http://127.0.0.1:9/', ...filter });
    await givenImports({ ...app, ...other });

    const made = await ask<{ deliveries: { edges: object[] } }>(
      other,
      'query ($id: ID!) { webhook(id: $id) { deliveries { edges { cursor } } } }',
      { id },
    );
    expect(made.deliveries.edges).toHaveLength(deliveries);
    expect(deliveries).toBe(3);
  });

  test('looks at no more imports than it is asked for, and shows a page of them', async () => {
    await using app = await createTestApp();
    await reportMany(
      app,
      Array.from({ length: 130 }, (_, index) => ({ importId: `import-${index}` })),
    );
    const filter = { importIdentifiers: ['contacts'] };

    const usual = await preview(app, filter);
    expect(usual).toMatchObject({ considered: 100, matched: 100 });
    expect(usual.imports).toHaveLength(20);
    expect(await preview(app, filter, 7)).toMatchObject({ considered: 7, matched: 7 });
    expect(await preview(app, filter, 1_000)).toMatchObject({ considered: 130, matched: 130 });
  });

  test.each([
    ['more imports than are looked at', { importIdentifiers: ['a'] }, 1_001],
    ['no imports', { importIdentifiers: ['a'] }, 0],
    ['an empty list of events', { events: [] }, 10],
    ['an id that is none', { savedSchemaIds: ['whk_00000000000070008000000000000000'] }, 10],
  ])('is refused for %s', async (_what, filter, last) => {
    await using app = await createTestApp();
    const { errors } = await post(app, PREVIEW, { filter: { developmentMode: false, ...filter }, last });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_ARGUMENT' } }]);
  });
});
