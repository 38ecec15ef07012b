/** Which destinations have something due, and the right to lease from them. */

/**
 * Destinations whose first pending delivery is due within `$1` milliseconds, soonest first, and in how many
 * milliseconds; those that are held, or have used up their rate, count from the end of that.
 *
 * A loose scan of `delivery_due_idx`: one descent per destination that has anything pending, whatever its backlog.
 */
export const SCAN_LANES = `
with recursive lane as (
  (
    select destination_id, next_attempt_at from delivery
    where status = 'PENDING'
    order by destination_id, next_attempt_at
    limit 1
  )
  union all
  select following.destination_id, following.next_attempt_at
  from lane
  cross join lateral (
    select destination_id, next_attempt_at from delivery
    where status = 'PENDING' and destination_id > lane.destination_id
    order by destination_id, next_attempt_at
    limit 1
  ) following
)
select
  destination.organization_id as "organizationId",
  lane.destination_id as "destinationId",
  greatest(0, extract(epoch from greatest(lane.next_attempt_at, destination.ready_at) - now()) * 1000)::float8 as "dueInMs"
from lane
cross join lateral (
  select organization_id, greatest(hold_until, rate_used_until + interval '1 second' / max_attempts_per_second) as ready_at
  from destination where id = lane.destination_id limit 1
) destination
where greatest(lane.next_attempt_at, destination.ready_at) <= now() + $1::float8 * interval '1 millisecond'
order by "dueInMs"`;

/**
 * Takes the lanes of `$1` that no other dispatcher is leasing from at this moment, until the transaction ends, and answers
 * with them in one row. It leaves them in the setting `posthorn.lanes`, because `LEASE_DUE` is sent with it. The setting ends with
 * the transaction, so nothing is leased without these locks; when there are none, the lease gets nothing.
 *
 * It is a statement of its own, before the lease, so that the lease's snapshot is taken with the locks held: it then
 * sees every lease that an earlier holder made, and the limit per destination holds over all processes.
 */
export const LOCK_LANES = `
with locked as (
  select lane.destination_id
  from unnest($1::uuid[]) as lane (destination_id)
  where pg_try_advisory_xact_lock(hashtextextended(lane.destination_id::text, 0))
)
select
  coalesce(array_agg(destination_id::text), '{}') as "destinationIds",
  set_config('posthorn.lanes', coalesce(string_agg(destination_id::text, ','), ''), true)
from locked`;
