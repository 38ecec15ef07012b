/** Manual work on deliveries, each one transaction: lock, look, change. */

import { APPEND_ENTRIES, entriesFor } from './log-append.sql.ts';

/**
 * Locks the delivery `$1` of organization `$2` and answers where it stands once whoever was changing it has committed.
 * A lease that has ended is nobody's: its dispatcher is gone, or too late.
 */
export const LOCK_DELIVERY = `
select
  destination_id as "destinationId",
  status::text as status,
  lease_token is not null and next_attempt_at > now() as "isUnderWay",
  erased_at is not null as "isErased"
from delivery
where id = $1 and organization_id = $2
for update`;

/**
 * Whether a later event of the same import has taken the place of `delivery`, a needs-review one, which is where
 * publishing that event would have superseded it. The few events of an import with their deliveries.
 */
export const IS_OVERTAKEN = `
  delivery.event_type = 'HEADLESS_IMPORT_NEEDS_REVIEW' and exists (
    select from event earlier
    join event later on later.import_row_id = earlier.import_row_id and later.type <> 'HEADLESS_IMPORT_NEEDS_REVIEW'
    join delivery taking on taking.event_id = later.id
    where earlier.id = delivery.event_id
      and taking.destination_id = delivery.destination_id
      and taking.basic_url is not distinct from delivery.basic_url
  )`;

/**
 * What keeps the delivery `$1` from being delivered: its webhook as it is now, and whether a later event of the same
 * import has taken its place. Look-ups by primary key, and `IS_OVERTAKEN`.
 */
export const FIND_OBSTACLES = `
select
  webhook.deleted_at is not null as "isWebhookDeleted",
  webhook.id is not null and not webhook.enabled as "isWebhookDisabled",
  ${IS_OVERTAKEN} as "isOvertaken"
from delivery
left join webhook on webhook.id = delivery.webhook_id
where delivery.id = $1`;

/**
 * What an update of `delivery` sets to make it due. A finished one gets its whole retry schedule again; one that waits
 * keeps what is left of it, and one that is due already keeps its turn. One that waits for the outcome of an earlier
 * event of its import goes on waiting for it.
 */
export const MAKE_DUE = `
      status = 'PENDING',
      next_attempt_at = case
        when follows_id is not null and attempt_count = 0 then next_attempt_at
        when status = 'PENDING' then least(next_attempt_at, now())
        else now()
      end,
      failed_attempts = case when status = 'PENDING' then failed_attempts else 0 end,
      lease_token = null,
      finished_at = null`;

/** Makes the delivery `$1` due. `$2` is the reason for the log. */
export const REDELIVER = `
with redelivered as (
  update delivery set ${MAKE_DUE}
  where id = $1
  returning *
),
logged as (
  ${APPEND_ENTRIES} ${entriesFor('redelivered', { kind: 'REDELIVERY_REQUESTED', nextAttemptAt: 'next_attempt_at', reason: '$2' })}
)
select id from redelivered`;

/** Calls the delivery `$1` off. Without its lease, an attempt under way changes nothing when it is settled. */
export const CANCEL = `
with cancelled as (
  update delivery set status = 'CANCELLED', lease_token = null, finished_at = now() where id = $1
  returning *
),
logged as (
  ${APPEND_ENTRIES} ${entriesFor('cancelled', { kind: 'CANCELLED', reason: '$2' })}
)
select id from cancelled`;
