import { isRequiredArgument } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, post, watchWebSocket } from '../support/client.ts';
import { givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { contentsOf } from './contents.ts';
import { type IdPlace, idPlaces, makeArguments, operationOf, rootFields, type Values } from './walk.ts';

/** In every text of the other organization, so that any of them is recognised wherever it turns up. */
const MARK = 'zebra';

/** What one organization has, made by the API. */
interface Belongings {
  readonly webhookId: string;
  readonly savedSchemaId: string;
  readonly apiKeyId: string;
  readonly deliveryId: string;
  readonly replayId: string;
  readonly importId: string;
  readonly userId: string;
  /** Of webhooks, deliveries, imports, replays, saved schemas and keys, by the name of their connection. */
  readonly cursors: Readonly<Record<string, string>>;
  readonly logCursor: string;
}

/** What a place answers to the id of another organization. */
type Answer =
  /** Null, as for an id that nobody has. */
  | null
  /** A list without entries. */
  | 'nothing'
  /** Something of one's own: the id is the importer's, or means a place in a list, and is nobody's property. */
  | 'own'
  /** The code of a refusal. */
  | `${string}_NOT_FOUND`;

/** A foreign id for a place, and the answer to it. */
type Expectation = readonly [foreign: (their: Belongings) => string, answer: Answer];

/** A cursor of somebody else's row. */
const cursorOf =
  (connection: string) =>
  ({ cursors }: Belongings) =>
    cursors[connection] ?? '';

const webhookId = (their: Belongings) => their.webhookId;
const savedSchemaId = (their: Belongings) => their.savedSchemaId;
const deliveryId = (their: Belongings) => their.deliveryId;
const replayId = (their: Belongings) => their.replayId;
const importId = (their: Belongings) => their.importId;
const userId = (their: Belongings) => their.userId;
const logCursor = (their: Belongings) => their.logCursor;

/** Every place where an id or a cursor can be given. One that is missing here is one that nobody has thought about. */
const EXPECTED: Readonly<Record<string, Expectation>> = {
  'Query.webhook(id:)': [webhookId, null],
  'Query.delivery(id:)': [deliveryId, null],
  'Query.replay(id:)': [replayId, null],
  'Query.import(importId:)': [importId, null],
  'Query.reconciliation(webhookId:)': [webhookId, null],
  'Query.deliveryStats(webhookId:)': [webhookId, null],
  'Query.explainImport(importId:)': [importId, null],
  'Query.deliveryLog(after:)': [logCursor, 'own'],
  'Subscription.deliveryLog(after:)': [logCursor, 'own'],
  'Subscription.deliveryLogPages(after:)': [logCursor, 'own'],
  'Subscription.replay(id:)': [replayId, null],
  'WebhookFilter.ids': [webhookId, 'nothing'],
  'DeliveryFilter.webhookId': [webhookId, 'nothing'],
  'WebhookPreviewFilter.savedSchemaIds': [savedSchemaId, 'nothing'],
  'DeliveryFilter.importId': [importId, 'nothing'],
  'DeliveryFilter.replayId': [replayId, 'nothing'],
  'DeliveryLogFilter.webhookId': [webhookId, 'nothing'],
  'DeliveryLogFilter.importId': [importId, 'nothing'],
  'RevokeApiKeyInput.apiKeyId': [({ apiKeyId }) => apiKeyId, 'API_KEY_NOT_FOUND'],
  'RenameSavedSchemaInput.savedSchemaId': [savedSchemaId, 'SAVED_SCHEMA_NOT_FOUND'],
  'DeleteSavedSchemaInput.savedSchemaId': [savedSchemaId, 'SAVED_SCHEMA_NOT_FOUND'],
  'CreateWebhookInput.savedSchemaIds': [savedSchemaId, 'SAVED_SCHEMA_NOT_FOUND'],
  'UpdateWebhookInput.savedSchemaIds': [savedSchemaId, 'SAVED_SCHEMA_NOT_FOUND'],
  'UpdateWebhookInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'DeleteWebhookInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'EnableWebhookInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'DisableWebhookInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'RotateWebhookSecretInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'RedeliverInput.deliveryId': [deliveryId, 'DELIVERY_NOT_FOUND'],
  'CancelDeliveryInput.deliveryId': [deliveryId, 'DELIVERY_NOT_FOUND'],
  'EraseImportInput.importId': [importId, 'IMPORT_NOT_FOUND'],
  'EraseUserInput.userId': [userId, 'own'],
  'ReplayFilterInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'ReplayFilterInput.importId': [importId, 'own'],
  'PauseReplayInput.replayId': [replayId, 'REPLAY_NOT_FOUND'],
  'ResumeReplayInput.replayId': [replayId, 'REPLAY_NOT_FOUND'],
  'CancelReplayInput.replayId': [replayId, 'REPLAY_NOT_FOUND'],
  'SendTestEventInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'DiagnoseSignatureInput.webhookId': [webhookId, 'WEBHOOK_NOT_FOUND'],
  'DiagnoseSignatureInput.deliveryId': [deliveryId, 'DELIVERY_NOT_FOUND'],
  'ImportCompletedInput.importId': [importId, 'own'],
  'ImportCompletedInput.savedSchemaId': [savedSchemaId, 'own'],
  'HeadlessImportNeedsReviewInput.importId': [() => `${MARK}-in-review`, 'own'],
  'HeadlessImportNeedsReviewInput.savedSchemaId': [savedSchemaId, 'own'],
  'HeadlessImportFailedInput.importId': [() => `${MARK}-failed`, 'own'],
  'HeadlessImportFailedInput.savedSchemaId': [savedSchemaId, 'own'],
  'HeadlessImportInput.id': [importId, 'own'],
  'HeadlessImportInput.schemaId': [savedSchemaId, 'own'],
  'ImportUserInput.id': [userId, 'own'],
  'ImportUserInput.companyId': [userId, 'own'],
  ...Object.fromEntries(
    ['apiKeys', 'deliveries', 'imports', 'replays', 'savedSchemas', 'webhooks'].flatMap((connection) =>
      ['after', 'before'].map((name) => [`Query.${connection}(${name}:)`, [cursorOf(connection), 'own'] as const]),
    ),
  ),
};

const forbidden = ['Query.organizations', 'Mutation.createOrganization']; // of the instance: see roles.test.ts
const fields = rootFields.filter(({ coordinate }) => !forbidden.includes(coordinate));
/** They only count, which says nothing of whose it is; the tests of their own look at that. */
const counting = ['Query.failureGroups', 'Query.deliveryBacklog'];
const queries = fields.filter(
  ({ coordinate, operation, field }) =>
    operation === 'query' && !counting.includes(coordinate) && !field.args.some(isRequiredArgument),
);
const places = fields.flatMap(idPlaces).map((place) => ({ ...place, name: place.path.join('.') }));

let app: TestApp;
let receiver: Receiver;
let them: Caller & { readonly organizationId: string };
let their: Belongings;
let own: Values;
/** UUIDs of everything that they have. */
let theirIds: ReadonlySet<string>;

beforeAll(async () => {
  app = await createTestApp();
  receiver = await startReceiver();
  const dispatcher = await app.startDispatcher();
  them = await givenOrganization(app, MARK);
  their = await givenBelongings(them, MARK);
  const { cursors: _, ...ours } = await givenBelongings(app, 'ours');
  own = ours;
  await dispatcher.stop(AbortSignal.timeout(5_000));
  theirIds = new Set(idsIn(await contentsOf(app.db, them.organizationId)));
});

afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** One of everything, with `mark` in all of its texts, and a delivery that arrived. */
async function givenBelongings(caller: Caller, mark: string): Promise<Belongings> {
  const { savedSchema } = await ask<{ savedSchema: { id: string } }>(
    caller,
    'mutation ($input: CreateSavedSchemaInput!) { createSavedSchema(input: $input) { ... on SavedSchemaPayload { savedSchema { id } } } }',
    { input: { name: mark } },
  );
  const { apiKey } = await ask<{ apiKey: { id: string } }>(
    caller,
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeyPayload { apiKey { id } } } }',
    { input: { name: mark, role: 'IMPORTER' } },
  );
  const { id } = await givenWebhook(caller, {
    url: `${receiver.url}/${mark}`,
    description: mark,
    importIdentifiers: [mark],
    savedSchemaIds: [savedSchema.id],
    headers: [{ name: `x-${mark}`, value: mark }],
  });
  await using log = watchWebSocket<{ kind: string; cursor: string; delivery: { id: string } }>(
    caller,
    'subscription { deliveryLog(after: "0.0") { kind cursor delivery { id } } }',
  );
  await reportCompleted(caller, {
    importId: `${mark}-1`,
    importIdentifier: mark,
    filename: `${mark}.csv`,
    user: { id: `${mark}-user`, name: mark },
    settings: { webhookUrl: `${receiver.url}/basic/${mark}` },
  });
  const entries = await log.until((seen) => seen.filter(({ kind }) => kind === 'DELIVERED').length === 2);
  const { replay } = await ask<{ replay: { id: string } }>(
    caller,
    'mutation ($input: StartReplayInput!) { startReplay(input: $input) { ... on StartReplayPayload { replay { id } } } }',
    { input: { filter: { webhookId: id, importId: `${mark}-1`, statuses: ['DELIVERED'] } } },
  );
  return {
    webhookId: id,
    replayId: replay.id,
    savedSchemaId: savedSchema.id,
    apiKeyId: apiKey.id,
    deliveryId: entries[0]?.delivery.id ?? '',
    importId: `${mark}-1`,
    userId: `${mark}-user`,
    cursors: await readCursors(caller),
    logCursor: entries[0]?.cursor ?? '',
  };
}

