/** Deleting a webhook, with what becomes of its deliveries. */

import type { App } from '../app.ts';
import { LOCK_WEBHOOK, WebhookNotFoundError } from '../webhook/webhook.ts';
import { APPEND_ENTRIES, entriesFor } from './log-append.sql.ts';

/** Deliveries cancelled in one transaction: some tens of milliseconds, so that neither locks nor the live log wait long. */
const BATCH_SIZE = 1_000;

/**
 * Deletes a webhook, then cancels its pending deliveries, a thousand at a time. Its URL, secrets and headers are gone;
 * the row stays for the deliveries that name it. A delivery under way may still arrive. What is not cancelled here,
 * because it was scheduled by an import reported at the same moment or because this process died, is cancelled when its
 * turn comes, without an attempt.
 *
 * Locks are taken in the order in which settlements take them: a destination before its webhook.
 *
 * @throws {WebhookNotFoundError}
 */
export async function deleteWebhook(
  { db, signals }: Pick<App, 'db' | 'signals'>,
  organizationId: string,
  id: string,
): Promise<{ id: string; cancelled: number }> {
  await db.transaction(async (sql) => {
    await sql.query(LOCK_WEBHOOK, [id, organizationId]);
    const deleted = await sql.query(DELETE_WEBHOOK, [id, organizationId]);
    if (deleted.length === 0) throw new WebhookNotFoundError();
  });
  let cancelled = 0;
  for (let batch = 1; batch > 0; cancelled += batch) {
    const [row] = await db.query<{ cancelled: number }>(CANCEL_DELIVERIES, [id, organizationId, BATCH_SIZE]);
    batch = row?.cancelled ?? 0;
    if (batch > 0) signals.emit('log.appended', [organizationId]);
  }
  return { id, cancelled };
}

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

/**
 * Cancels `$3` of those that wait for the webhook `$1` of organization `$2`. The rows are locked in the order of their
 * ids, as settlements do. Index: delivery_due_idx, by way of the webhook's destination.
 */
const CANCEL_DELIVERIES = `
with waiting as materialized (
  select id from delivery
  where id = any (array (
    select id from delivery
    where status = 'PENDING'
      and destination_id = (select destination_id from webhook where id = $1 and organization_id = $2)
    order by destination_id, next_attempt_at
    limit $3
  )) and status = 'PENDING'
  order by id
  for update
),
cancelled as (
  update delivery set status = 'CANCELLED', lease_token = null, finished_at = now()
  where id = any (array (select id from waiting))
  returning *
),
logged as (
  ${APPEND_ENTRIES} ${entriesFor('cancelled', { kind: 'CANCELLED', reason: `'The webhook was deleted.'` })}
)
select count(*)::int as cancelled from cancelled`;
