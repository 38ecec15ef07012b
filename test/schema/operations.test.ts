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
  /** Of a replay that nobody advances. */
  readonly replayId: string;
}

/** Who uses an operation, and for what. */
interface Use {
  readonly as: Role;
  readonly variables?: (given: Given) => object;
  /** What a subscription brings first, if not an entry of the log. */
  readonly brings?: object;
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
  Webhooks: { as: 'MANAGER', variables: () => ({ filter: { enabled: true, contains: '127' }, first: 100 }) },
  Webhook: { as: 'MANAGER', variables: ({ webhookId }) => ({ id: webhookId }) },
  PreviewWebhook: {
    as: 'MANAGER',
    variables: ({ savedSchemaId }) => ({
      filter: {
        developmentMode: false,
        importIdentifiers: ['contacts'],
        savedSchemaIds: [savedSchemaId],
        events: ['IMPORT_COMPLETED'],
      },
      last: 50,
    }),
  },
  Overview: {
    as: 'OPERATOR',
    variables: () => ({ inTrouble: { health: ['HELD', 'FAILING', 'RECOVERING'] }, first: 6 }),
  },
  WebhookChoices: { as: 'OPERATOR', variables: () => ({ filter: { contains: '127' } }) },
  WebhookName: { as: 'OPERATOR', variables: ({ webhookId }) => ({ id: webhookId }) },
  WebhookNames: { as: 'OPERATOR', variables: ({ webhookId }) => ({ ids: [webhookId] }) },
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
  CreateApiKey: {
    as: 'ADMIN',
    variables: () => ({ input: { name: 'Importer', role: 'IMPORTER', expiresAt: '2999-12-31T23:59:59Z' } }),
  },
  RevokeApiKey: { as: 'ADMIN', variables: ({ apiKeyId }) => ({ input: { apiKeyId } }) },
  EraseImport: { as: 'ADMIN', variables: () => ({ input: { importId: documentedImport.importId } }) },
  // instance
  Organizations: { as: 'ROOT', variables: () => ({ first: 100 }) },
  CreateOrganization: { as: 'ROOT', variables: () => ({ input: { name: 'Another' } }) },
  EraseUser: { as: 'ADMIN', variables: () => ({ input: { userId: documentedImport.user.id } }) },
  // operator
  Deliveries: {
    as: 'OPERATOR',
    variables: ({ webhookId }) => ({
      filter: {
        statuses: ['DELIVERED'],
        webhookId,
        importId: documentedImport.importId,
        eventTypes: ['IMPORT_COMPLETED'],
      },
      first: 100,
    }),
  },
  FailureGroups: { as: 'OPERATOR', variables: () => ({ first: 10 }) },
  FailureGroupDetails: {
    as: 'OPERATOR',
    variables: () => ({
      filter: { errorCodes: ['HTTP_STATUS'], responseStatuses: [500] },
      pending: { errorCodes: ['HTTP_STATUS'], responseStatuses: [500], statuses: ['PENDING'] },
      first: 20,
    }),
  },
  Delivery: { as: 'OPERATOR', variables: ({ deliveryId }) => ({ id: deliveryId }) },
  DiagnoseSignature: {
    as: 'OPERATOR',
    variables: ({ deliveryId }) => ({
      input: {
        deliveryId,
        headers: [{ name: 'Webhook-Timestamp', value: '1614265330' }],
        bodyBase64: 'e30=',
        receivedAt: '2021-02-25T15:02:10Z',
      },
    }),
  },
  Redeliver: { as: 'OPERATOR', variables: ({ deliveryId }) => ({ input: { deliveryId } }) },
  CancelDelivery: {
    as: 'OPERATOR',
    variables: ({ waitingDeliveryId }) => ({ input: { deliveryId: waitingDeliveryId } }),
  },
  Imports: { as: 'OPERATOR', variables: () => ({ filter: { status: 'COMPLETED' }, first: 100 }) },
  Import: { as: 'OPERATOR', variables: () => ({ importId: documentedImport.importId }) },
  Reconciliation: {
    as: 'OPERATOR',
    variables: ({ webhookId }) => ({ webhookId, from: '2024-01-01T00:00:00Z', to: '2124-01-01T00:00:00Z', first: 100 }),
  },
  ExplainImport: { as: 'OPERATOR', variables: () => ({ importId: documentedImport.importId, first: 100 }) },
  DeliveryLog: { as: 'OPERATOR', variables: () => ({ last: 100 }) },
  Replays: { as: 'OPERATOR', variables: () => ({ first: 100 }) },
  Replay: { as: 'OPERATOR', variables: ({ replayId }) => ({ id: replayId }) },
  WatchReplay: {
    as: 'OPERATOR',
    variables: ({ replayId }) => ({ id: replayId }),
    brings: { status: 'RUNNING', planned: 2 },
  },
  StartReplay: {
    as: 'OPERATOR',
    variables: ({ webhookId }) => ({
      input: {
        filter: { statuses: ['FAILED'], webhookId, from: '2026-01-01T00:00:00Z', errorCodes: ['HTTP_STATUS'] },
        ratePerSecond: 50,
        dryRun: true,
      },
    }),
  },
  PauseReplay: { as: 'OPERATOR', variables: ({ replayId }) => ({ input: { replayId } }) },
  ResumeReplay: { as: 'OPERATOR', variables: ({ replayId }) => ({ input: { replayId } }) },
  CancelReplay: { as: 'OPERATOR', variables: ({ replayId }) => ({ input: { replayId } }) },
  DeliveryStats: { as: 'OPERATOR', variables: ({ webhookId }) => ({ bucket: 'MINUTE', webhookId }) },
  DeliveryBacklog: { as: 'OPERATOR' },
  WatchDeliveryLog: { as: 'OPERATOR', variables: ({ webhookId }) => ({ after: '0.0', filter: { webhookId } }) },
  WatchDeliveryLogPages: { as: 'OPERATOR', variables: ({ webhookId }) => ({ after: '0.0', filter: { webhookId } }) },
};

