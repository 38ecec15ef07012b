import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getOperationAST, type OperationDefinitionNode, parse, print, separateOperations } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../prisma/client/client.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, post, watchEvents, watchWebSocket } from '../support/client.ts';
import { documentedImport, givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const FOLDER = 'schema/operations';

/** One operation as a client sends it: alone, with its fragments. */
interface Operation {
  readonly client: string;
  readonly name: string;
  readonly kind: OperationDefinitionNode['operation'];
  readonly text: string;
}

const operations: readonly Operation[] = readdirSync(FOLDER).flatMap((file) =>
  Object.entries(separateOperations(parse(readFileSync(join(FOLDER, file), 'utf8')))).map(([name, document]) => {
    const kind = getOperationAST(document)?.operation;
    if (!kind) throw new Error(`${file} has something that is no operation`);
    return { client: file.replace('.graphql', ''), name, kind, text: print(document) };
  }),
);

/** What there is in the organization when a client comes. */
interface Given {
  readonly receiver: string;
  readonly webhookId: string;
  readonly savedSchemaId: string;
  readonly apiKeyId: string;
  /** Of a delivery that arrived. */
  readonly deliveryId: string;
  /** Of one that is not due for a long time. */
  readonly waitingDeliveryId: string;
}

/** Who uses an operation, and for what. */
interface Use {
  readonly as: Role;
  readonly variables?: (given: Given) => object;
}

const headlessImport = {
  importId: 'headless-1',
  importIdentifier: 'contacts',
  headless: { createdDate: '2024-04-24T17:20:14.659349Z', modifiedDate: '2024-04-24T17:20:14.659349Z' },
};

const uses: Readonly<Record<string, Use>> = {
  // importer
  ImportCompleted: { as: 'IMPORTER', variables: () => ({ input: { ...documentedImport, importId: 'another' } }) },
  HeadlessImportNeedsReview: { as: 'IMPORTER', variables: () => ({ input: headlessImport }) },
  HeadlessImportFailed: { as: 'IMPORTER', variables: () => ({ input: headlessImport }) },
  ImportsCompleted: {
    as: 'IMPORTER',
    variables: () => ({ input: { imports: ['one', 'two'].map((importId) => ({ ...documentedImport, importId })) } }),
  },
  // dashboard
  Viewer: { as: 'OPERATOR' },
  Webhooks: { as: 'MANAGER', variables: () => ({ filter: { enabled: true, urlContains: '127' }, first: 100 }) },
  Webhook: { as: 'MANAGER', variables: ({ webhookId }) => ({ id: webhookId }) },
  CreateWebhook: {
    as: 'MANAGER',
    variables: ({ receiver, savedSchemaId }) => ({
      input: {
        url: receiver,
        description: 'CRM',
        developmentMode: true,
        importIdentifiers: ['people'],
        savedSchemaIds: [savedSchemaId],
        events: ['IMPORT_COMPLETED'],
        headers: [{ name: 'authorization', value: 'Bearer token' }],
        retryScheduleSeconds: [1, 2, 3],
      },
    }),
  },
  UpdateWebhook: {
    as: 'MANAGER',
    variables: ({ webhookId, savedSchemaId }) => ({
      input: { webhookId, description: 'New', savedSchemaIds: [savedSchemaId] },
    }),
  },
  DeleteWebhook: { as: 'MANAGER', variables: ({ webhookId }) => ({ input: { webhookId } }) },
  EnableWebhook: { as: 'MANAGER', variables: ({ webhookId }) => ({ input: { webhookId } }) },
  DisableWebhook: { as: 'MANAGER', variables: ({ webhookId }) => ({ input: { webhookId, reason: 'Holidays' } }) },
  RotateWebhookSecret: { as: 'MANAGER', variables: ({ webhookId }) => ({ input: { webhookId, overlapSeconds: 60 } }) },
  RotateBasicWebhookSecret: { as: 'MANAGER', variables: () => ({ input: {} }) },
  SendTestEvent: {
    as: 'MANAGER',
    variables: ({ webhookId }) => ({ input: { webhookId, event: 'HEADLESS_IMPORT_FAILED' } }),
  },
  SavedSchemas: { as: 'MANAGER', variables: () => ({ first: 100 }) },
  CreateSavedSchema: { as: 'MANAGER', variables: () => ({ input: { name: 'People' } }) },
  RenameSavedSchema: {
    as: 'MANAGER',
    variables: ({ savedSchemaId }) => ({ input: { savedSchemaId, name: 'People' } }),
  },
  DeleteSavedSchema: { as: 'MANAGER', variables: ({ savedSchemaId }) => ({ input: { savedSchemaId } }) },
  ApiKeys: { as: 'ADMIN', variables: () => ({ first: 100 }) },
  CreateApiKey: { as: 'ADMIN', variables: () => ({ input: { name: 'Importer', role: 'IMPORTER' } }) },
  RevokeApiKey: { as: 'ADMIN', variables: ({ apiKeyId }) => ({ input: { apiKeyId } }) },
  Organizations: { as: 'ROOT', variables: () => ({ first: 100 }) },
  CreateOrganization: { as: 'ROOT', variables: () => ({ input: { name: 'Another' } }) },
  // operator
  Deliveries: {
    as: 'OPERATOR',
    variables: ({ webhookId }) => ({
      filter: { statuses: ['DELIVERED'], webhookId, importId: documentedImport.importId, event: 'IMPORT_COMPLETED' },
      first: 100,
    }),
  },
  Delivery: { as: 'OPERATOR', variables: ({ deliveryId }) => ({ id: deliveryId }) },
  Redeliver: { as: 'OPERATOR', variables: ({ deliveryId }) => ({ input: { deliveryId } }) },
  CancelDelivery: {
    as: 'OPERATOR',
    variables: ({ waitingDeliveryId }) => ({ input: { deliveryId: waitingDeliveryId } }),
  },
  Imports: { as: 'OPERATOR', variables: () => ({ filter: { status: 'COMPLETED' }, first: 100 }) },
  Import: { as: 'OPERATOR', variables: () => ({ importId: documentedImport.importId }) },
  DeliveryLog: { as: 'OPERATOR', variables: () => ({ last: 100 }) },
  WatchDeliveryLog: { as: 'OPERATOR', variables: ({ webhookId }) => ({ after: '0.0', filter: { webhookId } }) },
};

function useOf(name: string): Use {
  const use = uses[name];
  if (!use)
    throw new Error(`${name} is in ${FOLDER}, but this test does not know who uses it, and with what variables`);
  return use;
}

const NEW = `mutation ($schema: CreateSavedSchemaInput!, $key: CreateApiKeyInput!) {
  createSavedSchema(input: $schema) { ... on SavedSchemaPayload { savedSchema { id } } }
  createApiKey(input: $key) { ... on CreateApiKeyPayload { apiKey { id } } }
}`;

/** A webhook with a delivery that arrived, another with one that waits an hour, a saved schema and a key. */
async function given(app: TestApp, receiver: Receiver): Promise<Given> {
  const { id: webhookId } = await givenWebhook(app, {
    url: receiver.url,
    headers: [{ name: 'x-test', value: 'secret' }],
  });
  await using log = watchWebSocket<{ kind: string; delivery: { id: string } }>(
    app,
    'subscription { deliveryLog(after: "0.0") { kind delivery { id } } }',
  );
  await reportCompleted(app, { settings: { webhookUrl: receiver.url } });
  const entries = await log.until((seen) => seen.filter(({ kind }) => kind === 'DELIVERED').length === 2);
  receiver.answerWith([500]);
  await givenWebhook(app, { url: receiver.url, importIdentifiers: ['later'], retryScheduleSeconds: [3600] });
  await reportCompleted(app, { importId: 'later', importIdentifier: 'later' });
  const later = await log.until((seen) => seen.some(({ kind }) => kind === 'ATTEMPT_FAILED'));
  receiver.answerWith([200]);
  const { data } = await post(app, NEW, { schema: { name: 'Contacts' }, key: { name: 'Old', role: 'OPERATOR' } });
  // Typed by what the mutation above asks for.
  const made = data as { createSavedSchema: { savedSchema: { id: string } }; createApiKey: { apiKey: { id: string } } };
  return {
    receiver: receiver.url,
    webhookId,
    savedSchemaId: made.createSavedSchema.savedSchema.id,
    apiKeyId: made.createApiKey.apiKey.id,
    deliveryId: entries[0]?.delivery.id ?? '',
    waitingDeliveryId: later.at(-1)?.delivery.id ?? '',
  };
}

/** An app, its receiver and what is given, all of which one test has to itself. */
async function start() {
  const app = await createTestApp({ dispatcher: true });
  const receiver = await startReceiver();
  const stop = async () => {
    await app.close();
    await receiver.close();
  };
  return { app, given: await given(app, receiver), [Symbol.asyncDispose]: stop };
}

const requests = operations.filter(({ kind }) => kind !== 'subscription');
const subscriptions = operations.filter(({ kind }) => kind === 'subscription');

describe('the operations of the clients', () => {
  test.each(requests)('$client: $kind $name answers without errors or refusals', async ({ name, text }) => {
    const use = useOf(name);
    await using world = await start();

    const answer = await ask(await givenKey(world.app, use.as), text, use.variables?.(world.given));

    expect(answer).not.toBeNull();
    expect(JSON.stringify(answer)).not.toMatch(/"code":|"edges":\[\]/);
  });

  for (const { transport, watch } of [
    { transport: 'WebSocket', watch: watchWebSocket },
    { transport: 'server-sent events', watch: watchEvents },
  ]) {
    test.each(subscriptions)(`$client: $kind $name brings what happens, over ${transport}`, async ({ name, text }) => {
      const use = useOf(name);
      await using world = await start();

      const variables = { ...use.variables?.(world.given) };
      await using watching = watch(await givenKey(world.app, use.as), text, variables);

      const [first] = await watching.until((seen) => seen.length > 0);
      expect(first).toMatchObject({ cursor: expect.any(String) });
    });
  }

  test('are all that this test has uses for', () => {
    expect(Object.keys(uses).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
  });

  test.each(readdirSync(FOLDER))('%s says of each operation and fragment what it is for', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const silent = [...text.matchAll(/(?<=^|\n)(?!#)(.*)\n(query|mutation|subscription|fragment) (\w+)/g)].filter(
      ([, before]) => !before?.startsWith('#'),
    );
    expect(silent.map(([, , , name]) => name)).toEqual([]);
  });
});
