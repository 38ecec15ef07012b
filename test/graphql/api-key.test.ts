import { randomBytes } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { systemClock } from '../../src/lib/clock.ts';
import { authenticate, generateApiKey, parseApiKey } from '../../src/organization/api-key.ts';
import { createFirstOrganization } from '../../src/organization/organization.ts';
import { createTestApp } from '../support/app.ts';
import { ask, type GraphqlAnswer, post, watchEvents, watchWebSocket } from '../support/client.ts';
import { openTestDatabase } from '../support/database.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { tablesWith } from './contents.ts';

interface CreatedKey {
  readonly apiKey: { readonly id: string; readonly prefix: string; readonly lastUsedAt: string | null };
  readonly key: string;
}

const CREATE = `mutation {
  createApiKey(input: { name: "Watcher", role: OPERATOR }) {
    ... on CreateApiKeyPayload { apiKey { id prefix lastUsedAt } key }
  }
}`;

const REVOKE = `mutation ($id: ID!) {
  revokeApiKey(input: { apiKeyId: $id }) { ... on RevokeApiKeyPayload { apiKey { revokedAt } } }
}`;

const WATCH = 'subscription { deliveryLog(after: "0.0") { kind } }';

const codes = ({ errors }: GraphqlAnswer) => errors?.map(({ extensions }) => extensions?.code);

describe('an API key', () => {
  test('is shown once, by the answer that made it, and begins as its prefix says', async () => {
    await using app = await createTestApp();
    const { key, apiKey } = await ask<CreatedKey>(app, CREATE);

    expect(key).toMatch(/^phk_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(key.startsWith(apiKey.prefix)).toBe(true);
    const list = JSON.stringify(
      await post(app, '{ apiKeys { edges { node { id name role prefix createdAt lastUsedAt revokedAt } } } }'),
    );
    expect(list).toContain(apiKey.prefix);
    expect(list).not.toContain(parseApiKey(key)?.secret);
  });

  test('cannot be read from the database, which has its public part and a hash', async () => {
    await using app = await createTestApp();
    const { key } = await ask<CreatedKey>(app, CREATE);
    await post({ ...app, key }, '{ viewer { role } }');
    const { publicId = '', secret = '' } = parseApiKey(key) ?? {};

    expect(await tablesWith(app.db, publicId)).toEqual(['api_key']);
    expect(await tablesWith(app.db, secret)).toEqual([]);
    expect(await tablesWith(app.db, key)).toEqual([]);
  });

  test('lets nobody in with another secret, a wrong form or nothing', async () => {
    await using app = await createTestApp();
    const { publicId = '', secret = '' } = parseApiKey(app.key) ?? {};
    const wrong = [
      `phk_${publicId}_${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`,
      `phk_${publicId}_${secret.toUpperCase()}x`,
      `phk_${publicId}_`,
      generateApiKey(),
      "' or 1=1 --",
    ];
    for (const key of wrong) {
      expect(codes(await post({ url: app.url, key }, '{ viewer { role } }')), key).toEqual(['UNAUTHENTICATED']);
    }
    expect(codes(await post({ url: app.url }, '{ viewer { role } }'))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await post(app, '{ viewer { role } }'))).toBeUndefined();
  });

  test('says when it was used, to the minute', async () => {
    await using app = await createTestApp();
    const { key, apiKey } = await ask<CreatedKey>(app, CREATE);
    expect(apiKey.lastUsedAt).toBeNull();

    const lastUsedAt = async () => {
      await post({ ...app, key }, '{ viewer { role } }');
      const [row] = await app.db.query<{ lastUsedAt: Date }>(
        `select last_used_at as "lastUsedAt" from api_key where name = 'Watcher'`,
      );
      return row?.lastUsedAt.getTime() ?? 0;
    };
    const first = await lastUsedAt();
    expect(await lastUsedAt()).toBe(first);
    await app.clock.advance(61_000);
    expect(await lastUsedAt()).toBeGreaterThanOrEqual(first + 61_000);
  });

  test('that was revoked is refused by the next request, and stays revoked since the first time', async () => {
    await using app = await createTestApp();
    const { key, apiKey } = await ask<CreatedKey>(app, CREATE);
    const caller = { url: app.url, key };
    expect(codes(await post(caller, '{ viewer { role } }'))).toBeUndefined();

    const revoked = await ask(app, REVOKE, { id: apiKey.id });
    expect(revoked).toEqual({ apiKey: { revokedAt: expect.any(String) } });
    expect(codes(await post(caller, '{ viewer { role } }'))).toEqual(['UNAUTHENTICATED']);

    await app.clock.advance(60_000);
    expect(await ask(app, REVOKE, { id: apiKey.id })).toEqual(revoked);
  });

  for (const { transport, watch } of [
    { transport: 'WebSocket', watch: watchWebSocket },
    { transport: 'server-sent events', watch: watchEvents },
  ]) {
    test(`that was revoked loses its subscriptions over ${transport}, in every process (F51)`, async () => {
      await using app = await createTestApp();
      // PGlite is not shared by processes; there, it is the same in one.
      const { url } = app.db.kind === 'postgresql' ? await app.createSibling() : app;
      await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
      await reportCompleted(app);
      const { key, apiKey } = await ask<CreatedKey>(app, CREATE);
      await using here = watch({ url: app.url, key }, WATCH);
      await using there = watch({ url, key }, WATCH);
      await using other = watch(app, WATCH);
      await Promise.all([here, there, other].map((watching) => watching.until((seen) => seen.length > 0)));

      await ask(app, REVOKE, { id: apiKey.id });

      for (const watching of [here, there]) {
        expect(await watching.ended).toMatchObject([{ extensions: { code: 'KEY_REVOKED' } }]);
      }
      await reportCompleted(app, { importId: 'later' });
      expect(await other.until((seen) => seen.length === 2)).toHaveLength(2);
      expect([here.seen.length, there.seen.length]).toEqual([1, 1]);
    });
  }

  test('that was revoked is refused on a socket that it opened before (F51)', async () => {
    await using app = await createTestApp();
    const { key, apiKey } = await ask<CreatedKey>(app, CREATE);
    const socket = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      lazy: false,
      retryAttempts: 0,
    });
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    socket.on('connected', () => resolve());
    await opened;
    const query = () => socket.iterate({ query: '{ viewer { keyName } }' }).next();
    expect(await query()).toMatchObject({ value: { data: { viewer: { keyName: 'Watcher' } } } });

    await ask(app, REVOKE, { id: apiKey.id });

    await expect(query()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await socket.dispose();
  });
});

