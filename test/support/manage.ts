/** Managing webhooks as the dashboard does. */

import { ask, type Caller } from './client.ts';

/** A webhook as it is shown. */
export interface ShownWebhook {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly developmentMode: boolean;
  readonly importIdentifiers: readonly string[];
  readonly savedSchemas: readonly { readonly id: string; readonly name: string }[];
  readonly events: readonly string[];
  readonly headers: readonly { readonly name: string; readonly maskedValue: string }[];
  readonly retryScheduleSeconds: readonly number[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly disabledAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a managing mutation answers. */
export interface ManageAnswer {
  readonly __typename: string;
  readonly webhook?: ShownWebhook;
  readonly secret?: string;
  readonly savedSchema?: { readonly id: string; readonly name: string };
  readonly deletedId?: string;
  readonly code?: string;
  readonly message?: string;
  readonly problems?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** All that is shown of a webhook. */
export const WEBHOOK_FIELDS = `
  id url description developmentMode importIdentifiers savedSchemas { id name } events headers { name maskedValue }
  retryScheduleSeconds enabled disabledReason disabledAt createdAt updatedAt`;

const PAYLOADS = {
  createWebhook: `CreateWebhookPayload { webhook { ${WEBHOOK_FIELDS} } secret }`,
  updateWebhook: `WebhookPayload { webhook { ${WEBHOOK_FIELDS} } }`,
  enableWebhook: `WebhookPayload { webhook { ${WEBHOOK_FIELDS} } }`,
  disableWebhook: `WebhookPayload { webhook { ${WEBHOOK_FIELDS} } }`,
  deleteWebhook: 'DeleteWebhookPayload { deletedId }',
  rotateWebhookSecret: `RotateWebhookSecretPayload { webhook { ${WEBHOOK_FIELDS} } secret }`,
  rotateBasicWebhookSecret: 'RotateBasicWebhookSecretPayload { secret }',
  createSavedSchema: 'SavedSchemaPayload { savedSchema { id name } }',
  renameSavedSchema: 'SavedSchemaPayload { savedSchema { id name } }',
  deleteSavedSchema: 'DeleteSavedSchemaPayload { deletedId }',
} as const;

/** Does one of them, and answers with what was made or why it was declined. */
export async function manage(
  caller: Caller,
  mutation: keyof typeof PAYLOADS,
  input: Readonly<Record<string, unknown>>,
): Promise<ManageAnswer> {
  const inputType = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return await ask<ManageAnswer>(
    caller,
    `mutation ($input: ${inputType}!) {
      ${mutation}(input: $input) {
        __typename ... on ${PAYLOADS[mutation]} ... on Refusal { code message } ... on InputError { problems { path message } }
      }
    }`,
    { input },
  );
}

/** The webhook as it is now, or `null`. */
export async function readWebhook(caller: Caller, id: string): Promise<ShownWebhook | null> {
  return await ask<ShownWebhook | null>(caller, `query ($id: ID!) { webhook(id: $id) { ${WEBHOOK_FIELDS} } }`, { id });
}

/** Makes a saved schema and answers with its id. */
export async function givenSavedSchema(caller: Caller, name: string): Promise<string> {
  const { savedSchema, message } = await manage(caller, 'createSavedSchema', { name });
  if (!savedSchema) throw new Error(`the saved schema was refused: ${message}`);
  return savedSchema.id;
}
