/** The settlement. */

import { JUDGE_DESTINATIONS } from './health.sql.ts';

/** A URL without its query, in which somebody may be named. */
export const withoutQuery = (url: string) => `regexp_replace(${url}, '[?#].*$', '')`;

/**
 * Writes down what came of attempts, `$1` as JSON (`Settlement`): the attempts; the deliveries, where the lease is
 * still ours; the health of their destinations (`$2`, `$3`, see `JUDGE_DESTINATIONS`); and the log entries. Leases last
 * `$4` milliseconds. One statement, so all of it or nothing.
 *
 * A stolen lease records its attempt, marked as such, and changes nothing else; of a delivery that was erased meanwhile
 * without what the receiver answered. An attempt that is written down already, because the answer to an earlier try was
 * lost, is left out, and so is one of a delivery that retention has removed.
 *
 * `occasion`: of each destination, the attempt by which the log tells of its hold or its recovery.
 *
 * Deliveries are locked in the order of their ids, then destinations, then webhooks, like everywhere.
 *
 * Cost: look-ups by primary key, and the insertions. The arrays and each `limit 1` keep the planner from walking whole
 * tables instead, as it does with a plan made when they were empty. The entries are inserted in the order of `place`,
 * so that within a delivery an attempt comes before what it led to.
 */
export const SETTLE = `
with outcome as (
  select * from json_to_recordset($1::json) as outcome (
    delivery_id uuid, lease_token uuid, organization_id uuid, destination_id uuid, webhook_id uuid, event_id uuid,
    event_type "EventType", import_id text, is_test boolean,
    status "DeliveryStatus", retry_in_ms float8, reason text, charged boolean, hold_ms float8, disable_reason text,
    attempt_id uuid, attempt_number int, attempt_status "AttemptStatus", url text, started_at timestamptz,
    duration_ms int, response_status int, response_headers text, response_body text, response_body_truncated boolean,
    response_end "ResponseEnd", response_warnings text[], error_code text, error_message text, remote_address text, timings text,
    request_headers text, tls_version text, certificate_expires_at timestamptz
  )
  where (select true from attempt where attempt.id = attempt_id limit 1) is null
  order by delivery_id
),
settled as (
  select
    outcome.*, found.status as found_status, found.erased_at is not null as erased,
    found.next_attempt_at - $4::float8 * interval '1 millisecond' as leased_at,
    not coalesce(found.lease_token = outcome.lease_token and found.status = 'PENDING', false) as lease_lost
  from outcome
  cross join lateral (
    select status, lease_token, next_attempt_at, erased_at from delivery where delivery.id = outcome.delivery_id limit 1 for update
  ) found
),
ours as (
  select * from settled where not lease_lost
),
moved as (
  update delivery
  set status = ours.status,
      next_attempt_at = case
        when ours.status = 'PENDING' then now() + ours.retry_in_ms * interval '1 millisecond'
        else delivery.next_attempt_at
      end,
      lease_token = null,
      attempt_count = delivery.attempt_count + (ours.attempt_id is not null)::int,
      failed_attempts = delivery.failed_attempts + (ours.charged and ours.attempt_status is not distinct from 'FAILED')::int,
      last_error_code = ours.error_code,
      last_response_status = ours.response_status,
      finished_at = case when ours.status = 'PENDING' then null else now() end
  from ours
  where delivery.id = ours.delivery_id and delivery.id = any (array (select delivery_id from ours))
),
attempted as (
  insert into attempt (
    id, organization_id, delivery_id, number, status, url, started_at, duration_ms, response_status, response_headers,
    response_body, response_body_truncated, response_end, response_warnings, error_code, error_message, remote_address,
    timings, request_headers, tls_version, certificate_expires_at, lease_lost
  )
  select
    attempt_id, organization_id, delivery_id, attempt_number, attempt_status,
    case when erased then ${withoutQuery('url')} else url end, started_at, duration_ms, response_status,
    case when not erased then response_headers end, case when not erased then response_body end,
    response_body_truncated, response_end, response_warnings, error_code, error_message, remote_address, timings,
    case when not erased then request_headers end, tls_version, certificate_expires_at, lease_lost
  from settled where attempt_id is not null
),
${JUDGE_DESTINATIONS},
occasion as (
  select distinct on (settled.destination_id, attempt_status)
    settled, verdict.is_held, verdict.held_for, verdict.until, verdict.explanation, verdict.closes
  from verdict
  join settled on settled.destination_id = verdict.id
  where attempt_id is not null and not lease_lost
  order by settled.destination_id, attempt_status, hold_ms desc nulls last
),
entry as (
  select
    1 as place, settled.*,
    case when attempt_status = 'SUCCEEDED' then 'ATTEMPT_SUCCEEDED' else 'ATTEMPT_FAILED' end as kind,
    case when status = 'PENDING' and not lease_lost then now() + retry_in_ms * interval '1 millisecond' end as next_attempt_at,
    case
      when lease_lost then 'The delivery had been leased again or called off meanwhile, so this outcome changed nothing.'
      else error_message
    end as explanation
  from settled where attempt_id is not null
  union all
  select
    2, settled.*,
    case status when 'DELIVERED' then 'DELIVERED' when 'CANCELLED' then 'CANCELLED' else 'EXHAUSTED' end, null, reason
  from settled where not lease_lost and status <> 'PENDING'
  union all
  select 3, (occasion.settled).*, 'HELD', case when held_for <> 'DISABLED' then until end, occasion.explanation
  from occasion where is_held and (occasion.settled).attempt_status = 'FAILED'
  union all
  select 4, (occasion.settled).*, 'RESUMED', null, 'The destination has recovered.'
  from occasion where closes and (occasion.settled).attempt_status = 'SUCCEEDED'
),
logged as (
  insert into delivery_log_entry (
    organization_id, at, kind, delivery_id, delivery_status, destination_id, webhook_id, event_id, event_type, import_id,
    is_test, attempt_id, attempt_number, next_attempt_at, response_status, error_code, reason
  )
  select
    organization_id, now(), kind::"DeliveryLogKind", delivery_id,
    case when lease_lost then found_status else status end,
    destination_id, webhook_id, event_id, event_type, import_id, is_test, attempt_id, attempt_number, next_attempt_at,
    response_status, error_code, explanation
  from entry
  order by place
)
select delivery_id as "deliveryId", lease_lost as "leaseLost" from settled`;

/**
 * Makes due what waits for the outcomes of the deliveries `$1`, which are settled. A statement of its own, after the
 * settlement: that may have waited for the very transaction that scheduled what waits, and would not see it. Those that
 * somebody else has locked are left to the end of the lease that they wait for. Index: delivery_follows_idx.
 */
export const RELEASE_FOLLOWERS = `
with follower as (
  select id from delivery
  where follows_id = any ($1::uuid[]) and status = 'PENDING' and lease_token is null and attempt_count = 0
  order by id
  for update skip locked
)
update delivery set next_attempt_at = now(), follows_id = null
where id = any (array (select id from follower))
returning organization_id as "organizationId", destination_id as "destinationId"`;