describe('the first organization', () => {
  test('is made once, however many processes start at the same time', async () => {
    const database = await openTestDatabase();
    const connections = [database.db, ...Array.from({ length: 4 }, () => database.connect())];
    const start = () =>
      Promise.all(connections.map((db) => createFirstOrganization({ db, clock: systemClock }, undefined)));

    const keys = (await start()).filter((key) => key !== undefined);
    expect(keys).toHaveLength(1);
    expect(await start()).toEqual(connections.map(() => undefined));

    expect(await database.db.query('select name from organization')).toEqual([{ name: 'Default' }]);
    expect(await database.db.query('select role::text from api_key')).toEqual([{ role: 'ADMIN' }]);
    expect(await authenticate(database, keys[0] ?? '')).toMatchObject({ role: 'ADMIN' });
    await database.close();
  });

  test('has the key of INITIAL_ADMIN_KEY, which changes nothing when it is set again', async () => {
    const database = await openTestDatabase();
    const deps = { db: database.db, clock: systemClock };
    const key = `phk_bootstrap_${randomBytes(32).toString('hex')}`;

    expect(await createFirstOrganization(deps, key)).toBe(key);
    expect(await createFirstOrganization(deps, key)).toBeUndefined();
    expect(await createFirstOrganization(deps, generateApiKey())).toBeUndefined();

    expect(await authenticate(deps, key)).toMatchObject({ role: 'ADMIN', keyName: 'First admin key' });
    expect(await database.db.query('select 1 as one from api_key')).toHaveLength(1);
    await database.close();
  });
});

describe('the root key', () => {
  test('makes an organization whose first key is its admin', async () => {
    await using app = await createTestApp();
    const root = await givenKey(app, 'ROOT');
    const { adminKey } = await ask<{ adminKey: string }>(
      root,
      'mutation { createOrganization(input: { name: "Second" }) { ... on CreateOrganizationPayload { adminKey } } }',
    );
    expect(await ask({ url: app.url, key: adminKey }, '{ viewer { role organization { name } } }')).toEqual({
      role: 'ADMIN',
      organization: { name: 'Second' },
    });
    expect(
      await ask(root, 'mutation { createOrganization(input: { name: "Second" }) { ... on Refusal { code } } }'),
    ).toEqual({ code: 'ORGANIZATION_NAME_TAKEN' });
  });
});
