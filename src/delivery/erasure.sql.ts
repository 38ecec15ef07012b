/** Erasing what deliveries carried, and what was answered to it. */

import { APPEND_ENTRIES, entriesFor } from './log-append.sql.ts';
import { withoutQuery } from './settle.sql.ts';

/**
 * Locks at most `$3` deliveries of the events `$2` of organization `$1` that are not erased yet, in the order in which
 * everyone locks them. Index: event_id, a row for each delivery of those events; `offset 0` keeps the planner from
 * walking the organization's index as well, which it does when nobody has analysed the table.
 */
export const LOCK_UNERASED = `
with unerased as materialized (
  select delivery.id
  from unnest($2::uuid[]) as asked (event_id)
  cross join lateral (
    select id, organization_id, erased_at from delivery where delivery.event_id = asked.event_id offset 0
  ) delivery
  where delivery.organization_id = $1::uuid and delivery.erased_at is null
  limit $3
)
select id from delivery
where id = any (array (select id from unerased)) and erased_at is null
order by id
for update`;

/**
 * Whether any delivery of the events `$2` of organization `$1` is not erased. It waits for nobody: what somebody else is
 * erasing counts as not erased until that is committed. Index: event_id.
 */
export const FIND_UNERASED = `
select exists (
  select from unnest($2::uuid[]) as asked (event_id)
  cross join lateral (
    select organization_id, erased_at from delivery where delivery.event_id = asked.event_id offset 0
  ) delivery
  where delivery.organization_id = $1::uuid and delivery.erased_at is null
) as found`;

/**
 * Erases the deliveries `$1`, which are locked: what was sent, what was answered, and the query of each URL, in which a
 * basic webhook's may name somebody. What is pending is called off, for the reason `$2`; an attempt under way finds its
 * lease gone and that its delivery is erased. Error codes and their sentences quote nothing, and stay.
 *
 * A statement of its own, so that it sees the attempts of whoever held the locks before. Cost: look-ups by primary key,
 * and the attempts of each by their index.
 */
export const ERASE_DELIVERIES = `
with found as materialized (
  select id, status = 'PENDING' as pending from delivery where id = any ($1::uuid[])
),
cancelled as (
  update delivery
  set status = 'CANCELLED', lease_token = null, finished_at = now(), erased_at = now(), basic_body = null,
    basic_url = ${withoutQuery('basic_url')}
  where id = any (array (select id from found where pending))
  returning *
),
finished as (
  update delivery
  set erased_at = now(), basic_body = null, basic_url = ${withoutQuery('basic_url')}
  where id = any (array (select id from found where not pending))
),
attempts as (
  update attempt set url = ${withoutQuery('url')}, request_headers = null, response_headers = null, response_body = null
  where delivery_id = any ($1::uuid[])
),
logged as (
  ${APPEND_ENTRIES} ${entriesFor('cancelled', { kind: 'CANCELLED', reason: '$2' })}
)
select count(*)::int as cancelled from cancelled`;
