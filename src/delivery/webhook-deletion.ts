/** Deleting a webhook, with what becomes of its deliveries. */

import type { App } from '../app.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';

/**
 * Deletes a webhook and cancels its pending deliveries, in one transaction. Its URL, secrets and headers are gone;
 * the row stays for the deliveries that name it. A delivery under way may still arrive; one that was scheduled by an
 * import reported at the same moment is cancelled when its turn comes.
 *
 * @throws {WebhookNotFoundError}
 */
export async function deleteWebhook(
  { db, signals }: Pick<App, 'db' | 'signals'>,
  organizationId: string,
  id: string,
): Promise<{ id: string; cancelled: number }> {
  const cancelled = await db.transaction(async (sql) => {
    const found = await sql.query(LOCK_WEBHOOK, [id, organizationId]);
    if (found.length === 0) throw new WebhookNotFoundError();
    await sql.query(DELETE_WEBHOOK, [id, organizationId]);
    const [row] = await sql.query<{ cancelled: number }>(CANCEL_DELIVERIES, [id, organizationId]);
    return row?.cancelled ?? 0;
  });
  if (cancelled > 0) signals.emit('log.appended', [organizationId]);
  return { id, cancelled };
}

/** Waits for whoever is changing it, so that the next statement sees the secrets and filters that they have left. */
const LOCK_WEBHOOK = 'select id from webhook where id = $1 and organization_id = $2 and deleted_at is null for update';

const DELETE_WEBHOOK = `
with deleted as (
  update webhook
  set deleted_at = now(), updated_at = now(), enabled = false, url = '', headers = '', disabled_reason = 'Deleted.', disabled_at = now()
  where id = $1 and organization_id = $2 and deleted_at is null
  returning id, destination_id
),
secrets as (delete from webhook_secret where owner_id in (select id from deleted)),
identifiers as (delete from webhook_import_identifier where webhook_id in (select id from deleted)),
schemas as (delete from webhook_saved_schema where webhook_id in (select id from deleted)),
released as (
  update destination set hold_until = null, hold_reason = null where id in (select destination_id from deleted)
)
select id from deleted`;

/** Index: delivery_due_idx, by way of the webhook's destination. */
const CANCEL_DELIVERIES = `
with cancelled as (
  update delivery set status = 'CANCELLED', lease_token = null, finished_at = now()
  where destination_id = (select destination_id from webhook where id = $1 and organization_id = $2) and status = 'PENDING'
  returning *
),
logged as (
  insert into delivery_log_entry (
    organization_id, at, kind, delivery_id, delivery_status, destination_id, webhook_id, event_id, event_type, import_id,
    is_test, reason
  )
  select
    organization_id, now(), 'CANCELLED', id, status, destination_id, webhook_id, event_id, event_type, import_id,
    is_test, 'The webhook was deleted.'
  from cancelled
)
select count(*)::int as cancelled from cancelled`;
