/** Signing secrets: shown once, kept encrypted, replaced gently. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenKey, givenOrganization, givenWebhook } from '../support/given.ts';
import { manage } from '../support/manage.ts';

const URL = 'http://127.0.0.1:9/hook';
const SECRET = /^whsec_[\w+/]{43}=$/;
const DAY_MS = 86_400_000;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => {
  await app.close();
});

interface Kept {
  readonly secret: string;
  /** From the last rotation, in seconds; null for the current one. */
  readonly validFor: number | null;
}

/** The secrets of a webhook as they are kept, newest first. */
async function kept(webhookId: string): Promise<readonly Kept[]> {
  const rows = await app.db.query<{ ciphertext: Uint8Array; validFor: number | null }>(
    `select ciphertext, extract(epoch from expires_at - (select max(created_at) from webhook_secret newest
       where newest.owner_id = webhook_secret.owner_id))::float8 as "validFor"
     from webhook_secret where 'whk_' || replace(owner_id::text, '-', '') = $1 order by created_at desc`,
    [webhookId],
  );
  return rows.map(({ ciphertext, validFor }) => ({
    secret: app.box.open(ciphertext),
    validFor: validFor === null ? null : Math.round(validFor),
  }));
}

async function rotate(webhookId: string, overlapSeconds?: number): Promise<string> {
  await app.clock.advance(1_000);
  const { secret, message } = await manage(app, 'rotateWebhookSecret', { webhookId, overlapSeconds });
  if (!secret) throw new Error(`the rotation was refused: ${message}`);
  return secret;
}

describe('the secret of a webhook', () => {
  test('is 32 random bytes, another for each webhook and each rotation', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => givenWebhook(app, { url: URL })));
    const secrets = [...made.map(({ secret }) => secret), await rotate(made[0]?.id ?? '')];

    for (const secret of secrets) {
      expect(secret).toMatch(SECRET);
      expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    }
    expect(new Set(secrets).size).toBe(21);
  });

  test('is in no row of the database as it is', async () => {
    const { secret } = await givenWebhook(app, { url: URL });
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const [all] = await app.db.query<{ rows: string }>(
      'select string_agg(s::text, chr(10)) as rows from webhook_secret s',
    );
    expect(all?.rows.length).toBeGreaterThan(0);
    for (const form of [secret, bytes.toString('hex'), Buffer.from(secret).toString('hex')]) {
      expect(all?.rows).not.toContain(form);
    }
  });

  test('is shown by what makes it and nowhere else in the schema', async () => {
    const { types } = await ask<{ types: { name: string; fields: { name: string }[] | null }[] }>(
      app,
      '{ __schema { types { name fields { name } } } }',
    );
    const showing = types.filter(({ fields }) => fields?.some(({ name }) => /secret/i.test(name)));
    expect(
      showing
        .map(({ name }) => name)
        .filter((name) => name !== 'Mutation')
        .toSorted(),
    ).toEqual(['CreateWebhookPayload', 'RotateBasicWebhookSecretPayload', 'RotateWebhookSecretPayload']);
  });
});

