import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, Role as Roles } from '../../prisma/client/client.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, type GraphqlAnswer, post, watchEvents } from '../support/client.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { makeArguments, operationOf, type RootField, rootFields } from './walk.ts';

/** Who may use which field. A field that is missing here is one that nobody has thought about. */
const ALLOWED: Readonly<Record<string, readonly Role[]>> = {
  'Query.viewer': ['IMPORTER', 'OPERATOR', 'MANAGER', 'ADMIN', 'ROOT'],
  'Query.organizations': ['ROOT'],
  'Query.apiKeys': ['ADMIN'],
  'Query.savedSchemas': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.webhooks': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.webhook': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.deliveries': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.delivery': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.replays': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.replay': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.failureGroups': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.deliveryLog': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.diagnoseSignature': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.reconciliation': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.deliveryStats': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.deliveryBacklog': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.imports': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.import': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.explainImport': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Query.previewWebhook': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.createOrganization': ['ROOT'],
  'Mutation.createApiKey': ['ADMIN'],
  'Mutation.revokeApiKey': ['ADMIN'],
  'Mutation.createSavedSchema': ['MANAGER', 'ADMIN'],
  'Mutation.renameSavedSchema': ['MANAGER', 'ADMIN'],
  'Mutation.deleteSavedSchema': ['MANAGER', 'ADMIN'],
  'Mutation.createWebhook': ['MANAGER', 'ADMIN'],
  'Mutation.updateWebhook': ['MANAGER', 'ADMIN'],
  'Mutation.deleteWebhook': ['MANAGER', 'ADMIN'],
  'Mutation.enableWebhook': ['MANAGER', 'ADMIN'],
  'Mutation.disableWebhook': ['MANAGER', 'ADMIN'],
  'Mutation.rotateWebhookSecret': ['MANAGER', 'ADMIN'],
  'Mutation.rotateBasicWebhookSecret': ['MANAGER', 'ADMIN'],
  'Mutation.redeliver': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.cancelDelivery': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.startReplay': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.pauseReplay': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.resumeReplay': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.cancelReplay': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Mutation.sendTestEvent': ['MANAGER', 'ADMIN'],
  'Mutation.importCompleted': ['IMPORTER', 'ADMIN'],
  'Mutation.headlessImportNeedsReview': ['IMPORTER', 'ADMIN'],
  'Mutation.headlessImportFailed': ['IMPORTER', 'ADMIN'],
  'Mutation.importsCompleted': ['IMPORTER', 'ADMIN'],
  'Mutation.eraseImport': ['ADMIN'],
  'Mutation.eraseUser': ['ADMIN'],
  'Subscription.deliveryLog': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Subscription.deliveryLogPages': ['OPERATOR', 'MANAGER', 'ADMIN'],
  'Subscription.replay': ['OPERATOR', 'MANAGER', 'ADMIN'],
};

const ROLES = Object.values(Roles);

let app: TestApp;
let callers: ReadonlyMap<Role | 'nobody', Caller>;

beforeAll(async () => {
  app = await createTestApp();
  await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
  await reportCompleted(app);
  const keys = await Promise.all(ROLES.map(async (role) => [role, await givenKey(app, role)] as const));
  callers = new Map<Role | 'nobody', Caller>([...keys, ['nobody', { url: app.url }]]);
});

afterAll(async () => await app.close());

function callerOf(role: Role | 'nobody'): Caller {
  const caller = callers.get(role);
  if (!caller) throw new Error(`there is no caller for ${role}`);
  return caller;
}

/** Ids of things that nobody has, so that those who may do something to them do nothing. */
const values = {
  webhookId: 'whk_00000000000070008000000000000000',
  savedSchemaId: 'sch_00000000000070008000000000000000',
  apiKeyId: 'key_00000000000070008000000000000000',
  deliveryId: 'dlv_00000000000070008000000000000000',
  from: '2024-04-24T00:00:00Z',
  to: '2024-04-25T00:00:00Z',
  replayId: 'rpl_00000000000070008000000000000000',
};

const nobodys: Readonly<Record<string, string>> = {
  'Query.webhook': values.webhookId,
  'Query.delivery': values.deliveryId,
  'Query.replay': values.replayId,
  'Subscription.replay': values.replayId,
};

/** What keeps `role` from using a field: the code of the error, or `undefined` when nothing does. */
async function refusalOf(root: RootField, role: Role | 'nobody'): Promise<unknown> {
  const made = makeArguments(root, { ...values, id: nobodys[root.coordinate] });
  const args = { ...made, ...(root.operation === 'subscription' ? { after: '0.0' } : {}) };
  const text = operationOf(root, args, 1);
  if (root.operation === 'subscription') return await subscribe(callerOf(role), text, args);
  return codeOf(await post(callerOf(role), text, args));
}

async function subscribe(caller: Caller, text: string, args: Record<string, unknown>): Promise<unknown> {
  await using watching = watchEvents(caller, text, args);
  const error = await watching
    .until((seen) => seen.length > 0)
    .then(
      () => undefined,
      () => watching.ended,
    );
  // A refusal comes as the answer to the request, or as the only event of the stream.
  return codeOf(Array.isArray(error) ? { errors: error } : (error ?? {}));
}

function codeOf({ errors }: GraphqlAnswer): unknown {
  const codes = errors?.map(({ extensions }) => extensions?.code) ?? [];
  return codes.find((code) => code === 'UNAUTHENTICATED' || code === 'FORBIDDEN');
}

describe('a role', () => {
  test('is named for every field that there is, and for no other', () => {
    expect(Object.keys(ALLOWED).toSorted()).toEqual(rootFields.map(({ coordinate }) => coordinate).toSorted());
  });

  test.each(rootFields)('may use $coordinate only when the table says so', async (root) => {
    for (const role of ROLES) {
      const expected = ALLOWED[root.coordinate]?.includes(role) ? undefined : 'FORBIDDEN';
      expect(await refusalOf(root, role), `${root.coordinate} for ${role}`).toBe(expected);
    }
    expect(await refusalOf(root, 'nobody'), `${root.coordinate} for nobody`).toBe('UNAUTHENTICATED');
  });

  test('that may report imports sees the event it made, but neither deliveries nor imports through it', async () => {
    const report = (selection: string) =>
      post(
        callerOf('IMPORTER'),
        `mutation { importCompleted(input: { importId: "i" }) { ... on ImportReport { event { ${selection} } } } }`,
      );
    expect(await report('id type body createdAt')).not.toHaveProperty('errors');
    expect(codeOf(await report('import { id }'))).toBe('FORBIDDEN');
    expect(codeOf(await report('deliveries { edges { node { id } } }'))).toBe('FORBIDDEN');
  });

  test('ROOT cannot be given to a key by the API, and the refusal says where it can', async () => {
    const refusal = await ask<object>(
      callerOf('ADMIN'),
      'mutation { createApiKey(input: { name: "me", role: ROOT }) { __typename ... on InputError { message problems { path } } } }',
    );
    expect(refusal).toEqual({
      __typename: 'InputError',
      message: expect.stringContaining('key create --role ROOT'),
      problems: [{ path: ['role'] }],
    });
  });

  test('ROOT has no organization, and sees the names of all', async () => {
    const root = callerOf('ROOT');
    expect(await ask(root, '{ viewer { role organization { id } } }')).toEqual({ role: 'ROOT', organization: null });
    expect(await ask(root, '{ organizations(first: 1) { edges { node { name } } } }')).toEqual({
      edges: [{ node: { name: 'Test' } }],
    });
  });
});
