/** Counting the delivery log, and throwing old counts away. */

import { SAFE } from './log.sql.ts';

/**
 * Whether this transaction may count: one at a time does. A statement of its own, so that what is read next is seen
 * with the lock held.
 */
export const LOCK_COUNTING = `
select pg_try_advisory_xact_lock(hashtextextended('posthorn delivery_stat', 0)) as ours`;

/** Up to where the log is counted; no row: nothing is. */
export const READ_PROGRESS = `
select transaction, sequence, counted_until as "countedUntil" from delivery_stat_progress where id = 1`;

/**
 * The first `$3` safe entries after (`$1`, `$2`), with how long the attempts took that they are the outcomes of.
 *
 * Index: transaction, sequence; per attempt a look-up by primary key. A row each, whatever the log holds.
 */
export const READ_UNCOUNTED = `
select
  entry.transaction, entry.sequence, entry.organization_id as "organizationId", entry.webhook_id as "webhookId", entry.at,
  entry.kind::text as kind, attempt.duration_ms as "durationMs"
from (
  select transaction, sequence, organization_id, webhook_id, at, kind, attempt_id from delivery_log_entry
  where (transaction, sequence) > ($1::bigint, $2::bigint) and ${SAFE}
  order by transaction, sequence
  limit $3
) entry
left join lateral (
  select duration_ms from attempt
  where attempt.id = entry.attempt_id and entry.kind in ('ATTEMPT_SUCCEEDED', 'ATTEMPT_FAILED')
  limit 1
) attempt on true
order by entry.transaction, entry.sequence`;

/**
 * Adds `$1` (JSON, see `Counts`) and moves the progress from (`$2`, `$3`) to (`$4`, `$5`), where the last entry is of
 * `$6`: both, or neither when the progress is not there. So every entry is counted once, whoever counts.
 *
 * Cost: an upsert by primary key for each row of `$1`; in the order of the key, like everywhere.
 */
export const ADD_COUNTS = `
with moved as (
  insert into delivery_stat_progress (id, transaction, sequence, counted_until)
  values (1, $4::bigint, $5::bigint, $6::timestamptz)
  on conflict (id) do update set
    transaction = excluded.transaction, sequence = excluded.sequence, counted_until = excluded.counted_until
  where (delivery_stat_progress.transaction, delivery_stat_progress.sequence) = ($2::bigint, $3::bigint)
  returning id
)
insert into delivery_stat (
  organization_id, subject_id, bucket, starts_at, scheduled, delivered, failed, cancelled, superseded,
  attempts_succeeded, attempts_failed, latency
)
select counts.* from json_to_recordset($1::json) as counts (
  "organizationId" uuid, "subjectId" uuid, bucket "StatBucket", "startsAt" timestamptz, scheduled int, delivered int,
  failed int, cancelled int, superseded int, "attemptsSucceeded" int, "attemptsFailed" int, latency int[]
)
where exists (select from moved)
order by 1, 2, 3, 4
on conflict (organization_id, subject_id, bucket, starts_at) do update set
  scheduled = delivery_stat.scheduled + excluded.scheduled,
  delivered = delivery_stat.delivered + excluded.delivered,
  failed = delivery_stat.failed + excluded.failed,
  cancelled = delivery_stat.cancelled + excluded.cancelled,
  superseded = delivery_stat.superseded + excluded.superseded,
  attempts_succeeded = delivery_stat.attempts_succeeded + excluded.attempts_succeeded,
  attempts_failed = delivery_stat.attempts_failed + excluded.attempts_failed,
  latency = array(
    select coalesce(before.count, 0) + coalesce(before.more, 0)
    from unnest(delivery_stat.latency, excluded.latency) with ordinality as before (count, more, slot)
    order by slot
  )`;

/** Deletes at most `$3` counts of the buckets `$1` that began more than `$2` seconds ago. Index: bucket, starts_at. */
export const DELETE_OLD_COUNTS = `
delete from delivery_stat
where ctid = any (array (
  select ctid from delivery_stat
  where bucket = $1::"StatBucket" and starts_at < now() - $2::float8 * interval '1 second'
  limit $3
))
returning 1 as one`;
