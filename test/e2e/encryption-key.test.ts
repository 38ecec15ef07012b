/** A key that is not the one that the database was written with. */

import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, inject, test } from 'vitest';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import {
  givenInstallation,
  type Installation,
  runProgram,
  type Server,
  startProgram,
  startServer,
} from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';

const OTHER_KEY = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };

const IS_EMBEDDED = inject('database') === 'pglite';

const COMMANDS = IS_EMBEDDED ? ['start'] : ['start', 'dispatcher'];

const API = IS_EMBEDDED ? ['api', '--embedded'] : ['api'];

const ROTATE = `mutation ($input: RotateWebhookSecretInput!) {
  rotateWebhookSecret(input: $input) { ... on RotateWebhookSecretPayload { secret } ... on Refusal { code } }
}`;

const ROTATE_BASIC = `mutation {
  rotateBasicWebhookSecret(input: { overlapSeconds: 0 }) { ... on RotateBasicWebhookSecretPayload { secret } }
}`;

const SET_HEADERS = `mutation ($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) { ... on WebhookPayload { webhook { headers { name } } } ... on Refusal { code } }
}`;

describe('a wrong encryption key', () => {
  test.each(COMMANDS)('makes `%s` refuse, and say which webhooks it is about and what helps', async (command) => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const server = await startServer(installation);
    const { id } = await givenWebhook(server, { url: receiver.url });
    server.program.kill('SIGTERM');
    await server.program.ended();

    const { status, log, output } = await runProgram([command], { ...installation.env, ...OTHER_KEY });
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(log).toContain(`ENCRYPTION_KEY is not the key that these were encrypted with: ${id}.\n`);
    expect(log).toContain('encryption.key in DATA_DIR');
    expect(log).toContain(`run \`npm run posthorn -- ${API.join(' ')}\``);

    await reportCompleted(await startServer(installation)); // the right one
    expect((await receiver.nextRequest()).rawBody.length).toBeGreaterThan(0);
  });

  test('is made the right one by new secrets and headers, with an API alone, and what waited is delivered', async () => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const before = await startApi(installation);
    const { id } = await givenWebhook(before, { url: receiver.url, headers: [{ name: 'x-team', value: 'a' }] });
    await ask(before, ROTATE, { input: { webhookId: id } }); // of these the older one overlaps for a day
    await ask(before, ROTATE_BASIC);
    await reportCompleted(before); // waits for what follows
    before.program.kill('SIGTERM');
    await before.program.ended();

    const api = await startApi(installation, OTHER_KEY);
    const { organization } = await ask<{ organization: { id: string } }>(api, '{ viewer { organization { id } } }');
    const [, warning = ''] = await api.program.wrote(/^(.*secrets\.unreadable.*)$/m);
    expect(JSON.parse(warning)).toMatchObject({ count: 2, ids: [id, organization.id] });
    const { secret } = await ask<{ secret: string }>(api, ROTATE, { input: { webhookId: id, overlapSeconds: 0 } });
    await ask(api, ROTATE_BASIC);
    await ask(api, SET_HEADERS, { input: { webhookId: id, headers: [{ name: 'x-team', value: 'b' }] } });
    api.program.kill('SIGTERM');
    await api.program.ended();

    await startServer(installation, OTHER_KEY);
    const { headers, rawBody } = await receiver.nextRequest();
    expect(headers['x-team']).toBe('b');
    new Webhook(secret).verify(rawBody, headers as Record<string, string>);
  });
});

async function startApi({ env, key }: Installation, more: Record<string, string> = {}): Promise<Server> {
  const program = startProgram(API, { ...env, ...more });
  const [, url = ''] = await program.wrote(/Open +(http:\S+)\s/);
  return { program, url, key };
}