async function readCursors(caller: Caller): Promise<Record<string, string>> {
  const names = ['apiKeys', 'deliveries', 'imports', 'replays', 'savedSchemas', 'webhooks'];
  const { data } = await post(caller, `{ ${names.map((name) => `${name} { pageInfo { endCursor } }`).join(' ')} }`);
  const pages = Object.entries(data ?? {}) as [string, { pageInfo: { endCursor: string } }][]; // as asked for
  return Object.fromEntries(pages.map(([name, { pageInfo }]) => [name, pageInfo.endCursor]));
}

let made = 0;

/** What is needed around the place that is tried: valid, and of the caller's own. */
function values(): Values {
  made += 1;
  return {
    ...own,
    id: own.webhookId,
    importId: `made-up-${made}`,
    name: `Made up ${made}`,
    url: receiver.url,
    from: '2024-04-24T00:00:00Z',
    to: '2024-04-25T00:00:00Z',
    createdDate: '2024-04-24T17:20:14Z',
    modifiedDate: '2024-04-24T17:20:14Z',
  };
}

/** Asks a place for `foreign`, and answers with everything that came back but `foreign` itself, which we said ourselves. */
async function tryPlace({ root, path }: IdPlace, foreign: string): Promise<{ answer: unknown; text: string }> {
  const args = makeArguments(root, values(), path, foreign);
  const result = await post(app, operationOf(root, args), args);
  expect(result.errors).toBeUndefined();
  return { answer: result.data?.[root.field.name], text: JSON.stringify(result).replaceAll(foreign, '') };
}

