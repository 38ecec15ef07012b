/** Redelivering and cancelling by hand. */

/** Locks a delivery against dispatchers and other hands, and says what can be done with it. Primary keys only. */
export const LOCK_DELIVERY = `
select
  delivery.status::text as status,
  delivery.destination_id as "destinationId",
  delivery.status = 'PENDING' and delivery.lease_token is not null and delivery.next_attempt_at > now() as "isUnderWay",
  webhook.id is not null and not webhook.enabled as "isDisabled",
  webhook.deleted_at is not null as "isDeleted"
from delivery
left join webhook on webhook.id = delivery.webhook_id
where delivery.id = $1 and delivery.organization_id = $2
for update of delivery`;

const LOGGED = (kind: 'REDELIVERY_REQUESTED' | 'CANCELLED', reason: string, nextAttemptAt: string) => `
insert into delivery_log_entry (
  organization_id, at, kind, delivery_id, delivery_status, destination_id, webhook_id, event_id, event_type, import_id,
  is_test, next_attempt_at, reason
)
select
  organization_id, now(), '${kind}', id, status, destination_id, webhook_id, event_id, event_type, import_id,
  is_test, ${nextAttemptAt}, '${reason}'
from changed`;

/** Due at once, with a new budget; the number of attempts goes on. */
export const REDELIVER = `
with changed as (
  update delivery
  set status = 'PENDING', next_attempt_at = now(), lease_token = null, failed_attempts = 0, finished_at = null
  where id = $1
  returning *
)
${LOGGED('REDELIVERY_REQUESTED', 'Asked for by hand.', 'next_attempt_at')}`;

/** Cancelled; whoever holds a lease on it holds it no more. */
export const CANCEL_DELIVERY = `
with changed as (
  update delivery set status = 'CANCELLED', lease_token = null, finished_at = now()
  where id = $1
  returning *
)
${LOGGED('CANCELLED', 'Called off by hand.', 'null::timestamptz')}`;
