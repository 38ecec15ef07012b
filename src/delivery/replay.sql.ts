/** Starting a replay, and its states. */

/**
 * Whether `delivery` is one that the replay `rule` is about: it was when that started, and has not changed since. The time
 * of a filter is not in it: that bounds ids, which a replay's parts do.
 */
export const MATCHES = `
  delivery.status = any (rule.statuses)
  and delivery.finished_at <= rule.created_at
  and (rule.webhook_id is null or delivery.webhook_id = rule.webhook_id)
  and (rule.event_types = '{}' or delivery.event_type = any (rule.event_types))
  and (rule.error_codes = '{}' or delivery.last_error_code = any (rule.error_codes))
  and (rule.response_statuses = '{}' or delivery.last_response_status = any (rule.response_statuses))`;

/** Common table expression: the events of the import that `rule` is about, which is how its deliveries are found. */
export const OF_IMPORT = `
of_import as (
  select event.id
  from rule
  join import on import.organization_id = rule.organization_id and import.import_id = rule.import_id
  join event on event.import_row_id = import.id
)`;

const STATUSES = `string_to_array($4::text, ',')::"DeliveryStatus"[]`;
const ERROR_CODES = `string_to_array($8::text, ',')`;
const RESPONSE_STATUSES = `string_to_array($9::text, ',')::int[]`;

const OF_ORGANIZATION = 'delivery.organization_id = $1::uuid';

/**
 * Where to look for the deliveries of a replay: each is the beginning of an index that goes on with the id, but for the few
 * of an import.
 */
const SOURCES = {
  organization: OF_ORGANIZATION,
  statuses: `${OF_ORGANIZATION} and delivery.status = any (${STATUSES}) and delivery.status <> 'DELIVERED'`,
  errors: `${OF_ORGANIZATION} and delivery.last_error_code = any (${ERROR_CODES}) and delivery.last_error_code is not null`,
  responses: `${OF_ORGANIZATION} and delivery.last_response_status = any (${RESPONSE_STATUSES})
    and delivery.last_response_status is not null`,
  webhook: `${OF_ORGANIZATION} and delivery.webhook_id = $2::uuid`,
  webhookFailures: `${OF_ORGANIZATION} and delivery.webhook_id = $2::uuid and delivery.last_error_code is not null`,
  import: `${OF_ORGANIZATION} and delivery.event_id = any (array (select id from of_import))`,
} as const;

/** By what a filter is narrowed most. */
export type ReplaySource = keyof typeof SOURCES;

/** Less than every UUIDv7 with the same first 19 characters: where those have their variant, it has zeros. */
const BEFORE_FIRST = `(left(min(delivery.id::text collate "C"), 19) || '0000-000000000000')::uuid`;

const COUNTED = (source: ReplaySource) => `
rule as (
  select
    $1::uuid as organization_id, $2::uuid as webhook_id, $3::text as import_id, ${STATUSES} as statuses,
    string_to_array($5::text, ',')::"EventType"[] as event_types, ${ERROR_CODES} as error_codes,
    ${RESPONSE_STATUSES} as response_statuses, now() as created_at
),
${OF_IMPORT},
counted as (
  select
    delivery.destination_id, delivery.webhook_id, count(*)::int as deliveries, ${BEFORE_FIRST} as position,
    max(delivery.id::text collate "C")::uuid as last_id
  from rule join delivery on ${SOURCES[source]} and delivery.id > $6::uuid and delivery.id < $7::uuid
  where ${MATCHES}
  group by delivery.destination_id, delivery.webhook_id
)`;

const bySource = (statement: (source: ReplaySource) => string) => ({
  organization: statement('organization'),
  statuses: statement('statuses'),
  errors: statement('errors'),
  responses: statement('responses'),
  webhook: statement('webhook'),
  webhookFailures: statement('webhookFailures'),
  import: statement('import'),
});

/**
 * How many deliveries match: organization `$1`, webhook `$2`, import `$3`, statuses `$4`, types of events `$5`, ids between
 * `$6` and `$7`, error codes `$8`, statuses of responses `$9`; lists separated by commas, empty ones and null for what does
 * not matter.
 *
 * Cost: what the source has between the two ids: of the organization, of the statuses, errors or responses that are named,
 * of the webhook or its failures, or of the import. It is read for a person, by the connections for reading, and planned for
 * what is asked by {@link PLANNING_SETTINGS}.
 */
