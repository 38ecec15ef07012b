/** Test events: what a webhook would get, sent to it by the same way as everything else. */

import type { Delivery, EventType, Webhook } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { dueHint } from '../delivery/due.ts';
import { APPEND_ENTRIES, entriesFor } from '../delivery/log-append.sql.ts';
import { DomainError } from '../errors.ts';
import { uuidV7 } from '../lib/id.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { managedBody } from './payload.ts';
import type { ReportedImport } from './reported-import.ts';

/** A disabled webhook gets nothing, test events included. */
export class WebhookDisabledError extends DomainError {
  readonly code = 'WEBHOOK_DISABLED';

  constructor() {
    super('This webhook is disabled. Enable it with `enableWebhook`, then try again.');
  }
}

/**
 * Schedules an event of made-up data for one webhook, whatever its filter. It is delivered, retried, signed and checked
 * against the address rules like any other, and marked as a test in the log.
 *
 * @throws {WebhookNotFoundError} @throws {WebhookDisabledError}
 */
export async function sendTestEvent(
  { db, clock, signals }: Pick<App, 'db' | 'clock' | 'signals'>,
  organizationId: string,
  { webhookId, type }: { webhookId: string; type: EventType },
): Promise<Delivery> {
  const webhook = await findEnabled({ db }, organizationId, webhookId);
  const now = clock.now();
  const [delivery] = await db.query<Delivery>(SCHEDULE_TEST, [
    webhook.id,
    uuidV7(now),
    type,
    managedBody(madeUpImport(type, webhook.developmentMode, now)),
    uuidV7(now),
    organizationId,
  ]);
  if (!delivery) {
    await findEnabled({ db }, organizationId, webhookId);
    throw new WebhookDisabledError(); // it was, a moment ago
  }
  signals.emit('destination.due', [dueHint(webhook)]);
  signals.emit('log.appended', [organizationId]);
  return await db.prisma.delivery.findUniqueOrThrow({ where: { id: delivery.id, organizationId } });
}

async function findEnabled({ db }: Pick<App, 'db'>, organizationId: string, id: string): Promise<Webhook> {
  const webhook = await db.prisma.webhook.findFirst({ where: { id, organizationId, deletedAt: null } });
  if (!webhook) throw new WebhookNotFoundError();
  if (!webhook.enabled) throw new WebhookDisabledError();
  return webhook;
}

/** Dromo's documented example, or a headless import in its like. */
function madeUpImport(type: EventType, developmentMode: boolean, at: Date): ReportedImport {
  const date = at.toISOString();
  const id = '025f399f-4370-4064-aed5-b8d16b597183';
  const details = {
    id,
    filename: 'contacts.csv',
    user: { id: 'user-123', name: 'Caitlin Clark', email: 'cclark@uiowa.edu', companyId: null, companyName: null },
    createdDate: date,
    numDataRows: 433,
    developmentMode,
    hasData: true,
    importIdentifier: null,
    savedSchemaId: null,
    settings: null,
  };
  if (type === 'IMPORT_COMPLETED')
    return { ...details, importType: 'EMBEDDED', event: 'import_completed', headless: null };
  const needsReview = type === 'HEADLESS_IMPORT_NEEDS_REVIEW';
  return {
    ...details,
    importType: 'HEADLESS',
    event: needsReview ? 'headless_import_needs_review' : 'headless_import_failed',
    headless: {
      id,
      schemaId: null,
      status: needsReview ? 'NEEDS_REVIEW' : 'FAILED',
      originalFilename: 'contacts.csv',
      createdDate: date,
      modifiedDate: date,
      resultMetadata: null,
      importErrors: null,
      reviewUrl: null,
      originalFileDownload: null,
    },
  };
}

const SCHEDULE_TEST = `
with target as (
  select id, organization_id, destination_id from webhook
  where id = $1 and organization_id = $6 and enabled and deleted_at is null
),
published as (
  insert into event (id, organization_id, type, body, content_hash, created_at)
  select $2::uuid, organization_id, $3::"EventType", $4, sha256(convert_to($4, 'UTF8')), now() from target
),
scheduled as (
  insert into delivery (
    id, organization_id, event_id, event_type, destination_id, webhook_id, is_test, status, next_attempt_at,
    attempt_count, failed_attempts, created_at
  )
  select $5::uuid, organization_id, $2::uuid, $3::"EventType", destination_id, id, true, 'PENDING', now(), 0, 0, now()
  from target
  returning *
),
logged as (
  ${APPEND_ENTRIES} ${entriesFor('scheduled', { kind: 'SCHEDULED', nextAttemptAt: 'next_attempt_at' })}
)
select id from scheduled`;
