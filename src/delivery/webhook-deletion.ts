/** Deleting a webhook, with what becomes of its deliveries. */

import type { App } from '../app.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';

/**
 * Deletes a webhook and cancels its pending deliveries, in one transaction. Its URL, secrets and headers are gone;
 * the row stays for the deliveries that name it. A delivery under way may still arrive; one that was scheduled by an
 * import reported at the same moment is cancelled when its turn comes.
 *
 * Locks are taken in the order in which settlements take them, deliveries, destination, webhook, so that a settlement
 * which disables the webhook at the same moment comes before or after, and the two never wait for each other.
 *
 * @throws {WebhookNotFoundError}
 */
export async function deleteWebhook(
  { db, signals }: Pick<App, 'db' | 'signals'>,
  organizationId: string,
  id: string,
): Promise<{ id: string; cancelled: number }> {
  const cancelled = await db.transaction(async (sql) => {
    const [row] = await sql.query<{ cancelled: number }>(CANCEL_DELIVERIES, [id, organizationId]);
    await sql.query(LOCK_DESTINATION, [id, organizationId]);
    const found = await sql.query(LOCK_WEBHOOK, [id, organizationId]);
    if (found.length === 0) throw new WebhookNotFoundError();
    await sql.query(DELETE_WEBHOOK, [id, organizationId]);
    return row?.cancelled ?? 0;
  });
  if (cancelled > 0) signals.emit('log.appended', [organizationId]);
  return { id, cancelled };
}

/**
 * Cancels what waits for the webhook `$1` of organization `$2`. The rows are locked in the order of their ids: whoever
 * locks several deliveries does so, and two who wait for each other's cannot be.
 * Index: delivery_due_idx, by way of the webhook's destination.
 */
const CANCEL_DELIVERIES = `
with waiting as materialized (
  select id from delivery
  where status = 'PENDING' and destination_id = (
    select destination_id from webhook where id = $1 and organization_id = $2 and deleted_at is null
  )
  order by id
  for update
),
cancelled as (
  update delivery set status = 'CANCELLED', lease_token = null, finished_at = now()
  where id = any (array (select id from waiting))
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

const LOCK_DESTINATION = `
select id from destination
where id = (select destination_id from webhook where id = $1 and organization_id = $2 and deleted_at is null)
for update`;

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