describe('rotateWebhookSecret', () => {
  test('keeps the old secret for a day beside the new one, when nothing else is said (C29)', async () => {
    const { id, secret: old } = await givenWebhook(app, { url: URL });
    const current = await rotate(id);
    expect(await kept(id)).toEqual([
      { secret: current, validFor: null },
      { secret: old, validFor: 86_400 },
    ]);
  });

  test('with no overlap forgets the old secret at once (C29)', async () => {
    const { id } = await givenWebhook(app, { url: URL });
    const current = await rotate(id, 0);
    expect(await kept(id)).toEqual([{ secret: current, validFor: null }]);
  });

  test('takes an overlap of up to seven days', async () => {
    const { id, secret: old } = await givenWebhook(app, { url: URL });
    const current = await rotate(id, 604_800);
    expect(await kept(id)).toEqual([
      { secret: current, validFor: null },
      { secret: old, validFor: 604_800 },
    ]);
  });

  test('keeps four replaced secrets at most, the newest, and forgets those that ended (C29)', async () => {
    const { id, secret } = await givenWebhook(app, { url: URL });
    const secrets = [secret];
    for (let turn = 0; turn < 6; turn += 1) secrets.unshift(await rotate(id));
    expect((await kept(id)).map((row) => row.secret)).toEqual(secrets.slice(0, 5));

    await app.clock.advance(DAY_MS);
    secrets.unshift(await rotate(id));
    expect((await kept(id)).map((row) => row.secret)).toEqual(secrets.slice(0, 2));
  });

  test('does not lengthen the life of a secret that was replaced before', async () => {
    const { id, secret } = await givenWebhook(app, { url: URL });
    await rotate(id, 10);
    await rotate(id, 604_800);
    expect((await kept(id)).find((row) => row.secret === secret)?.validFor).toBe(9);
  });

  test('many times at once ends with one current secret, and everybody has got another one', async () => {
    const { id, secret } = await givenWebhook(app, { url: URL });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => manage(app, 'rotateWebhookSecret', { webhookId: id })),
    );
    const all = [secret, ...answers.map((answer) => answer.secret)];

    expect(new Set(all).size).toBe(9);
    const rows = await kept(id);
    expect(rows).toHaveLength(5);
    expect(rows.filter(({ validFor }) => validFor === null)).toHaveLength(1);
    for (const row of rows) expect(all).toContain(row.secret);
  });

  test.each([
    [-1, 'must not be negative'],
    [604_801, '7 days'],
  ])('refuses an overlap of %i seconds, and changes nothing', async (overlapSeconds, message) => {
    const { id, secret } = await givenWebhook(app, { url: URL });
    const refusal = { problems: [{ path: ['overlapSeconds'], message: expect.stringContaining(message) }] };

    expect(await manage(app, 'rotateWebhookSecret', { webhookId: id, overlapSeconds })).toMatchObject(refusal);
    expect(await manage(app, 'rotateBasicWebhookSecret', { overlapSeconds })).toMatchObject(refusal);
    expect(await kept(id)).toEqual([{ secret, validFor: null }]);
  });
});

describe('rotateBasicWebhookSecret', () => {
  const currentOf = (organizationId: string) =>
    app.db.query('select id from webhook_secret where owner_id = $1 and expires_at is null', [organizationId]);

  test('makes the secret of the organization when there is none', async () => {
    const other = await givenOrganization(app, 'First');
    expect((await manage(other, 'rotateBasicWebhookSecret', {})).secret).toMatch(SECRET);
    expect(await currentOf(other.organizationId)).toHaveLength(1);
  });

  test('many times at once, even the first time, ends with one current secret', async () => {
    const other = await givenOrganization(app, 'Many');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => manage(other, 'rotateBasicWebhookSecret', { overlapSeconds: 0 })),
    );
    expect(new Set(answers.map(({ secret }) => secret)).size).toBe(8);
    expect(await currentOf(other.organizationId)).toHaveLength(1);
  });

  test('beside first reports that need the secret fails nobody', async () => {
    const other = await givenOrganization(app, 'Beside');
    const importer = await givenKey(app, 'IMPORTER', other.organizationId);
    const reports = Array.from({ length: 8 }, (_, index) =>
      ask<{ __typename: string }>(
        importer,
        'mutation ($input: ImportCompletedInput!) { importCompleted(input: $input) { __typename } }',
        { input: { importId: `${index}`, settings: { webhookUrl: URL } } },
      ),
    );
    const [rotated, ...answers] = await Promise.all([manage(other, 'rotateBasicWebhookSecret', {}), ...reports]);
    expect(rotated.secret).toMatch(SECRET);
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(8).fill('ImportReport'));
    expect(await currentOf(other.organizationId)).toHaveLength(1);
  });
});
