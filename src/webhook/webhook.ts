/** Managed webhooks: made and changed. */

import type { Prisma, Webhook } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { DomainError } from '../errors.ts';
import { uuidV7 } from '../lib/id.ts';
import { sealHeaders } from './header.ts';
import { LOCK_FILTERS, SavedSchemaNotFoundError } from './saved-schema.ts';
import { insertSecret, replaceSecret } from './secret.ts';
import { checkWebhookUrl } from './url.ts';
import type { WebhookChanges, WebhookInput } from './webhook-input.ts';

/** The organization has no such webhook; another's looks the same. */
export class WebhookNotFoundError extends DomainError {
  readonly code = 'WEBHOOK_NOT_FOUND';

  constructor() {
    super('There is no such webhook in this organization. `webhooks` lists those that there are.');
  }
}

/** Without import identifiers and saved schemas it would never fire. */
export class WebhookFilterEmptyError extends DomainError {
  readonly code = 'WEBHOOK_FILTER_EMPTY';

  constructor() {
    super('A webhook needs at least one import identifier or saved schema; without either it would never fire.');
  }
}

/**
 * Takes the lock of those who change a webhook, which is the row of its destination, until the transaction ends. Then
 * nobody has changed, disabled or deleted it between the moment at which Prisma looks for the row and its update, and
 * settlements, which lock destinations before webhooks too, cannot deadlock with it.
 */
export async function lockWebhook(
  transaction: Prisma.TransactionClient,
  organizationId: string,
  webhookId: string,
): Promise<void> {
  await transaction.$queryRawUnsafe(LOCK_WEBHOOK, webhookId, organizationId);
}

/** The lock of those who change the webhook `$1` of organization `$2`; see {@link lockWebhook}. */
export const LOCK_WEBHOOK = `
select id from destination
where id = (select destination_id from webhook where id = $1::uuid and organization_id = $2::uuid)
for update`;

type Deps = Pick<App, 'db' | 'clock' | 'box' | 'rules' | 'resolver'>;

/**
 * Makes a webhook with its destination and first secret, all or nothing.
 *
 * @returns the webhook, and its secret, which nothing shows again.
 * @throws {WebhookUrlRefusedError} @throws {WebhookFilterEmptyError} @throws {SavedSchemaNotFoundError}
 */
