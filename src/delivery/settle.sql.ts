/** The settlement. */

/**
 * Writes down what came of attempts, `$1` as JSON (`Settlement`): the attempts; the deliveries, where the lease is
 * still ours; the destinations and webhooks that a receiver asked us to leave alone; and the log entries. One
 * statement, so all of it or nothing.
 *
 * A stolen lease records its attempt, marked as such, and changes nothing else. An attempt that is written down already,
 * because the answer to an earlier try was lost, is left out.
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
    status "DeliveryStatus", retry_in_ms float8, reason text, hold_ms float8, disable_reason text,
    attempt_id uuid, attempt_number int, attempt_status "AttemptStatus", url text, started_at timestamptz,
    duration_ms int, response_status int, response_headers text, response_body text, response_body_truncated boolean,
    error_code text, error_message text, remote_address text, timings text
  )
  where (select true from attempt where attempt.id = attempt_id limit 1) is null
),
ours as (
  select outcome.*
  from outcome
  cross join lateral (
    select status, lease_token from delivery where delivery.id = outcome.delivery_id limit 1 for update
  ) found
  where found.lease_token = outcome.lease_token and found.status = 'PENDING'
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
      failed_attempts = delivery.failed_attempts + (ours.attempt_status is not distinct from 'FAILED')::int,
      last_error_code = ours.error_code,
      last_response_status = ours.response_status,
      finished_at = case when ours.status = 'PENDING' then null else now() end
  from ours
  where delivery.id = ours.delivery_id and delivery.id = any (array (select delivery_id from ours))
),
settled as (
  select *, (delivery_id, lease_token) not in (select delivery_id, lease_token from ours) as lease_lost
  from outcome
),
attempted as (
  insert into attempt (
    id, organization_id, delivery_id, number, status, url, started_at, duration_ms, response_status, response_headers,
    response_body, response_body_truncated, error_code, error_message, remote_address, timings, lease_lost
  )
  select
    attempt_id, organization_id, delivery_id, attempt_number, attempt_status, url, started_at, duration_ms,
    response_status, response_headers, response_body, response_body_truncated, error_code, error_message,
    remote_address, timings, lease_lost
  from settled where attempt_id is not null
),
disabled as (
  update webhook
  set enabled = false, disabled_reason = told.disable_reason, disabled_at = now(), updated_at = now()
  from (select distinct webhook_id, disable_reason from settled where disable_reason is not null and not lease_lost) told
  where webhook.id = told.webhook_id and webhook.enabled and webhook.deleted_at is null
    and webhook.id = any (array (select webhook_id from settled where disable_reason is not null))
  returning webhook.destination_id
),
hold as (
  select
    destination_id,
    max(now() + hold_ms * interval '1 millisecond') as until,
    'RETRY_AFTER'::"HoldReason" as reason
  from settled
  where hold_ms is not null and not lease_lost and destination_id not in (select destination_id from disabled)
  group by destination_id
  union all
  select destination_id, '9999-12-31T00:00:00Z', 'DISABLED' from disabled
),
held as (
  update destination set hold_until = hold.until, hold_reason = hold.reason
  from hold
  where destination.id = hold.destination_id and (destination.hold_until is null or destination.hold_until < hold.until)
    and destination.id = any (array (select destination_id from hold))
  returning destination.id, destination.hold_until, destination.hold_reason
),
entry as (
  select
    1 as place, settled.*, attempt_status::text as attempt_kind,
    case when attempt_status = 'SUCCEEDED' then 'ATTEMPT_SUCCEEDED' else 'ATTEMPT_FAILED' end as kind,
    case
      when lease_lost then 'The delivery had been leased again or called off meanwhile, so this outcome changed nothing.'
      else error_message
    end as explanation
  from settled where attempt_id is not null
  union all
  select
    2, settled.*, null,
    case status when 'DELIVERED' then 'DELIVERED' when 'CANCELLED' then 'CANCELLED' else 'EXHAUSTED' end, reason
  from settled where not lease_lost and status <> 'PENDING'
  union all
  select 3, settled.*, null, 'HELD', reason
  from settled
  where not lease_lost and (hold_ms is not null or disable_reason is not null) and destination_id in (select id from held)
),
logged as (
  insert into delivery_log_entry (
    organization_id, at, kind, delivery_id, delivery_status, destination_id, webhook_id, event_id, event_type, import_id,
    is_test, attempt_id, attempt_number, next_attempt_at, response_status, error_code, reason
  )
  select
    organization_id, now(), kind::"DeliveryLogKind", delivery_id,
    case when lease_lost then (select delivery.status from delivery where delivery.id = entry.delivery_id) else status end,
    destination_id, webhook_id, event_id, event_type, import_id, is_test, attempt_id, attempt_number,
    case
      when kind = 'HELD' then (select hold_until from held where held.id = entry.destination_id and hold_reason <> 'DISABLED')
      when status = 'PENDING' and not lease_lost then now() + retry_in_ms * interval '1 millisecond'
    end,
    response_status, error_code, explanation
  from entry
  order by place
)
select delivery_id as "deliveryId", lease_lost as "leaseLost" from settled`;
