/**
 * A month of deliveries in bulk, past the API, for looking at plans and at pages: most were delivered at once, some failed
 * for many reasons, a few reasons are rare. All of one organization, `$1`.
 */

/** A UUID of version 7 for `$1` milliseconds, the same for the same `$2`. */
export const CREATE_ID_AT = `
create function bench_id_at(ms bigint, salt text) returns uuid language sql immutable parallel safe as $$
  select (
    lpad(to_hex(ms), 12, '0') || '7' || substr(md5(salt), 1, 3) || '8' || substr(md5(salt), 4, 15)
  )::uuid
$$`;

/** `$2` webhooks with their destinations, of which the first gets a third of everything; every other one has a name. */
export const ADD_WEBHOOKS = [
  `insert into destination (id, organization_id, created_at)
  select bench_id_at(number, 'destination' || number), $1::uuid, now()
  from generate_series(0, $2::int - 1) number`,
  `insert into webhook (
    id, organization_id, destination_id, url, description, development_mode, events, headers, retry_schedule_seconds, enabled,
    created_at, updated_at
  )
  select
    bench_id_at(number, 'webhook' || number), $1::uuid, bench_id_at(number, 'destination' || number),
    'https://a.example/webhook-' || number, case when number % 2 = 1 then 'Webhook ' || number else '' end, false,
    enum_range(null::"EventType"), '', '{}', true, now() - interval '31 days', now() - interval '31 days'
  from generate_series(0, $2::int - 1) number`,
  `insert into webhook_import_identifier (organization_id, webhook_id, import_identifier, position)
  select $1::uuid, bench_id_at(number, 'webhook' || number), 'contacts', 0
  from generate_series(0, least(10, $2::int) - 1) number`,
] as const;

/** When number `n` of `$2` was scheduled: evenly over thirty days from `$5` on, in milliseconds. */
const MS = `($5::bigint + (n::float8 * 2592000000 / $2::int)::bigint)`;

/** Imports and their events from number `$3` up to `$4`, for every tenth delivery one. */
export const ADD_IMPORTS = [
  `insert into import (
    id, organization_id, import_id, status, import_type, development_mode, import_identifier, has_data, created_at, updated_at
  )
  select bench_id_at(${MS}, 'import' || n), $1::uuid, 'import-' || n, 'COMPLETED', 'EMBEDDED', false,
    case when n % 20 = 0 then 'others' else 'contacts' end, true, to_timestamp(${MS} / 1000.0), to_timestamp(${MS} / 1000.0)
  from generate_series($3::int, $4::int - 1, 10) n`,
  `insert into event (id, organization_id, import_row_id, type, body, content_hash, created_at)
  select bench_id_at(${MS}, 'event' || n), $1::uuid, bench_id_at(${MS}, 'import' || n), 'IMPORT_COMPLETED', '{}', '',
    to_timestamp(${MS} / 1000.0)
  from generate_series($3::int, $4::int - 1, 10) n`,
] as const;

/**
 * Deliveries from number `$3` up to `$4` of `$2`, to `$6` webhooks. Of a thousand: 20 failed, 5 wait for a retry, one is called off and one
 * superseded; of the delivered, one in a hundred was answered 204. One in twenty is of a headless import. Five in all have
 * an expired certificate, five were answered 418.
 */
export const ADD_DELIVERIES = `
insert into delivery (
  id, organization_id, event_id, event_type, import_id, destination_id, webhook_id, is_test, status, next_attempt_at,
  attempt_count, failed_attempts, last_error_code, last_response_status, created_at, finished_at
)
select
  bench_id_at(ms, 'delivery' || n), $1::uuid, bench_id_at(first_ms, 'event' || first), type::"EventType", 'import-' || first,
  bench_id_at(lane, 'destination' || lane), bench_id_at(lane, 'webhook' || lane), false, status::"DeliveryStatus",
  now() + interval '1 day', 1, (error is not null)::int, error, answer, to_timestamp(ms / 1000.0), to_timestamp(ms / 1000.0)
from (
  select
    numbered.*,
    case
      when error is null and kind = 25 then 'CANCELLED'
      when error is null and kind = 26 then 'SUPERSEDED'
      when error is null then 'DELIVERED'
      when kind < 20 then 'FAILED'
      else 'PENDING'
    end as status,
    case
      when error = 'HTTP_STATUS' and kind = 999 then 418
      when error = 'HTTP_STATUS' then 500 + kind % 4
      when error is null and kind not in (25, 26) then case when n % 100 = 50 then 204 else 200 end
    end as answer
  from (
    select
      n, n % 1000 as kind, case when n % 3 = 0 then 0 else n % ($6::int - 1) + 1 end as lane, ${MS} as ms,
      n / 10 * 10 as first, (${MS.replaceAll('n::', '(n / 10 * 10)::')}) as first_ms,
      case when n % 20 = 7 then 'HEADLESS_IMPORT_FAILED' else 'IMPORT_COMPLETED' end as type,
      case
        when n % ($2::int / 5) = 998 then 'CERTIFICATE_EXPIRED'
        when n % ($2::int / 5) = 999 then 'HTTP_STATUS'
        when n % 1000 < 12 then 'HTTP_STATUS'
        when n % 1000 < 18 then 'CONNECT_TIMEOUT'
        when n % 1000 < 25 then 'RESPONSE_TIMEOUT'
      end as error
    from generate_series($3::int, $4::int - 1) n
  ) numbered
) delivery`;

/** For each delivery the last that the log tells of it, in their order. */
export const ADD_LOG_ENTRIES = `
insert into delivery_log_entry (
  organization_id, at, kind, delivery_id, delivery_status, destination_id, webhook_id, event_id, event_type, import_id, is_test,
  attempt_number, response_status, error_code
)
select
  organization_id, created_at,
  (case status
    when 'DELIVERED' then 'DELIVERED'
    when 'FAILED' then 'EXHAUSTED'
    when 'PENDING' then 'ATTEMPT_FAILED'
    else status::text
  end)::"DeliveryLogKind",
  id, status, destination_id, webhook_id, event_id, event_type, import_id, is_test, 1, last_response_status, last_error_code
from delivery
where organization_id = $1::uuid
order by id`;

/** `$2` deliveries more, new. */
export const ADD_NEW = `
insert into delivery (
  id, organization_id, event_id, event_type, destination_id, webhook_id, is_test, status, next_attempt_at, attempt_count,
  failed_attempts, created_at
)
select uuid_v7(), $1::uuid, uuid_v7(), 'IMPORT_COMPLETED', bench_id_at(n % 200, 'destination' || n % 200),
  bench_id_at(n % 200, 'webhook' || n % 200), true, 'PENDING', now(), 0, 0, now()
from generate_series(1, $2::int) n`;

/** Leases and settles the new ones of organization `$1`: delivered, or failed when `$2`. */
export const LEASE_NEW = `
update delivery set next_attempt_at = now() + interval '1 minute', lease_token = id
where organization_id = $1::uuid and is_test and status = 'PENDING'`;

/** See {@link LEASE_NEW}. */
export const SETTLE_NEW = `
update delivery
set status = case when $2::boolean then 'PENDING' else 'DELIVERED' end::"DeliveryStatus", lease_token = null,
  last_error_code = case when $2::boolean then 'HTTP_STATUS' end,
  last_response_status = case when $2::boolean then 503 else 200 end, attempt_count = 1
where organization_id = $1::uuid and is_test and status = 'PENDING'`;

/** Forgets the new ones of organization `$1`. */
export const FORGET_NEW = `delete from delivery where organization_id = $1::uuid and is_test`;