function check(answer: unknown, expected: Answer): void {
  if (expected === null) expect(answer).toBeNull();
  else if (expected === 'nothing') expect(listsIn(answer)).toEqual([[]]);
  else if (expected === 'own') expect(JSON.stringify(answer)).not.toMatch(/"code":/);
  else expect(answer).toMatchObject({ code: expected });
}

const listsIn = (answer: unknown): unknown[] =>
  Object.values(answer ?? {}).filter((value): value is unknown[] => Array.isArray(value));

describe('an organization (E45)', () => {
  test('is protected at every place where an id or a cursor can be given', () => {
    const coordinates = new Set(places.map(({ coordinate }) => coordinate));
    expect(Object.keys(EXPECTED).toSorted()).toEqual([...coordinates].toSorted());
  });

  test.each(queries)('sees what is its own, and nothing else, in $coordinate', async (root) => {
    const text = operationOf(root, {});
    const ours = JSON.stringify((await post(app, text)).data);
    const theirs = JSON.stringify((await post(them, text)).data);

    expect(idsIn(ours).filter((id) => theirIds.has(id))).toEqual([]);
    expect(ours).not.toContain(MARK);
    expect(theirs).toContain(MARK);
    expect(idsIn(theirs).filter((id) => !theirIds.has(id))).toEqual([]);
  });

  test.each(places.filter(({ root }) => root.operation !== 'subscription'))(
    'shows and changes nothing for another that gives its id to $root.coordinate($name)',
    async (place) => {
      const [foreign, expected] = EXPECTED[place.coordinate] ?? [() => '', null];
      const before = await contentsOf(app.db, them.organizationId);

      const { answer, text } = await tryPlace(place, foreign(their));

      check(answer, expected);
      expect(text).not.toContain(MARK);
      expect(idsIn(text).filter((id) => theirIds.has(id))).toEqual([]);
      expect(await contentsOf(app.db, them.organizationId)).toBe(before);
    },
  );

  test('hears nothing of another on its subscriptions, whatever it filters by', async () => {
    const text = `subscription ($after: String, $filter: DeliveryLogFilter) {
      deliveryLog(after: $after, filter: $filter) { importId webhookId delivery { webhook { url } event { body } } }
    }`;
    const subscribe = (caller: Caller, filter: object = {}) =>
      watchWebSocket<{ importId: string }>(caller, text, { after: '0.0', filter });
    await using everything = subscribe(app);
    await using byWebhook = subscribe(app, { webhookId: their.webhookId });
    await using byImport = subscribe(app, { importId: 'zebra-live' });
    await using pages = watchWebSocket<{ entries: { importId: string }[] }>(
      app,
      'subscription { deliveryLogPages(after: "0.0") { entries { importId webhookId delivery { webhook { url } } } } }',
    );
    await using theirOwn = subscribe(them, { importId: 'zebra-live' });

    for (let round = 0; round < 5; round += 1) {
      await reportCompleted(them, { importId: `${MARK}-${round}`, importIdentifier: MARK });
      await reportCompleted(app, { importId: `ours-live-${round}`, importIdentifier: 'ours' });
    }
    await reportCompleted(them, { importId: 'zebra-live', importIdentifier: MARK });
    await theirOwn.until((seen) => seen.length > 0);
    await reportCompleted(app, { importId: 'ours-last', importIdentifier: 'ours' });

    // The log has one order, so whoever has seen its last entry was shown all before it.
    const seen = await everything.until((entries) => entries.some(({ importId: id }) => id === 'ours-last'));
    await pages.until((all) => all.some(({ entries }) => entries.some(({ importId: id }) => id === 'ours-last')));
    expect(JSON.stringify([seen, pages.seen])).not.toContain(MARK);
    expect(seen.filter(({ importId: id }) => id.startsWith('ours-live'))).toHaveLength(5);
    expect([...byWebhook.seen, ...byImport.seen]).toEqual([]);
  });
});

/** The UUIDs in a text, whether they are written with dashes, as in the database, or without, as in our ids. */
function idsIn(text: string): string[] {
  return [...text.matchAll(/[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}/g)].map(([id]) =>
    id.replaceAll('-', ''),
  );
}
