import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, post } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { tablesWith } from './contents.ts';
import { operationOf, rootFields } from './walk.ts';

const VALUE = 'Bearer a-token-of-the-receiver';

const ROTATE = `mutation ($id: ID!) {
  webhook: rotateWebhookSecret(input: { webhookId: $id }) { ... on RotateWebhookSecretPayload { secret } }
  basic: rotateBasicWebhookSecret(input: {}) { ... on RotateBasicWebhookSecretPayload { secret } }
}`;

/** Every secret that the API has shown, and a header value that it was given, after all of them were used. */
async function givenSecrets(app: TestApp): Promise<string[]> {
  await using receiver = await startReceiver();
  const { id, secret } = await givenWebhook(app, {
    url: receiver.url,
    headers: [{ name: 'authorization', value: VALUE }],
  });
  const { data } = await post(app, ROTATE, { id });
  const rotated = Object.values(data ?? {}) as { secret: string }[]; // as asked for
  await reportCompleted(app, { settings: { webhookUrl: `${receiver.url}/basic` } });
  const requests = await receiver.waitFor(2);
  expect(requests.map(({ headers }) => headers.authorization)).toContain(VALUE);
  return [VALUE, secret, ...rotated.map((each) => each.secret)];
}

/** A secret is its 32 bytes, however they are written. */
const formsOf = (secret: string): string[] =>
  secret.startsWith('whsec_')
    ? [secret, secret.slice('whsec_'.length), Buffer.from(secret.slice('whsec_'.length), 'base64').toString('hex')]
    : [secret];

describe('a signing secret or a header value', () => {
  test('is nowhere in the database in plain text', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const secrets = await givenSecrets(app);

    expect(secrets).toHaveLength(4);
    for (const form of secrets.flatMap(formsOf)) expect(await tablesWith(app.db, form)).toEqual([]);
  });

  test('is in no answer to a query', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const secrets = await givenSecrets(app);

    const queries = rootFields.filter(
      ({ operation, field }) => operation === 'query' && field.name !== 'organizations',
    );
    for (const root of queries.filter(({ field }) => field.args.every(({ name }) => !/id$/i.test(name)))) {
      const answer = JSON.stringify(await post(app, operationOf(root, {})));
      for (const form of secrets.flatMap(formsOf)) expect(answer).not.toContain(form);
    }
  });

  test('is shown masked, as far as it is shown at all', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, {
      url: 'http://127.0.0.1:9/',
      headers: [{ name: 'X-Token', value: VALUE }],
    });
    expect(await ask(app, 'query ($id: ID!) { webhook(id: $id) { headers { name maskedValue } } }', { id })).toEqual({
      headers: [{ name: 'X-Token', maskedValue: '••••' }],
    });
  });
});