export const PLAN = bySource(
  (source) => `with ${COUNTED(source)} select coalesce(sum(deliveries), 0)::int as planned from counted`,
);

/**
 * For the rest of the transaction, plans are made for the parameters, and in any way: a filter may leave a handful of
 * deliveries or nearly all of them, and what one of them is counted from would not do for the other.
 */
export const PLANNING_SETTINGS = `
select
  set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'on', true),
  set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)`;

/** Time between two batches: about four a second, or one for each delivery when that is less often. */
export const STRIDE = `interval '1 second' * greatest(1.0 / rate_per_second, 0.25)`;

/**
 * Starts the replay `$10` of what {@link PLAN} counts, `$11` a second, by the key named `$12`; with nothing to do it is
 * over at once. `$14` and `$15` are the time that its ids lie in, to be shown. Answers nothing when the organization has
 * `$13` already that are not over. A single statement, so that what is planned and where to look for it are as of one
 * moment; it writes only once it has counted, and so holds up nobody who reads the log.
 */
export const START = bySource(
  (source) => `
with ${COUNTED(source)},
started as (
  insert into replay (
    id, organization_id, webhook_id, import_id, statuses, event_types, scheduled_from, scheduled_to, error_codes,
    response_statuses, rate_per_second, started_by, status, planned, delivered, failed, cancelled, paced_until, step_at,
    created_at, finished_at
  )
  select
    $10::uuid, organization_id, webhook_id, import_id, statuses, event_types, $14::timestamptz, $15::timestamptz,
    error_codes, response_statuses, rate_per_second, $12::text,
    (case when planned = 0 then 'COMPLETED' else 'RUNNING' end)::"ReplayStatus", planned,
    nothing, nothing, nothing, now() - ${STRIDE}, now(), created_at, case when planned = 0 then now() end
  from rule
  cross join (select $11::int as rate_per_second) pace
  cross join (
    select coalesce(sum(deliveries), 0)::int as planned, case when count(*) = 0 then 0 end as nothing from counted
  ) total
  where (select count(*) from replay where organization_id = $1::uuid and status in ('RUNNING', 'PAUSED')) < $13::int
  returning id, organization_id
),
parts as (
  insert into replay_part (id, organization_id, replay_id, destination_id, webhook_id, position, last_id, look_at)
  select uuid_v7(), organization_id, started.id, destination_id, webhook_id, position, last_id, now()
  from started cross join counted
)
select id from started`,
);

/** Pauses the replay `$1` of organization `$2`; one that is paused stays so. What it made due already goes on. */
export const PAUSE = `
update replay set status = 'PAUSED'
where id = $1 and organization_id = $2 and status in ('RUNNING', 'PAUSED')
returning id`;

/** Lets the replay `$1` of organization `$2` go on; one that runs goes on as it did. */
export const RESUME = `
update replay set status = 'RUNNING', step_at = now()
where id = $1 and organization_id = $2 and status in ('RUNNING', 'PAUSED')
returning id`;

/** Calls the replay `$1` of organization `$2` off. What it made due already goes on; it is over when that is. */
export const CANCEL_REPLAY = `
with cancelled as (
  update replay set status = 'CANCELLED', step_at = now()
  where id = $1 and organization_id = $2 and status in ('RUNNING', 'PAUSED')
  returning id
),
forgotten as (
  delete from replay_part where replay_id in (select id from cancelled)
)
select id from cancelled`;

/**
 * What has become of the deliveries that the replay `$1` asked for. Index: delivery_replay_idx alone, which has an entry
 * for each of them.
 */
export const TALLY = `
select
  count(*) filter (where status = 'DELIVERED')::int as delivered,
  count(*) filter (where status = 'FAILED')::int as failed,
  count(*) filter (where status in ('CANCELLED', 'SUPERSEDED'))::int as cancelled,
  count(*) filter (where status = 'PENDING')::int as pending
from delivery
where replay_id = $1`;
