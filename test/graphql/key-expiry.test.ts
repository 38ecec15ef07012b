import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { transports, WATCH_LOG, WATCH_PAGES, writeEntries } from '../delivery/log-entries.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, post } from '../support/client.ts';
import { openSocket, socketAnswer } from './socket.ts';

const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    ... on CreateApiKeyPayload { apiKey { name expiresAt revokedAt } key }
    ... on InputError { code problems { path message } }
  }
}`;

interface Created {
  readonly apiKey: { readonly name: string; readonly expiresAt: string | null; readonly revokedAt: string | null };
  readonly key: string;
}

async function create(app: TestApp, expiresAt?: Date): Promise<Created> {
  return await ask<Created>(app, CREATE, { input: { name: 'Watcher', role: 'OPERATOR', expiresAt } });
}

/** The instant so many milliseconds from now. */
function inMs(app: TestApp, ms: number): Date {
  return new Date(app.clock.now().getTime() + ms);
}

const VIEWER = '{ viewer { keyName } }';

describe('an API key with an end', () => {
  test('says when that is, and one without says that there is none', async () => {
    await using app = await createTestApp();
    const expiresAt = inMs(app, 60_000);

    expect((await create(app, expiresAt)).apiKey.expiresAt).toBe(expiresAt.toISOString());
    expect((await create(app)).apiKey.expiresAt).toBeNull();
    expect(await ask(app, '{ apiKeys(first: 2) { edges { node { expiresAt } } } }')).toEqual({
      edges: [{ node: { expiresAt: null } }, { node: { expiresAt: expiresAt.toISOString() } }],
    });
  });

  test.each([0, -1_000])('that is %i ms away is refused', async (ms) => {
    await using app = await createTestApp();
    expect(await create(app, inMs(app, ms))).toEqual({
      code: 'INVALID_INPUT',
      problems: [{ path: ['expiresAt'], message: 'must be in the future.' }],
    });
  });

  test('lets its owner in until then, and after it says that it has expired', async () => {
    await using app = await createTestApp();
    const { key } = await create(app, inMs(app, 3_600_000));
    const caller = { url: app.url, key };
    await app.clock.advance(3_500_000);
    expect(await post(caller, VIEWER)).toEqual({ data: { viewer: { keyName: 'Watcher' } } });

    await app.clock.advance(100_000);
    expect(await post(caller, VIEWER)).toMatchObject({
      errors: [{ message: 'This API key has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await post(app, VIEWER)).not.toHaveProperty('errors');
  });

  test('is no key to whoever has the wrong secret, expired or not', async () => {
    await using app = await createTestApp();
    const { key } = await create(app, inMs(app, 1_000));
    await app.clock.advance(2_000);
    const wrong = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
    expect(await post({ url: app.url, key: wrong }, VIEWER)).toMatchObject({
      errors: [{ message: 'This API key is unknown or was revoked.' }],
    });
  });

  test('opens no socket after it, and does nothing on one that it opened before', async () => {
    await using app = await createTestApp();
    const { key } = await create(app, inMs(app, 60_000));
    const authorization = `Bearer ${key}`;
    const open = await openSocket(app, { authorization });
    await once(open, 'message');
    expect(await socketAnswer({ url: app.url, key }, VIEWER)).toMatchObject({ type: 'next' });

    await app.clock.advance(61_000);

    open.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: VIEWER } }));
    const [answer] = await once(open, 'message');
    expect(JSON.parse(String(answer))).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const late = await openSocket(app, { authorization });
    expect((await once(late, 'close'))[0]).toBe(4403);
  });
});

for (const { over, watch } of transports) {
  test.each([
    { name: 'deliveryLog', subscription: WATCH_LOG },
    { name: 'deliveryLogPages', subscription: WATCH_PAGES },
  ])(`an API key loses its $name over ${over} within a second of its end, in every process (F51)`, async (watched) => {
    await using app = await createTestApp();
    // PGlite is not shared by processes; there, it is the same in one.
    const { url } = app.db.kind === 'postgresql' ? await app.createSibling() : app;
    const expiresAt = inMs(app, 3_600_000);
    const { key } = await create(app, expiresAt);
    const write = (importId: string) =>
      writeEntries(app.db, { organizationId: app.organizationId, importIds: [importId] });
    const follow = (caller: Caller) => watch(caller, watched.subscription, { after: '0.0' });
    await write('before');
    await using here = follow({ url: app.url, key });
    await using there = follow({ url, key });
    await using other = follow(app);
    await Promise.all(
      [here, there, other].map((each) => each.until((seen) => JSON.stringify(seen).includes('before'))),
    );

    await app.clock.advance(expiresAt.getTime() - app.clock.now().getTime() - 200);
    for (const each of [here, there]) {
      expect(await each.ended).toMatchObject([
        {
          message: expect.stringContaining('expired'),
          extensions: { code: 'KEY_EXPIRED', cursor: expect.any(String) },
        },
      ]);
      expect(app.clock.now().getTime() - expiresAt.getTime()).toBeLessThan(1_000);
    }
    await write('after');
    await other.until((seen) => JSON.stringify(seen).includes('after'));
    expect(JSON.stringify([here.seen, there.seen])).not.toContain('after');
  });
}
