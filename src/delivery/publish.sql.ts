/** The outbox, as the end of a statement that knows what happened. */

import { APPEND_ENTRIES, entriesFor } from './log-append.sql.ts';

/**
 * Common table expressions that turn `happened` into events, deliveries and log entries, to be appended to a statement
 * that has defined it:
 *
 * `happened (event_id, organization_id, import_row_id, import_id, type, body, content_hash, development_mode,
 * import_identifier, saved_schema_id, basic_url, basic_origin, basic_body, moves_on, traceparent)`, all of one organization.
 *
 * They leave `scheduled (id, event_id, destination_id)`. An event of an import that had one before (`moves_on`)
 * supersedes what is pending of it, by the state in which the lock finds it, at the same destinations, for basic webhooks at the same URLs: that will not be
 * attempted any more. Where an attempt is under way, the new delivery waits until its outcome is settled, at most until
 * the lease ends; so the receiver never hears of the earlier event after the later one. Matching: same organization, enabled, same mode,
 * listening to the type, and named by the identifier or by the saved schema; by both is still one delivery. New
 * destinations are made in the order of their origins, so that two statements with the same ones cannot deadlock.
 *
 * Cost: for each event, an index scan of `webhook_import_identifier` and one of `webhook_saved_schema`, a primary key
 * look-up per webhook that listens, and the insertions; where an import moves on also the events of the import and
 * their deliveries. Each `limit 1` keeps the planner from walking the whole table
 * instead, which it does when nobody has analysed it.
 */
export const PUBLISH_HAPPENED = `
published as (
  insert into event (id, organization_id, import_row_id, type, body, content_hash, traceparent, created_at)
  select event_id, organization_id, import_row_id, type, body, content_hash, traceparent, now() from happened
),
matched as (
  select happened.*, webhook.id as webhook_id, webhook.destination_id
  from happened
  cross join lateral (
    select webhook_id from webhook_import_identifier
    where organization_id = happened.organization_id and import_identifier = happened.import_identifier
    union
    select webhook_id from webhook_saved_schema
    where organization_id = happened.organization_id and saved_schema_id = happened.saved_schema_id
  ) listening
  cross join lateral (select * from webhook where webhook.id = listening.webhook_id limit 1) webhook
  where webhook.enabled
    and webhook.deleted_at is null
    and webhook.development_mode = happened.development_mode
    and happened.type = any (webhook.events)
),
origin as (
  select distinct organization_id, basic_origin as origin from happened where basic_origin is not null
),
known_origin as (
  select destination.id, origin.origin
  from origin
  cross join lateral (
    select id from destination where organization_id = origin.organization_id and destination.origin = origin.origin limit 1
  ) destination
),
new_origin as (
  insert into destination (id, organization_id, origin, created_at)
  select uuid_v7(), organization_id, origin, now() from origin
  where origin not in (select origin from known_origin)
  order by origin
  on conflict (organization_id, origin) do update set origin = excluded.origin
  returning id, origin
),
addressed as (
  select
    event_id, organization_id, type, import_id, import_row_id, moves_on, destination_id, webhook_id,
    null as basic_url, null as basic_body
  from matched
  union all
  select event_id, organization_id, type, import_id, import_row_id, moves_on, lane.id, null, basic_url, basic_body
  from happened
  join (select * from known_origin union all select * from new_origin) lane on lane.origin = happened.basic_origin
),
earlier as (
  select delivery.id, addressed.event_id as later_event_id, addressed.destination_id
  from addressed
  cross join lateral (select id from event where event.import_row_id = addressed.import_row_id limit 3) event
  cross join lateral (
    select id from delivery
    where delivery.event_id = event.id and delivery.destination_id = addressed.destination_id
      and delivery.basic_url is not distinct from addressed.basic_url
    limit 1
  ) delivery
  where addressed.moves_on
),
found as materialized (
  select id, status, lease_token, next_attempt_at from delivery
  where id = any (array (select id from earlier))
  order by id
  for update
),
overtaken as (
  select
    earlier.*,
    case when lease_token is not null and next_attempt_at > now() then next_attempt_at end as leased_until
  from earlier
  join found using (id)
  where found.status = 'PENDING'
),
superseded as (
  update delivery set status = 'SUPERSEDED', lease_token = null, finished_at = now()
  where id = any (array (select id from overtaken))
  returning *
),
scheduled as (
  insert into delivery (
    id, organization_id, event_id, event_type, import_id, destination_id, webhook_id, basic_url, basic_body, is_test,
    status, next_attempt_at, follows_id, attempt_count, failed_attempts, created_at
  )
  select
    uuid_v7(), organization_id, addressed.event_id, type, import_id, addressed.destination_id, webhook_id, basic_url,
    basic_body, false, 'PENDING', coalesce(overtaken.leased_until, now()), overtaken.id, 0, 0, now()
  from addressed
  left join overtaken on overtaken.leased_until is not null
    and overtaken.later_event_id = addressed.event_id and overtaken.destination_id = addressed.destination_id
  returning *
),
logged as (
  ${APPEND_ENTRIES}
  ${entriesFor('superseded', { kind: 'SUPERSEDED', reason: `'A later event of the same import is delivered instead.'` })}
  union all
  ${entriesFor('scheduled', {
    kind: 'SCHEDULED',
    nextAttemptAt: 'next_attempt_at',
    reason: `case when follows_id is not null then 'Waits for the attempt of the event that it supersedes.' end`,
  })}
)`;
