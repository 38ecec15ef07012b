/** Which webhooks a key is wrong for. */

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGlobalId } from '../../src/graphql/global-id.ts';
import { createSecretBox } from '../../src/lib/secret-box.ts';
import { findUnreadable } from '../../src/webhook/unreadable.ts';
import { rotateWebhookSecret, updateWebhook } from '../../src/webhook/webhook.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook } from '../support/given.ts';
import { manage } from '../support/manage.ts';

const URL = 'http://127.0.0.1:9/hook';

let app: TestApp;
/** The same, with another key. */
let other: TestApp;

beforeAll(async () => {
  app = await createTestApp();
  other = { ...app, box: createSecretBox(randomBytes(32)) };
});

afterAll(async () => {
  await app.close();
});

/** A webhook with a header and two secrets that sign; its UUID. */
async function givenRotated(): Promise<string> {
  const { id } = await givenWebhook(app, { url: URL, headers: [{ name: 'authorization', value: 'Basic cG86c3Q=' }] });
  await manage(app, 'rotateWebhookSecret', { webhookId: id, overlapSeconds: 604_800 });
  return parseGlobalId(id)?.uuid ?? '';
}

describe('a key', () => {
  test('is wrong for a webhook until both its secret, with no overlap, and its headers are new', async () => {
    const [one, two] = [await givenRotated(), await givenRotated()];
    expect(await findUnreadable(app)).toEqual({ webhookIds: [], organizationIds: [] });
    expect(new Set((await findUnreadable(other)).webhookIds)).toEqual(new Set([one, two]));

    await rotateWebhookSecret(other, app.organizationId, { id: one, overlapSeconds: 60 });
    await updateWebhook(other, app.organizationId, one, { headers: [] });
    expect((await findUnreadable(other)).webhookIds).toContain(one); // the old secrets would sign beside the new one

    await rotateWebhookSecret(other, app.organizationId, { id: one, overlapSeconds: 0 });
    expect((await findUnreadable(other)).webhookIds).toEqual([two]);

    await rotateWebhookSecret(other, app.organizationId, { id: two, overlapSeconds: 0 });
    expect((await findUnreadable(other)).webhookIds).toEqual([two]); // its headers
    await updateWebhook(other, app.organizationId, two, { headers: [] });
    expect(await findUnreadable(other)).toEqual({ webhookIds: [], organizationIds: [] });
  });

  test('is right for a webhook without headers as soon as its secret is new', async () => {
    const { id } = await givenWebhook(app, { url: URL });
    expect((await findUnreadable(other)).webhookIds).toEqual([parseGlobalId(id)?.uuid]);

    await rotateWebhookSecret(other, app.organizationId, { id: parseGlobalId(id)?.uuid ?? '', overlapSeconds: 0 });

    expect((await findUnreadable(other)).webhookIds).toEqual([]);
  });

  test('need not open what a deleted webhook had', async () => {
    const { id } = await givenWebhook(app, { url: URL });
    const uuid = parseGlobalId(id)?.uuid;
    expect((await findUnreadable(other)).webhookIds).toContain(uuid);
    await manage(app, 'deleteWebhook', { webhookId: id });
    expect((await findUnreadable(other)).webhookIds).not.toContain(uuid);
  });

  test('is tried on more secrets than are read at once', async () => {
    const before = { right: await findUnreadable(app), wrong: await findUnreadable(other) };
    await app.db.query(
      `insert into webhook_secret (id, organization_id, owner_id, ciphertext, created_at)
       select gen_random_uuid(), $1, gen_random_uuid(), $2, now() from generate_series(1, 2500)`,
      [app.organizationId, app.box.seal('whsec_')],
    );
    expect((await findUnreadable(other)).webhookIds).toHaveLength(before.wrong.webhookIds.length + 2500);
    expect(await findUnreadable(app)).toEqual(before.right);
  });
});
