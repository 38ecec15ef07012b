/** How much waits: counted up to a limit, so that it costs the same however much there is. */

/** Most destinations looked at. */
export const MOST_LANES = 10_000;

const WAITS = `delivery.destination_id = lane.id and delivery.status = 'PENDING'`;

/** Whether a destination is held; `hold_until` must be in scope. */
const IS_HELD = 'coalesce(hold_until > now(), false)';

/**
 * The end of a statement that has defined `lane (id, is_held)`, with the most to count as `$1`. Due is what could be
 * attempted at once; what is held, such as all that waits for a disabled webhook, is pending but not due.
 *
 * Cost: a descent of `delivery_due_idx` per lane, and `$1` of its entries at most, twice.
 */
const COUNT_LANES = `
select
  (
    select min(first.next_attempt_at)
    from lane
    cross join lateral (
      select next_attempt_at from delivery where ${WAITS} order by next_attempt_at limit 1
    ) first
    where not lane.is_held and first.next_attempt_at <= now()
  ) as "oldestDueAt",
  (
    select count(*)::int from (
      select from lane
      cross join lateral (select from delivery where ${WAITS} and next_attempt_at <= now() limit $1) waiting
      where not lane.is_held
      limit $1
    ) due
  ) as due,
  (
    select count(*)::int from (
      select from lane
      cross join lateral (select from delivery where ${WAITS} limit $1) waiting
      limit $1
    ) pending
  ) as pending,
  (select count(*)::int from lane) as lanes,
  now() as now`;

/** What waits in organization `$2`. Its destinations by the index organization_id, origin. */
export const COUNT_ORGANIZATION_BACKLOG = `
with lane as materialized (
  select id, ${IS_HELD} as is_held from destination where organization_id = $2::uuid limit ${MOST_LANES}
)
${COUNT_LANES}`;

/**
 * What waits in all organizations. Destinations that have anything pending by a loose scan of `delivery_due_idx`, like
 * `SCAN_LANES`.
 */
export const COUNT_BACKLOG = `
with recursive pending as (
  (select destination_id from delivery where status = 'PENDING' order by destination_id limit 1)
  union all
  select following.destination_id
  from pending
  cross join lateral (
    select destination_id from delivery
    where status = 'PENDING' and destination_id > pending.destination_id
    order by destination_id
    limit 1
  ) following
),
lane as materialized (
  select pending.destination_id as id, destination.is_held
  from pending
  cross join lateral (
    select ${IS_HELD} as is_held from destination where destination.id = pending.destination_id limit 1
  ) destination
  limit ${MOST_LANES}
)
${COUNT_LANES}`;
