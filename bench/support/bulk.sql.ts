/**
 * Rows in bulk, past the API: the only place of the benches that writes Posthorn's tables. New rows are copies of rows
 * that Posthorn wrote, so they have whatever columns there are.
 *
 * What is made of a row must depend on the row's number, or it is made once for all of them.
 */

/** The lanes that retries are spread over, numbered from 0. Nothing is ever sent to them. */
export const CREATE_LANES = `create table bench_lane (n int primary key, webhook_id uuid, destination_id uuid, event_id uuid)`;

/** Makes the ids of `$1` lanes. */
export const NUMBER_LANES = `
insert into bench_lane select n, uuid_v7(), uuid_v7(), uuid_v7() from generate_series(0, $1::int - 1) n`;

/** A destination, a webhook and an event for each lane: copies of those of the webhook `$1`. */
export const COPY_LANES = [
  `insert into destination
  select made.* from bench_lane lane
  cross join webhook
  join destination template on template.id = webhook.destination_id
  cross join lateral jsonb_populate_record(template, jsonb_build_object('id', lane.destination_id)) made
  where webhook.id = $1::uuid`,
  `insert into webhook
  select made.* from bench_lane lane
  cross join webhook template
  cross join lateral jsonb_populate_record(template, jsonb_build_object(
    'id', lane.webhook_id, 'destination_id', lane.destination_id)) made
  where template.id = $1::uuid`,
  `insert into event
  select made.* from bench_lane lane
  cross join event template
  cross join lateral jsonb_populate_record(template, jsonb_build_object('id', lane.event_id)) made
  where template.id = (select event_id from delivery where webhook_id = $1::uuid limit 1)`,
] as const;

/**
 * Retries number `$2` up to but excluding `$3`, over the lanes in turn, due at a time between ten minutes and a day from
 * now: copies of a delivery to the webhook `$1`, as if they had failed twice.
 */
export const ADD_RETRIES = `
insert into delivery
select made.*
from generate_series($2::int, $3::int - 1) retry (number)
join bench_lane lane on lane.n = retry.number % (select count(*)::int from bench_lane)
cross join delivery template
cross join lateral jsonb_populate_record(template, jsonb_build_object(
  'id', uuid_v7(), 'webhook_id', lane.webhook_id, 'destination_id', lane.destination_id, 'event_id', lane.event_id,
  'next_attempt_at', now() + interval '10 minutes' + random() * interval '23 hours' + retry.number * interval '1 microsecond',
  'status', 'PENDING', 'lease_token', null, 'finished_at', null, 'attempt_count', 2, 'failed_attempts', 2)) made
where template.id = (select id from delivery where webhook_id = $1::uuid order by id limit 1)`;

/** `$2` copies of a delivery to the webhook `$1`, due one after another until now. */
export const ADD_DUE = `
insert into delivery
select made.*
from generate_series(1, $2::int) due (number)
cross join delivery template
cross join lateral jsonb_populate_record(template, jsonb_build_object(
  'id', uuid_v7(), 'next_attempt_at', now() - due.number * interval '10 milliseconds',
  'status', 'PENDING', 'lease_token', null, 'finished_at', null, 'attempt_count', 0, 'failed_attempts', 0)) made
where template.id = (select id from delivery where webhook_id = $1::uuid order by id limit 1)`;

/** Forgets the deliveries to the webhooks `$1`. */
export const FORGET_DELIVERIES = `delete from delivery where webhook_id = any ($1::uuid[]) returning id`;

/** Lets nothing through to the destinations of the organization `$1`, for an hour. */
export const HOLD = `
update destination set hold_until = now() + interval '1 hour', hold_reason = 'DISABLED'
where organization_id = $1::uuid
returning id`;

/** Ends {@link HOLD}, and says which destinations there are. */
export const RELEASE = `
update destination set hold_until = null, hold_reason = null
where organization_id = $1::uuid
returning organization_id as "organizationId", id as "destinationId"`;

/** Forgets what was known of the destination `$1`'s health, and who was sending to it: it is as new as `$2` is. */
export const RENEW_DESTINATION = [
  `delete from destination where id = $1::uuid and $2::uuid is not null`,
  `insert into destination
  select made.* from destination template
  cross join lateral jsonb_populate_record(template, jsonb_build_object('id', $1::uuid)) made
  where template.id = $2::uuid`,
  `update delivery set lease_token = null, next_attempt_at = now()
  where destination_id = $1::uuid and lease_token is not null and $2::uuid is not null`,
] as const;

/** From now on nobody vacuums or analyses the table by himself. */
export const NEVER_VACUUM = [
  'delivery',
  'event',
  'destination',
  'webhook',
  'delivery_log_entry',
  'attempt',
  'import',
].map((table) => `alter table ${table} set (autovacuum_enabled = false)`);
