/** Which webhooks an import concerns. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { type Reported, report } from '../support/report.ts';

const URL = 'http://127.0.0.1:9/hook';

type Settings = Readonly<Record<string, unknown>>;

let app: TestApp;
let schemas: Readonly<Record<'orders' | 'people', string>>;
let reported = 0;

beforeAll(async () => {
  app = await createTestApp();
  schemas = { orders: await givenSavedSchema('orders'), people: await givenSavedSchema('people') };
});

afterAll(async () => {
  await app.close();
});

async function givenSavedSchema(name: string): Promise<string> {
  const { savedSchema } = await ask<{ savedSchema: { id: string } }>(
    app,
    `mutation ($input: CreateSavedSchemaInput!) {
      createSavedSchema(input: $input) { ... on SavedSchemaPayload { savedSchema { id } } }
    }`,
    { input: { name } },
  );
  return savedSchema.id;
}

/** A webhook of this one test, which is deleted at its end. */
async function givenListening(settings: Settings): Promise<AsyncDisposable & { readonly id: string }> {
  const { id } = await givenWebhook(app, { url: URL, importIdentifiers: [], ...settings });
  return { id, [Symbol.asyncDispose]: () => change('deleteWebhook', { webhookId: id }) };
}

async function change(mutation: string, input: Settings): Promise<void> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await ask<{ code?: string }>(
    app,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ... on Refusal { code message } } }`,
    { input },
  );
  expect(answer.code).toBeUndefined();
}

/** How many deliveries a new import like this leads to. */
async function deliveriesOf(input: Settings, how: Reported = 'importCompleted'): Promise<number | undefined> {
  reported += 1;
  const { deliveries } = await report(app, how, {
    importId: `import-${reported}`,
    importIdentifier: null,
    ...input,
  });
  return deliveries;
}

describe('a webhook', () => {
  test.each<[string, Settings, Settings, number]>([
    ['for an identifier', { importIdentifiers: ['a'] }, { importIdentifier: 'a' }, 1],
    ['for one of several identifiers', { importIdentifiers: ['x', 'a', 'y'] }, { importIdentifier: 'a' }, 1],
    ['not for another identifier', { importIdentifiers: ['a'] }, { importIdentifier: 'b' }, 0],
    ['not in another case', { importIdentifiers: ['a'] }, { importIdentifier: 'A' }, 0],
    ['not with a space more', { importIdentifiers: ['a'] }, { importIdentifier: 'a ' }, 0],
    ['not for a part', { importIdentifiers: ['contacts'] }, { importIdentifier: 'contact' }, 0],
    ['not by a pattern', { importIdentifiers: ['%', '*', '_'] }, { importIdentifier: 'a' }, 0],
    ['not for no identifier', { importIdentifiers: ['a'] }, {}, 0],
    ['not for an empty identifier', { importIdentifiers: ['a'] }, { importIdentifier: '' }, 0],
    ['by code points, not by looks', { importIdentifiers: ['\u00e9'] }, { importIdentifier: 'e\u0301' }, 0],
    ['in its mode: production', { importIdentifiers: ['a'] }, { importIdentifier: 'a', developmentMode: true }, 0],
    [
      'in its mode: development',
      { importIdentifiers: ['a'], developmentMode: true },
      { importIdentifier: 'a', developmentMode: true },
      1,
    ],
    [
      'never in both modes',
      { importIdentifiers: ['a'], developmentMode: true },
      { importIdentifier: 'a', developmentMode: false },
      0,
    ],
    [
      'for an import that does not say its mode as for production',
      { importIdentifiers: ['a'] },
      { importIdentifier: 'a', developmentMode: null },
      1,
    ],
    [
      'not for an event that it does not listen to',
      { importIdentifiers: ['a'], events: ['HEADLESS_IMPORT_FAILED', 'HEADLESS_IMPORT_NEEDS_REVIEW'] },
      { importIdentifier: 'a' },
      0,
    ],
    [
      'for the one event that it listens to',
      { importIdentifiers: ['a'], events: ['IMPORT_COMPLETED'] },
      { importIdentifier: 'a' },
      1,
    ],
  ])('fires %s (H59): listening to %j, for %j', async (_, settings, input, deliveries) => {
    await using _webhook = await givenListening(settings);
    expect(await deliveriesOf(input)).toBe(deliveries);
  });

  test.each<
    [string, readonly string[], readonly ('orders' | 'people')[], string | null, 'orders' | 'people' | null, number]
  >([
    ['a saved schema', [], ['orders'], null, 'orders', 1],
    ['one of several saved schemas', [], ['orders', 'people'], null, 'people', 1],
    ['another saved schema', [], ['orders'], null, 'people', 0],
    ['the identifier of a mix', ['a'], ['orders'], 'a', null, 1],
    ['the saved schema of a mix', ['a'], ['orders'], 'b', 'orders', 1],
    ['both of a mix, once', ['a'], ['orders'], 'a', 'orders', 1],
    ['neither of a mix', ['a'], ['orders'], 'b', 'people', 0],
    ['a saved schema as an identifier', ['orders'], [], null, 'orders', 0],
  ])('by %s (H59): identifiers %j and schemas %j for %j and %j fire %i times', async (...row) => {
    const [, importIdentifiers, listened, importIdentifier, made, deliveries] = row;
    await using _webhook = await givenListening({
      importIdentifiers,
      savedSchemaIds: listened.map((name) => schemas[name]),
    });
    expect(await deliveriesOf({ importIdentifier, savedSchemaId: made && schemas[made] })).toBe(deliveries);
  });

  test.each<[Reported, string]>([
    ['importCompleted', 'IMPORT_COMPLETED'],
    ['headlessImportNeedsReview', 'HEADLESS_IMPORT_NEEDS_REVIEW'],
    ['headlessImportFailed', 'HEADLESS_IMPORT_FAILED'],
  ])(
    'that listens to everything fires for %s, and one that listens to %s fires for nothing else',
    async (how, event) => {
      await using _all = await givenListening({ importIdentifiers: ['all'] });
      await using _narrowed = await givenListening({ importIdentifiers: ['narrowed'], events: [event] });

      expect(await deliveriesOf({ importIdentifier: 'all' }, how)).toBe(1);
      for (const other of ['importCompleted', 'headlessImportNeedsReview', 'headlessImportFailed'] as const) {
        expect(await deliveriesOf({ importIdentifier: 'narrowed' }, other)).toBe(other === how ? 1 : 0);
      }
    },
  );

  test('that is disabled fires for nothing, and for the next import when it is enabled again (B23)', async () => {
    await using webhook = await givenListening({ importIdentifiers: ['a'] });
    await change('disableWebhook', { webhookId: webhook.id });
    expect(await deliveriesOf({ importIdentifier: 'a' })).toBe(0);

    await change('enableWebhook', { webhookId: webhook.id });
    expect(await deliveriesOf({ importIdentifier: 'a' })).toBe(1);
  });

  test('that was deleted fires for nothing', async () => {
    const { id } = await givenListening({ importIdentifiers: ['a'], savedSchemaIds: [schemas.orders] });
    await change('deleteWebhook', { webhookId: id });

    expect(await deliveriesOf({ importIdentifier: 'a', savedSchemaId: schemas.orders })).toBe(0);
  });

  test('that was changed fires by its new filter only', async () => {
    await using webhook = await givenListening({ importIdentifiers: ['a'], savedSchemaIds: [schemas.orders] });
    await change('updateWebhook', { webhookId: webhook.id, importIdentifiers: ['b'], savedSchemaIds: [] });

    expect(await deliveriesOf({ importIdentifier: 'a' })).toBe(0);
    expect(await deliveriesOf({ savedSchemaId: schemas.orders })).toBe(0);
    expect(await deliveriesOf({ importIdentifier: 'b' })).toBe(1);
  });

  test('of another organization does not fire, whatever it listens to', async () => {
    const other = await givenOrganization(app);
    await givenWebhook(other, { url: URL, importIdentifiers: ['a'] });

    expect(await deliveriesOf({ importIdentifier: 'a' })).toBe(0);
  });
});

describe('several webhooks', () => {
  test('that match have one delivery each, to the same URL or not', async () => {
    await using _first = await givenListening({ importIdentifiers: ['a'] });
    await using _second = await givenListening({ importIdentifiers: ['a'], savedSchemaIds: [schemas.orders] });
    await using _third = await givenListening({ savedSchemaIds: [schemas.orders], url: `${URL}/other` });
    await using _unmatched = await givenListening({ importIdentifiers: ['b'] });

    expect(await deliveriesOf({ importIdentifier: 'a', savedSchemaId: schemas.orders })).toBe(3);
  });
});