export async function createWebhook(
  app: Deps,
  organizationId: string,
  input: WebhookInput,
): Promise<{ webhook: Webhook; secret: string }> {
  if (input.importIdentifiers.length + input.savedSchemaIds.length === 0) throw new WebhookFilterEmptyError();
  const url = await checkWebhookUrl(app, input.url);
  const now = app.clock.now();
  const webhook: Webhook = {
    id: uuidV7(now),
    organizationId,
    destinationId: uuidV7(now),
    url: url.href,
    description: input.description,
    developmentMode: input.developmentMode,
    events: input.events,
    headers: sealHeaders(app.box, input.headers),
    retryScheduleSeconds: input.retryScheduleSeconds,
    enabled: true,
    disabledReason: null,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  const secret = await app.db.prisma.$transaction(async (transaction) => {
    await transaction.$queryRawUnsafe(LOCK_FILTERS, organizationId);
    await transaction.destination.create({
      data: {
        id: webhook.destinationId,
        organizationId,
        maxAttemptsPerSecond: input.maxAttemptsPerSecond || null,
        createdAt: now,
      },
    });
    await transaction.webhook.create({ data: webhook });
    await setImportIdentifiers(transaction, webhook, input.importIdentifiers);
    await setSavedSchemas(transaction, webhook, input.savedSchemaIds);
    return await insertSecret(transaction, app, { organizationId, ownerId: webhook.id });
  });
  return { webhook, secret };
}

/**
 * Changes what is given and leaves the rest. A delivery that is waiting goes to the new URL, with the new headers.
 *
 * Changes of one webhook at the same time happen one after the other.
 *
 * @throws {WebhookNotFoundError} @throws {WebhookUrlRefusedError} @throws {WebhookFilterEmptyError} @throws {SavedSchemaNotFoundError}
 */
export async function updateWebhook(
  app: Deps,
  organizationId: string,
  id: string,
  changes: WebhookChanges,
): Promise<Webhook> {
  const { url, headers, importIdentifiers, savedSchemaIds, maxAttemptsPerSecond, ...plain } = changes;
  const checked = url === undefined ? undefined : await checkWebhookUrl(app, url);
  return await app.db.prisma.$transaction(async (transaction) => {
    await transaction.$queryRawUnsafe(LOCK_FILTERS, organizationId);
    await lockWebhook(transaction, organizationId, id);
    if (maxAttemptsPerSecond !== undefined) {
      await transaction.destination.updateMany({
        where: { organizationId, webhook: { id, deletedAt: null } },
        data: { maxAttemptsPerSecond: maxAttemptsPerSecond || null, rateUsedUntil: null },
      });
    }
    const [webhook] = await transaction.webhook.updateManyAndReturn({
      where: { id, organizationId, deletedAt: null },
      data: {
        ...withoutUndefined(plain),
        ...(checked ? { url: checked.href } : {}),
        ...(headers ? { headers: sealHeaders(app.box, headers) } : {}),
        updatedAt: app.clock.now(),
      },
    });
    if (!webhook) throw new WebhookNotFoundError();
    if (importIdentifiers) await setImportIdentifiers(transaction, webhook, importIdentifiers);
    if (savedSchemaIds) await setSavedSchemas(transaction, webhook, savedSchemaIds);
    await refuseEmptyFilter(transaction, webhook.id);
    return webhook;
  });
}

/**
 * Replaces a webhook's signing secret; the old one signs beside it for `overlapSeconds`.
 *
 * @throws {WebhookNotFoundError}
 */
export async function rotateWebhookSecret(
  app: Pick<App, 'db' | 'box' | 'clock'>,
  organizationId: string,
  { id, overlapSeconds }: { id: string; overlapSeconds: number },
): Promise<{ webhook: Webhook; secret: string }> {
  return await app.db.prisma.$transaction(async (transaction) => {
    await lockWebhook(transaction, organizationId, id);
    const [webhook] = await transaction.webhook.updateManyAndReturn({
      where: { id, organizationId, deletedAt: null },
      data: { updatedAt: app.clock.now() },
    });
    if (!webhook) throw new WebhookNotFoundError();
    const secret = await replaceSecret(transaction, app, { organizationId, ownerId: id }, overlapSeconds);
    return { webhook, secret };
  });
}

/** Replaces the secret that signs the organization's basic webhooks. */
export async function rotateBasicWebhookSecret(
  app: Pick<App, 'db' | 'box' | 'clock'>,
  organizationId: string,
  overlapSeconds: number,
): Promise<string> {
  return await app.db.prisma.$transaction(async (transaction) => {
    await transaction.$queryRaw`select id from organization where id = ${organizationId}::uuid for update`;
    return await replaceSecret(transaction, app, { organizationId, ownerId: organizationId }, overlapSeconds);
  });
}

/** @throws {WebhookNotFoundError} */
export async function findWebhook(
  transaction: Prisma.TransactionClient,
  organizationId: string,
  id: string,
): Promise<Webhook> {
  const webhook = await transaction.webhook.findFirst({ where: { id, organizationId, deletedAt: null } });
  if (!webhook) throw new WebhookNotFoundError();
  return webhook;
}

type Owner = Pick<Webhook, 'id' | 'organizationId'>;

async function setImportIdentifiers(
  transaction: Prisma.TransactionClient,
  { id, organizationId }: Owner,
  identifiers: readonly string[],
) {
  await transaction.webhookImportIdentifier.deleteMany({ where: { webhookId: id } });
  await transaction.webhookImportIdentifier.createMany({
    data: identifiers.map((importIdentifier, position) => ({
      organizationId,
      webhookId: id,
      importIdentifier,
      position,
    })),
  });
}

async function setSavedSchemas(
  transaction: Prisma.TransactionClient,
  { id, organizationId }: Owner,
  savedSchemaIds: readonly string[],
) {
  const known = await transaction.savedSchema.count({ where: { organizationId, id: { in: [...savedSchemaIds] } } });
  if (known < savedSchemaIds.length) throw new SavedSchemaNotFoundError();
  await transaction.webhookSavedSchema.deleteMany({ where: { webhookId: id } });
  await transaction.webhookSavedSchema.createMany({
    data: savedSchemaIds.map((savedSchemaId) => ({ organizationId, webhookId: id, savedSchemaId })),
  });
}

async function refuseEmptyFilter(transaction: Prisma.TransactionClient, webhookId: string): Promise<void> {
  const identifiers = await transaction.webhookImportIdentifier.count({ where: { webhookId } });
  const schemas = await transaction.webhookSavedSchema.count({ where: { webhookId } });
  if (identifiers + schemas === 0) throw new WebhookFilterEmptyError();
}

function withoutUndefined<Shape extends object>(
  shape: Shape,
): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Shape]?: Exclude<Shape[Key], undefined>; // entries of the same shape, fewer of them
  };
}
