/** The lease. */

/** For how long a rate limit may be saved up: the attempts of a tenth of a second, or a single one, may be made at once. */
const BURST = `interval '1 second' * greatest(1 / max_attempts_per_second, 0.1)`;

/**
 * Leases what is due at the destinations `$1`, at most `$2` each, never more than `$3` at one destination over all
 * dispatchers, fewer while it recovers, and no more a second than it allows; until `$4` milliseconds from now, under
 * the token `$5`; with everything that the attempts need. Only from lanes that `LOCK_LANES` has locked in this transaction.
 *
 * A rate limit is kept as the instant up to which it is used up (the generic cell rate algorithm, ITU-T I.371): each
 * lease moves it on, and what is not used is saved up for at most a tenth of a second, or the time of one attempt.
 *
 * Cost: per destination a count of its live leases (`delivery_leased_idx`, at most `$3` of them) and one descent of
 * `delivery_due_idx`; per delivery look-ups by primary key. Independent of any backlog. The array around `due` keeps
 * the planner from joining the whole table when nobody has analysed it. Only destinations with a rate limit are
 * written to; like everywhere, in the order of their ids.
 */
export const LEASE_DUE = `
with lane as (
  select
    requested.destination_id, destination.max_attempts_per_second,
    coalesce(destination.recovery_concurrency, $3::int) - live.leases as room,
    least(requested.slots, coalesce(destination.recovery_concurrency, $3::int) - live.leases, destination.rate_slots) as slots
  from unnest($1::uuid[], $2::int[]) as requested (destination_id, slots)
  cross join lateral (
    select
      hold_until, recovery_concurrency, max_attempts_per_second,
      floor(
        extract(epoch from now() - greatest(rate_used_until, now() - ${BURST}))::float8 * max_attempts_per_second + 1e-6
      )::int as rate_slots
    from destination where id = requested.destination_id limit 1
  ) destination
  cross join lateral (
    select count(*)::int as leases from delivery
    where delivery.destination_id = requested.destination_id and lease_token is not null and next_attempt_at > now()
  ) live
  where (destination.hold_until is null or destination.hold_until <= now())
    and requested.destination_id = any (array (select string_to_table(current_setting('posthorn.lanes', true), ',')::uuid))
),
due as (
  select picked.id, lane.destination_id, lane.max_attempts_per_second
  from lane
  cross join lateral (
    select id from delivery
    where delivery.destination_id = lane.destination_id and status = 'PENDING' and next_attempt_at <= now()
    order by next_attempt_at
    limit greatest(lane.slots, 0)
    for update skip locked
  ) picked
),
limited as (
  select id, max_attempts_per_second from destination
  where id = any (array (select destination_id from due where max_attempts_per_second is not null))
  order by id
  for no key update
),
used as (
  update destination
  set rate_used_until = greatest(destination.rate_used_until, now() - interval '1 second' * greatest(1 / limited.max_attempts_per_second, 0.1))
    + interval '1 second' * (select count(*) from due where due.destination_id = limited.id) / limited.max_attempts_per_second
  from limited
  where destination.id = limited.id and destination.id = any (array (select id from limited))
  returning destination.id, destination.rate_used_until + interval '1 second' / destination.max_attempts_per_second as next_slot_at
),
leased as (
  update delivery
  set next_attempt_at = now() + $4::float8 * interval '1 millisecond', lease_token = $5::uuid
  where id = any (array (select id from due))
  returning *
)
select
  leased.id,
  leased.organization_id as "organizationId",
  leased.destination_id as "destinationId",
  leased.webhook_id as "webhookId",
  leased.event_id as "eventId",
  leased.event_type::text as "eventType",
  leased.import_id as "importId",
  leased.is_test as "isTest",
  leased.attempt_count as "attemptCount",
  leased.failed_attempts as "failedAttempts",
  leased.lease_token as "leaseToken",
  coalesce(leased.basic_url, webhook.url) as url,
  coalesce(leased.basic_body, event.body) as body,
  event.traceparent,
  webhook.headers,
  webhook.retry_schedule_seconds as "retryScheduleSeconds",
  webhook.deleted_at is not null as "webhookDeleted",
  secret.ciphertexts as secrets,
  (select room from lane where lane.destination_id = leased.destination_id) as room,
  (
    select greatest(0, extract(epoch from next_slot_at - now()) * 1000)::float8 from used where used.id = leased.destination_id
  ) as "nextSlotInMs"
from leased
cross join lateral (select body, traceparent from event where event.id = leased.event_id limit 1) event
left join lateral (select * from webhook where webhook.id = leased.webhook_id limit 1) webhook on true
cross join lateral (
  select array_agg(encode(ciphertext, 'base64') order by expires_at is not null, created_at desc, id desc) as ciphertexts
  from webhook_secret
  where owner_id = coalesce(leased.webhook_id, leased.organization_id) and (expires_at is null or expires_at > now())
) secret`;

/** Gives back the leases of `$1` that are still under the token `$2`, so that nobody has to wait for their end. */
export const RELEASE_LEASES = `
update delivery set next_attempt_at = now(), lease_token = null
where id = any ($1::uuid[]) and lease_token = any ($2::uuid[]) and status = 'PENDING'
returning destination_id as "destinationId"`;