function useOf(name: string): Use {
  const use = uses[name];
  if (!use)
    throw new Error(`${name} is in ${FOLDER}, but this test does not know who uses it, and with what variables`);
  return use;
}

const NEW = `mutation ($schema: CreateSavedSchemaInput!, $key: CreateApiKeyInput!, $replay: StartReplayInput!) {
  createSavedSchema(input: $schema) { ... on SavedSchemaPayload { savedSchema { id } } }
  createApiKey(input: $key) { ... on CreateApiKeyPayload { apiKey { id } } }
  startReplay(input: $replay) { ... on StartReplayPayload { replay { id } } }
}`;

/** A webhook with a delivery that arrived, another with one that waits an hour, a saved schema, a key and a replay. */
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
  const { data } = await post(app, NEW, {
    schema: { name: 'Contacts' },
    key: { name: 'Old', role: 'OPERATOR' },
    replay: { filter: { statuses: ['DELIVERED'] } },
  });
  // Typed by what the mutation above asks for.
  const made = data as {
    createSavedSchema: { savedSchema: { id: string } };
    createApiKey: { apiKey: { id: string } };
    startReplay: { replay: { id: string } };
  };
  return {
    receiver: receiver.url,
    webhookId,
    savedSchemaId: made.createSavedSchema.savedSchema.id,
    apiKeyId: made.createApiKey.apiKey.id,
    deliveryId: entries[0]?.delivery.id ?? '',
    waitingDeliveryId: later.at(-1)?.delivery.id ?? '',
    replayId: made.startReplay.replay.id,
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
      expect(first).toMatchObject(use.brings ?? {});
      if (!use.brings) expect(JSON.stringify(first)).toMatch(/"cursor":"\d+\.\d+"/);
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
