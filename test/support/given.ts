/** What tests begin with, made by the API as users make it. */

import type { Role } from '../../prisma/client/client.ts';
import { createApiKey } from '../../src/organization/api-key.ts';
import { createOrganization } from '../../src/organization/organization.ts';
import type { TestApp } from './app.ts';
import { ask, type Caller } from './client.ts';

/** A webhook just made. */
export interface GivenWebhook {
  readonly id: string;
  readonly secret: string;
}

/** Makes a webhook by mutation: for production imports named `contacts`, unless `input` says otherwise. */
export async function givenWebhook(
  caller: Caller,
  input: { readonly url: string } & Record<string, unknown>,
): Promise<GivenWebhook> {
  const created = await ask<{ webhook?: { id: string }; secret?: string; message?: string }>(
    caller,
    `mutation ($input: CreateWebhookInput!) {
      createWebhook(input: $input) { ... on CreateWebhookPayload { webhook { id } secret } ... on Refusal { code message } }
    }`,
    { input: { developmentMode: false, importIdentifiers: ['contacts'], ...input } },
  );
  if (!created.webhook || !created.secret) throw new Error(`the webhook was refused: ${created.message}`);
  return { id: created.webhook.id, secret: created.secret };
}

/** Dromo's documented example, as the importer reports it. */
export const documentedImport = {
  importId: '025f399f-4370-4064-aed5-b8d16b597183',
  filename: 'contacts.csv',
  user: { id: 'user-123', name: 'Caitlin Clark', email: 'cclark@uiowa.edu' },
  completedAt: '2024-04-24T17:20:14.659349Z',
  importType: 'EMBEDDED',
  numDataRows: 433,
  developmentMode: false,
  hasData: true,
  importIdentifier: 'contacts',
} as const;

/** Its body, as documented, minified. */
export const DOCUMENTED_BODY =
  '{"event":"import_completed","data":{"id":"025f399f-4370-4064-aed5-b8d16b597183","filename":"contacts.csv","user":{"id":"user-123","name":"Caitlin Clark","email":"cclark@uiowa.edu","company_id":null,"company_name":null},"created_date":"2024-04-24T17:20:14.659349Z","import_type":"EMBEDDED","status":"SUCCESSFUL","num_data_rows":433,"development_mode":false,"has_data":true}}';

/** What a report answers. */
export interface ReportAnswer {
  readonly __typename: string;
  readonly event?: { readonly id: string };
  readonly deliveries?: number;
  readonly duplicate?: boolean;
  readonly code?: string;
  readonly message?: string;
}

/** What is asked of every report. */
export const REPORT_FIELDS = `
  __typename
  ... on ImportReport { event { id } deliveries duplicate }
  ... on Refusal { code message }`;

/** Reports the documented import as completed, changed by `input`. */
export async function reportCompleted(caller: Caller, input: Record<string, unknown> = {}): Promise<ReportAnswer> {
  return await ask<ReportAnswer>(
    caller,
    `mutation ($input: ImportCompletedInput!) { importCompleted(input: $input) { ${REPORT_FIELDS} } }`,
    { input: { ...documentedImport, ...input } },
  );
}

/** The same for one import; nothing when the connection broke. Whatever else goes wrong, a refusal too, is an answer or an error. */
export async function reportOrUndefined(caller: Caller, importId: string): Promise<ReportAnswer | undefined> {
  try {
    return await reportCompleted(caller, { importId });
  } catch (error) {
    if (error instanceof TypeError) return undefined; // what fetch throws when the connection breaks
    throw error;
  }
}

/** A key of `role` in the app's organization, or in another. */
export async function givenKey(
  app: TestApp,
  role: Role,
  organizationId: string | null = app.organizationId,
): Promise<Caller> {
  const { key } = await createApiKey(app, {
    organizationId: role === 'ROOT' ? null : organizationId,
    name: role,
    role,
  });
  return { url: app.url, key };
}

/** Another organization, by its admin. */
export async function givenOrganization(
  app: TestApp,
  name = 'Other',
): Promise<Caller & { readonly organizationId: string }> {
  const { organization, key } = await createOrganization(app, { name });
  return { url: app.url, key, organizationId: organization.id };
}
