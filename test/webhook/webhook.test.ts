/** Managing webhooks: made, changed, switched off and on, deleted. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { givenSavedSchema, type ManageAnswer, manage, readWebhook } from '../support/manage.ts';
import { countRows } from '../support/report.ts';

const URL = 'http://127.0.0.1:9/hook';
const UNKNOWN_WEBHOOK = `whk_${'0'.repeat(32)}`;
const UNKNOWN_SCHEMA = `sch_${'0'.repeat(32)}`;
const EVENTS = ['IMPORT_COMPLETED', 'HEADLESS_IMPORT_NEEDS_REVIEW', 'HEADLESS_IMPORT_FAILED'];

type Input = Readonly<Record<string, unknown>>;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => {
  await app.close();
});

const create = (input: Input): Promise<ManageAnswer> =>
  manage(app, 'createWebhook', { url: URL, importIdentifiers: ['a'], ...input });

const problem = (path: string, message: string) => ({
  __typename: 'InputError',
  code: 'INVALID_INPUT',
  problems: [{ path: path.split('.'), message: expect.stringContaining(message) }],
});

describe('createWebhook', () => {
  test('makes an enabled webhook for production imports and all three events, when nothing else is said', async () => {
    const { webhook, secret } = await create({});

    expect(webhook).toEqual({
      id: expect.stringMatching(/^whk_[0-9a-f]{32}$/),
      url: URL,
      description: '',
      developmentMode: false,
      importIdentifiers: ['a'],
      savedSchemas: [],
      events: EVENTS,
      headers: [],
      retryScheduleSeconds: [],
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      createdAt: expect.any(String),
      updatedAt: webhook?.createdAt,
    });
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(await readWebhook(app, webhook?.id ?? '')).toEqual(webhook);
  });

  test('keeps everything that is said, lists in their order and without repetitions', async () => {
    const orders = await givenSavedSchema(app, 'create: orders');
    const people = await givenSavedSchema(app, 'create: people');
    const { webhook } = await create({
      url: 'HTTP://127.0.0.1:9/Hook?a=1',
      description: 'Ünïcode 🪶',
      developmentMode: true,
      importIdentifiers: ['z', 'a', 'z', 'A'],
      savedSchemaIds: [people, orders, people],
      events: ['HEADLESS_IMPORT_FAILED', 'IMPORT_COMPLETED', 'HEADLESS_IMPORT_FAILED'],
      headers: [{ name: 'X-Team', value: 'orders' }],
      retryScheduleSeconds: [1, 0, 60],
    });

    expect(webhook).toMatchObject({
      url: 'http://127.0.0.1:9/Hook?a=1',
      description: 'Ünïcode 🪶',
      developmentMode: true,
      importIdentifiers: ['z', 'a', 'A'],
      events: ['HEADLESS_IMPORT_FAILED', 'IMPORT_COMPLETED'],
      headers: [{ name: 'X-Team', maskedValue: '••••' }],
      retryScheduleSeconds: [1, 0, 60],
    });
    expect(webhook?.savedSchemas.map(({ id }) => id).toSorted()).toEqual([orders, people].toSorted());
  });

  test.each<[string, Input, string]>([
    ['that is no URL', { url: 'example.com' }, 'starts with http:// or https://'],
    ['of another scheme', { url: 'ftp://127.0.0.1/' }, 'starts with http:// or https://'],
    ['with a password', { url: 'http://user:secret@127.0.0.1/' }, 'no user name or password'],
    ['with a fragment', { url: 'http://127.0.0.1/#there' }, 'no fragment'],
    ['that is too long', { url: `http://127.0.0.1/${'x'.repeat(2048)}` }, 'at most 2048 characters'],
    ['of a private address', { url: 'http://10.1.2.3/' }, 'unless ALLOWED_NETWORKS'],
    ['of the metadata service', { url: 'http://169.254.169.254/latest' }, 'unless ALLOWED_NETWORKS'],
    ['of a host that does not exist', { url: 'http://nowhere.invalid/' }, 'does not resolve'],
  ])('refuses a URL %s, saying what is wrong (D39)', async (_, input, message) => {
    const before = await countRows(app);
    expect(await create(input)).toMatchObject({
      __typename: 'WebhookUrlRefusedError',
      code: 'WEBHOOK_URL_REFUSED',
      message: expect.stringContaining(message),
    });
    expect(await countRows(app)).toEqual(before);
  });

  test.each<[string, Input, string, string]>([
    ['a long description', { description: 'x'.repeat(501) }, 'description', 'at most 500'],
    ['U+0000 in the description', { description: '\u0000' }, 'description', 'U+0000'],
    ['an empty identifier', { importIdentifiers: ['a', ''] }, 'importIdentifiers.1', 'must not be empty'],
    ['a long identifier', { importIdentifiers: ['x'.repeat(257)] }, 'importIdentifiers.0', 'at most 256'],
    ['half a surrogate pair', { importIdentifiers: ['\udc00'] }, 'importIdentifiers.0', 'surrogate'],
    [
      'too many identifiers',
      { importIdentifiers: Array.from({ length: 1001 }, (_, index) => `${index}`) },
      'importIdentifiers',
      'at most 1000',
    ],
    ['an id of no saved schema', { savedSchemaIds: ['orders'] }, 'savedSchemaIds.0', 'not the id of a SavedSchema'],
    ['too many saved schemas', { savedSchemaIds: Array(1001).fill(UNKNOWN_SCHEMA) }, 'savedSchemaIds', 'at most 1000'],
    ['no event', { events: [] }, 'events', 'leave it out for all three'],
    ['a negative delay', { retryScheduleSeconds: [5, -1] }, 'retryScheduleSeconds.1', 'must not be negative'],
    ['a delay of more than 30 days', { retryScheduleSeconds: [2_592_001] }, 'retryScheduleSeconds.0', '30 days'],
    ['too many delays', { retryScheduleSeconds: Array(101).fill(1) }, 'retryScheduleSeconds', 'at most 100'],
  ])('refuses %s, naming the place', async (_, input, path, message) => {
    const before = await countRows(app);
    expect(await create(input)).toMatchObject(problem(path, message));
    expect(await countRows(app)).toEqual(before);
  });

  test('names everything that is wrong at once', async () => {
    const { problems } = await create({
      description: '\u0000',
      importIdentifiers: [''],
      savedSchemaIds: ['orders'],
      events: [],
      headers: [{ name: 'Host', value: 'a' }],
      retryScheduleSeconds: [-1],
    });
    expect(problems?.map(({ path }) => path.join('.')).toSorted()).toEqual([
      'description',
      'events',
      'headers.0.name',
      'importIdentifiers.0',
      'retryScheduleSeconds.0',
      'savedSchemaIds.0',
    ]);
  });

  test.each<[string, Input]>([
    ['two empty lists', { importIdentifiers: [], savedSchemaIds: [] }],
    ['nothing', { importIdentifiers: null, savedSchemaIds: null }],
  ])('refuses a filter of %s, which would never fire', async (_, input) => {
    const before = await countRows(app);
    expect(await create(input)).toMatchObject({
      __typename: 'WebhookFilterEmptyError',
      code: 'WEBHOOK_FILTER_EMPTY',
      message: expect.stringContaining('at least one import identifier or saved schema'),
    });
    expect(await countRows(app)).toEqual(before);
  });

  test('refuses a saved schema that does not exist or is another organization’s, and makes nothing', async () => {
    const theirs = await givenSavedSchema(await givenOrganization(app, 'Create'), 'theirs');
    const before = await countRows(app);
    for (const savedSchemaId of [UNKNOWN_SCHEMA, theirs]) {
      expect(await create({ savedSchemaIds: [savedSchemaId] })).toMatchObject({ code: 'SAVED_SCHEMA_NOT_FOUND' });
    }
    expect(await countRows(app)).toEqual(before);
  });
});

describe('updateWebhook', () => {
  const CHANGES: readonly [string, unknown, unknown?][] = [
    ['url', 'http://127.0.0.1:9/other'],
    ['description', 'changed'],
    ['description', ''],
    ['developmentMode', true],
    ['importIdentifiers', ['b', 'a']],
    ['importIdentifiers', []],
    ['savedSchemaIds', []],
    ['events', ['HEADLESS_IMPORT_FAILED']],
    ['headers', []],
    ['retryScheduleSeconds', []],
  ];

  test.each(CHANGES)('changes %s to %j and leaves the rest', async (field, value) => {
    const orders = await givenSavedSchema(app, `update ${field} ${JSON.stringify(value)}`);
    const { webhook: before } = await create({
      description: 'before',
      savedSchemaIds: [orders],
      events: ['IMPORT_COMPLETED'],
      headers: [{ name: 'X-Team', value: 'orders' }],
      retryScheduleSeconds: [1, 2],
    });
    await app.clock.advance(1_000);

    const { webhook } = await manage(app, 'updateWebhook', { webhookId: before?.id, [field]: value });

    const shown = field === 'savedSchemaIds' ? { savedSchemas: [] } : { [field]: value };
    expect(webhook).toEqual({ ...before, ...shown, updatedAt: expect.any(String) });
    expect(webhook && before && webhook.updatedAt > before.updatedAt).toBe(true);
    expect(await readWebhook(app, before?.id ?? '')).toEqual(webhook);
  });

  test('with nulls changes nothing', async () => {
    const { webhook: before } = await create({ description: 'before', headers: [{ name: 'X-Team', value: 'a' }] });
    const nothing = Object.fromEntries(CHANGES.map(([field]) => [field, null]));

    const { webhook } = await manage(app, 'updateWebhook', { webhookId: before?.id, ...nothing });
    expect(webhook).toEqual({ ...before, updatedAt: expect.any(String) });
  });

  test.each<[string, Input, object]>([
    ['a private address', { url: 'http://10.0.0.1/' }, { code: 'WEBHOOK_URL_REFUSED' }],
    ['two empty lists', { importIdentifiers: [], savedSchemaIds: [] }, { code: 'WEBHOOK_FILTER_EMPTY' }],
    ['an empty list that was the whole filter', { importIdentifiers: [] }, { code: 'WEBHOOK_FILTER_EMPTY' }],
    ['an unknown saved schema', { savedSchemaIds: [UNKNOWN_SCHEMA] }, { code: 'SAVED_SCHEMA_NOT_FOUND' }],
    ['no event', { events: [] }, problem('events', 'at least one event')],
    ['a negative delay', { retryScheduleSeconds: [-1] }, problem('retryScheduleSeconds.0', 'negative')],
    ['U+0000', { description: 'a\u0000' }, problem('description', 'U+0000')],
  ])('refuses %s, and changes nothing of it or of what came along', async (_, changes, refusal) => {
    const { webhook: before } = await create({ description: 'before' });

    const input = {
      webhookId: before?.id,
      developmentMode: true,
      headers: [{ name: 'X-New', value: 'a' }],
      ...changes,
    };
    expect(await manage(app, 'updateWebhook', input)).toMatchObject(refusal);
    expect(await readWebhook(app, before?.id ?? '')).toEqual(before);
  });

  test('names everything that is wrong at once, the webhook included', async () => {
    const { problems } = await manage(app, 'updateWebhook', { webhookId: 'x', savedSchemaIds: ['y'], events: [] });
    expect(problems?.map(({ path }) => path.join('.')).toSorted()).toEqual(['events', 'savedSchemaIds.0', 'webhookId']);
  });

  test('refuses the later of two changes that would together leave an empty filter', async () => {
    const other = { ...(await app.createSibling()), key: app.key };
    const orders = await givenSavedSchema(app, 'update: together');
    for (let round = 0; round < 10; round += 1) {
      const { webhook } = await create({ savedSchemaIds: [orders] });
      const answers = await Promise.all([
        manage(app, 'updateWebhook', { webhookId: webhook?.id, importIdentifiers: [] }),
        manage(other, 'updateWebhook', { webhookId: webhook?.id, savedSchemaIds: [] }),
      ]);
      expect(answers.map(({ code }) => code).toSorted()).toEqual(['WEBHOOK_FILTER_EMPTY', undefined]);
    }
  });
});

describe('disableWebhook and enableWebhook', () => {
  test('keep the first reason and the first time, and forget both', async () => {
    const { webhook: before } = await create({});
    const webhookId = before?.id;
    const { webhook: first } = await manage(app, 'disableWebhook', { webhookId, reason: 'Moving house.' });
    expect(first).toMatchObject({ enabled: false, disabledReason: 'Moving house.', disabledAt: expect.any(String) });

    await app.clock.advance(1_000);
    expect((await manage(app, 'disableWebhook', { webhookId, reason: 'Another.' })).webhook).toEqual(first);

    const { webhook: enabled } = await manage(app, 'enableWebhook', { webhookId });
    expect(enabled).toEqual({ ...before, updatedAt: expect.any(String) });
    await app.clock.advance(1_000);
    expect((await manage(app, 'enableWebhook', { webhookId })).webhook).toEqual(enabled);
  });

  test('at once, many times, leave the webhook and its destination agreeing with each other', async () => {
    const { id: webhookId } = await givenWebhook(app, { url: URL });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        manage(app, index % 2 === 0 ? 'disableWebhook' : 'enableWebhook', { webhookId }),
      ),
    );
    const [state] = await app.db.query<{ enabled: boolean; held: boolean }>(
      `select enabled, hold_until is not null as held
       from webhook join destination on destination.id = destination_id where 'whk_' || replace(webhook.id::text, '-', '') = $1`,
      [webhookId],
    );
    expect(state?.held).toBe(!state?.enabled);
  });

  test('by hand without a reason names the key that did it', async () => {
    const { id: webhookId } = await givenWebhook(app, { url: URL });
    const { webhook } = await manage(app, 'disableWebhook', { webhookId });
    expect(webhook?.disabledReason).toBe('Disabled by hand, with the key "First admin key".');
  });

  test('hold the destination while it lasts', async () => {
    const { id: webhookId } = await givenWebhook(app, { url: URL });
    const holdOf = () =>
      ask(app, 'query ($id: ID!) { webhook(id: $id) { destination { holdReason } } }', { id: webhookId });

    await manage(app, 'disableWebhook', { webhookId });
    expect(await holdOf()).toEqual({ destination: { holdReason: 'DISABLED' } });
    await manage(app, 'enableWebhook', { webhookId });
    expect(await holdOf()).toEqual({ destination: { holdReason: null } });
  });

  test.each([
    ['an empty reason', '', 'must not be empty'],
    ['a long reason', 'x'.repeat(501), 'at most 500'],
    ['U+0000', 'a\u0000', 'U+0000'],
  ])('refuse %s', async (_, reason, message) => {
    const { id: webhookId } = await givenWebhook(app, { url: URL });
    expect(await manage(app, 'disableWebhook', { webhookId, reason })).toMatchObject(problem('reason', message));
    expect(await readWebhook(app, webhookId)).toMatchObject({ enabled: true });
  });
});

describe('a webhook that was deleted', () => {
  test('is gone from every list, with its secrets, headers and filter', async () => {
    const orders = await givenSavedSchema(app, 'delete: orders');
    const { webhook } = await create({ savedSchemaIds: [orders], headers: [{ name: 'X-Team', value: 'a' }] });
    const before = await countRows(app);

    expect(await manage(app, 'deleteWebhook', { webhookId: webhook?.id })).toMatchObject({ deletedId: webhook?.id });

    expect(await readWebhook(app, webhook?.id ?? '')).toBeNull();
    const { edges } = await ask<{ edges: { node: { id: string } }[] }>(
      app,
      '{ webhooks(first: 100) { edges { node { id } } } }',
    );
    expect(edges.map(({ node }) => node.id)).not.toContain(webhook?.id);
    const after = await countRows(app);
    for (const table of ['webhook_secret', 'webhook_import_identifier', 'webhook_saved_schema']) {
      expect(after[table], table).toBe((before[table] ?? 0) - 1);
    }
  });
});

describe('a webhook that does not exist, was deleted or is another organization’s', () => {
  test.each(['updateWebhook', 'enableWebhook', 'disableWebhook', 'deleteWebhook', 'rotateWebhookSecret'] as const)(
    'is not found by %s',
    async (mutation) => {
      const deleted = await givenWebhook(app, { url: URL });
      await manage(app, 'deleteWebhook', { webhookId: deleted.id });
      const theirs = await givenWebhook(await givenOrganization(app, mutation), { url: URL });
      const before = await app.db.query('select * from webhook order by id');

      for (const webhookId of [UNKNOWN_WEBHOOK, deleted.id, theirs.id]) {
        expect(await manage(app, mutation, { webhookId })).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
      }
      for (const webhookId of ['', 'nonsense', UNKNOWN_SCHEMA, deleted.id.toUpperCase()]) {
        expect(await manage(app, mutation, { webhookId })).toMatchObject(
          problem('webhookId', 'not the id of a Webhook'),
        );
      }
      expect(await app.db.query('select * from webhook order by id')).toEqual(before);
    },
  );
});

describe('the list of webhooks', () => {
  test('can be narrowed by mode, state, identifier, part of the URL or the name, and ids, and counts what it shows', async () => {
    const caller = await givenOrganization(app, 'List');
    const one = await givenWebhook(caller, { url: 'http://127.0.0.1:9/One', developmentMode: true });
    const two = await givenWebhook(caller, { url: 'http://127.0.0.1:9/100%', importIdentifiers: ['x', 'contacts'] });
    const off = await givenWebhook(caller, { url: 'http://127.0.0.1:9/off', description: 'Team_1' });
    await manage(caller, 'disableWebhook', { webhookId: off.id });
    const gone = await givenWebhook(caller, { url: 'http://127.0.0.1:9/one' });
    await manage(caller, 'deleteWebhook', { webhookId: gone.id });
    const theirs = await givenWebhook(app, { url: 'http://127.0.0.1:9/one' });

    const list = async (filter: Input) => {
      const { edges, totalCount } = await ask<{ edges: { node: { id: string } }[]; totalCount: number }>(
        caller,
        'query ($filter: WebhookFilter) { webhooks(filter: $filter) { totalCount edges { node { id } } } }',
        { filter },
      );
      expect(totalCount).toBe(edges.length);
      return edges.map(({ node }) => node.id);
    };
    expect(new Set(await list({}))).toEqual(new Set([off.id, two.id, one.id]));
    expect(await list({ developmentMode: true })).toEqual([one.id]);
    expect(await list({ enabled: false })).toEqual([off.id]);
    expect(await list({ importIdentifier: 'x' })).toEqual([two.id]);
    expect(await list({ importIdentifier: 'X' })).toEqual([]);
    expect(await list({ contains: 'oNE' })).toEqual([one.id]);
    expect(await list({ contains: '0%' })).toEqual([two.id]);
    expect(await list({ contains: '_ne' })).toEqual([]);
    expect(await list({ contains: 'team_' })).toEqual([off.id]);
    expect(await list({ contains: 'team_', enabled: true })).toEqual([]);
    expect(await list({ contains: '_ff' })).toEqual([]);
    expect(await list({ ids: [two.id, gone.id, theirs.id, one.id] })).toEqual([two.id, one.id]);
    expect(await list({ ids: [] })).toEqual([]);
  });

  test('can be narrowed by health, and each of those found says the same of itself', async () => {
    const caller = await givenOrganization(app, 'Health');
    for (const [index, state] of DESTINATION_STATES.entries()) {
      const { id } = await givenWebhook(caller, { url: `http://127.0.0.1:9/${index}` });
      await app.db.query(
        `update destination set ${state} from webhook
        where destination.id = destination_id and 'whk_' || replace(webhook.id::text, '-', '') = $1`,
        [id],
      );
    }
    const list = async (filter: Input) => {
      const { edges, totalCount } = await ask<{ edges: { node: { destination: object } }[]; totalCount: number }>(
        caller,
        'query ($filter: WebhookFilter) { webhooks(filter: $filter) { totalCount edges { node { destination { health } } } } }',
        { filter },
      );
      expect(totalCount).toBe(edges.length);
      return edges.map(({ node }) => node.destination);
    };

    for (const health of ['WELL', 'FAILING', 'HELD', 'RECOVERING']) {
      expect(await list({ health: [health] })).toEqual([{ health }, { health }]);
    }
    expect(await list({ health: ['HELD', 'FAILING', 'RECOVERING'] })).toHaveLength(6);
    expect(await list({ health: [] })).toEqual([]);
  });
});

/** Of destinations, two for each health there is: holds that are over and that are not, with and without a past. */
const DESTINATION_STATES = [
  'hold_until = null',
  `hold_until = now() - interval '1 minute', hold_reason = 'RETRY_AFTER'`,
  'failing_since = now()',
  `failing_since = now(), hold_until = now() - interval '1 minute', hold_reason = 'BREAKER'`,
  `hold_until = now() + interval '1 hour', hold_reason = 'RETRY_AFTER'`,
  `hold_until = '9999-12-31', hold_reason = 'DISABLED', failing_since = now(), recovery_concurrency = 1`,
  'recovery_concurrency = 1, failing_since = now()',
  `recovery_concurrency = 2, hold_until = now() - interval '1 minute', hold_reason = 'BREAKER'`,
];
