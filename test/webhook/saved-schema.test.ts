/** Saved schemas: made, renamed, deleted, and never taken away from under a webhook. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { givenSavedSchema, manage, readWebhook } from '../support/manage.ts';
import { countRows } from '../support/report.ts';

const URL = 'http://127.0.0.1:9/hook';
const UNKNOWN = `sch_${'0'.repeat(32)}`;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => {
  await app.close();
});

describe('the name of a saved schema', () => {
  test('is unique in the organization, upper and lower case being different, and free in another', async () => {
    await givenSavedSchema(app, 'Orders');

    expect(await manage(app, 'createSavedSchema', { name: 'Orders' })).toMatchObject({
      __typename: 'SavedSchemaNameTakenError',
      code: 'SAVED_SCHEMA_NAME_TAKEN',
      message: 'There already is a saved schema named "Orders". Choose another name.',
    });
    await givenSavedSchema(app, 'orders');
    await givenSavedSchema(await givenOrganization(app, 'Names'), 'Orders');
  });

  test('goes to one of many who want it at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => manage(app, 'createSavedSchema', { name: 'wanted' })),
    );
    expect(answers.map(({ code }) => code ?? 'made').toSorted()).toEqual([
      ...Array(9).fill('SAVED_SCHEMA_NAME_TAKEN'),
      'made',
    ]);
  });

  test.each([
    ['', 'must not be empty'],
    ['x'.repeat(201), 'at most 200'],
    ['a\u0000', 'U+0000'],
    ['\ud83e', 'surrogate'],
  ])('cannot be %j', async (name, message) => {
    const id = await givenSavedSchema(app, `named before ${message}`);
    const refusal = {
      code: 'INVALID_INPUT',
      problems: [{ path: ['name'], message: expect.stringContaining(message) }],
    };

    expect(await manage(app, 'createSavedSchema', { name })).toMatchObject(refusal);
    expect(await manage(app, 'renameSavedSchema', { savedSchemaId: id, name })).toMatchObject(refusal);
  });

  test('can be changed, also to itself, and webhooks that listen to it go on doing so', async () => {
    const id = await givenSavedSchema(app, 'before');
    const webhook = await givenWebhook(app, { url: URL, savedSchemaIds: [id] });

    for (const name of ['after', 'after', '🪶'.repeat(100)]) {
      expect(await manage(app, 'renameSavedSchema', { savedSchemaId: id, name })).toMatchObject({
        savedSchema: { id, name },
      });
    }
    expect((await readWebhook(app, webhook.id))?.savedSchemas).toEqual([{ id, name: '🪶'.repeat(100) }]);
  });

  test('cannot be changed to one that is taken', async () => {
    await givenSavedSchema(app, 'taken');
    const id = await givenSavedSchema(app, 'free');
    expect(await manage(app, 'renameSavedSchema', { savedSchemaId: id, name: 'taken' })).toMatchObject({
      code: 'SAVED_SCHEMA_NAME_TAKEN',
    });
    expect(await namesOf(app)).toContain('free');
  });
});

async function namesOf(caller: Caller): Promise<readonly string[]> {
  const { edges } = await ask<{ edges: { node: { name: string } }[] }>(
    caller,
    '{ savedSchemas(first: 100) { edges { node { name } } } }',
  );
  return edges.map(({ node }) => node.name);
}

describe('a saved schema', () => {
  test('that does not exist or is another organization’s is not found, and stays as it is', async () => {
    const other = await givenOrganization(app, 'Others');
    const theirs = await givenSavedSchema(other, 'theirs');
    for (const savedSchemaId of [UNKNOWN, theirs]) {
      const refusal = { code: 'SAVED_SCHEMA_NOT_FOUND' };
      expect(await manage(app, 'renameSavedSchema', { savedSchemaId, name: 'mine' })).toMatchObject(refusal);
      expect(await manage(app, 'deleteSavedSchema', { savedSchemaId })).toMatchObject(refusal);
    }
    expect(await namesOf(other)).toEqual(['theirs']);
    expect(await manage(app, 'deleteSavedSchema', { savedSchemaId: 'theirs' })).toMatchObject({
      problems: [{ path: ['savedSchemaId'], message: 'is not the id of a SavedSchema.' }],
    });
  });

  test('that nobody listens to can be deleted, and its name is free again', async () => {
    const id = await givenSavedSchema(app, 'short-lived');
    expect(await manage(app, 'deleteSavedSchema', { savedSchemaId: id })).toMatchObject({ deletedId: id });
    expect(await manage(app, 'deleteSavedSchema', { savedSchemaId: id })).toMatchObject({
      code: 'SAVED_SCHEMA_NOT_FOUND',
    });
    await givenSavedSchema(app, 'short-lived');
  });

  test('that is all that one webhook listens to cannot be deleted, until that webhook is', async () => {
    const id = await givenSavedSchema(app, 'last');
    await givenWebhook(app, { url: URL, importIdentifiers: ['more'], savedSchemaIds: [id] });
    const { id: webhookId } = await givenWebhook(app, { url: URL, importIdentifiers: [], savedSchemaIds: [id] });
    const before = await countRows(app);

    expect(await manage(app, 'deleteSavedSchema', { savedSchemaId: id })).toMatchObject({
      __typename: 'SavedSchemaInUseError',
      code: 'SAVED_SCHEMA_IN_USE',
      message: expect.stringContaining('Change or delete that webhook first'),
    });
    expect(await countRows(app)).toEqual(before);

    await manage(app, 'deleteWebhook', { webhookId });
    expect(await manage(app, 'deleteSavedSchema', { savedSchemaId: id })).toMatchObject({ deletedId: id });
  });

  test('that is one of several things a webhook listens to is taken off its list', async () => {
    const [gone, kept] = [await givenSavedSchema(app, 'gone'), await givenSavedSchema(app, 'kept')];
    const byIdentifier = await givenWebhook(app, { url: URL, importIdentifiers: ['a'], savedSchemaIds: [gone] });
    const bySchema = await givenWebhook(app, { url: URL, importIdentifiers: [], savedSchemaIds: [gone, kept] });

    expect(await manage(app, 'deleteSavedSchema', { savedSchemaId: gone })).toMatchObject({ deletedId: gone });

    expect((await readWebhook(app, byIdentifier.id))?.savedSchemas).toEqual([]);
    expect((await readWebhook(app, bySchema.id))?.savedSchemas).toEqual([{ id: kept, name: 'kept' }]);
  });
});

describe('deleting a saved schema', () => {
  // PGlite has one connection, so that one comes after the other anyway.
  const ROUNDS = inject('database') === 'pglite' ? 3 : 25;

  async function rounds(work: (round: number, sibling: Caller) => Promise<void>): Promise<void> {
    const sibling = { ...(await app.createSibling()), key: app.key };
    for (let round = 0; round < ROUNDS; round += 1) await work(round, sibling);
  }

  test('while its last webhook gives up everything else leaves that webhook something to listen to', async () => {
    await rounds(async (round, sibling) => {
      const savedSchemaId = await givenSavedSchema(app, `race: update ${round}`);
      const { id: webhookId } = await givenWebhook(app, { url: URL, savedSchemaIds: [savedSchemaId] });

      const answers = await Promise.all([
        manage(app, 'updateWebhook', { webhookId, importIdentifiers: [] }),
        manage(sibling, 'deleteSavedSchema', { savedSchemaId }),
      ]);

      const webhook = await readWebhook(app, webhookId);
      expect((webhook?.importIdentifiers.length ?? 0) + (webhook?.savedSchemas.length ?? 0)).toBe(1);
      expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    });
  });

  test('while a webhook is made for it leaves no webhook that listens to something that is gone', async () => {
    await rounds(async (round, sibling) => {
      const savedSchemaId = await givenSavedSchema(app, `race: create ${round}`);

      const [created, deleted] = await Promise.all([
        manage(app, 'createWebhook', { url: URL, importIdentifiers: [], savedSchemaIds: [savedSchemaId] }),
        manage(sibling, 'deleteSavedSchema', { savedSchemaId }),
      ]);

      expect([
        [undefined, 'SAVED_SCHEMA_IN_USE'],
        ['SAVED_SCHEMA_NOT_FOUND', undefined],
      ]).toContainEqual([created.code, deleted.code]);
      const dangling = await app.db.query(
        'select from webhook_saved_schema where saved_schema_id not in (select id from saved_schema)',
      );
      expect(dangling).toEqual([]);
    });
  });

  test('while another webhook starts listening to it leaves that one as it is shown', async () => {
    await rounds(async (round, sibling) => {
      const savedSchemaId = await givenSavedSchema(app, `race: add ${round}`);
      const first = await givenWebhook(app, { url: URL, savedSchemaIds: [savedSchemaId] });
      const second = await givenWebhook(app, { url: URL });

      await Promise.all([
        manage(sibling, 'deleteSavedSchema', { savedSchemaId }),
        manage(app, 'updateWebhook', { webhookId: second.id, savedSchemaIds: [savedSchemaId], importIdentifiers: [] }),
        manage(app, 'updateWebhook', { webhookId: first.id, savedSchemaIds: [savedSchemaId] }),
      ]);

      for (const { id } of [first, second]) {
        const webhook = await readWebhook(app, id);
        expect((webhook?.importIdentifiers.length ?? 0) + (webhook?.savedSchemas.length ?? 0)).toBeGreaterThan(0);
      }
    });
  });
});
