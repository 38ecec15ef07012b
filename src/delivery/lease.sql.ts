/** The lease. */

/**
 * Leases what is due at the destinations `$1`, at most `$2` each, never more than `$3` at one destination over all
 * dispatchers, until `$4` milliseconds from now, under the token `$5`; with everything that the attempts need.
 *
 * Cost: per destination a count of its live leases (`delivery_leased_idx`, at most `$3` of them) and one descent of
 * `delivery_due_idx`; per delivery look-ups by primary key. Independent of any backlog. The array around `due` keeps
 * the planner from joining the whole table when nobody has analysed it.
 */
export const LEASE_DUE = `
with lane as (
  select requested.destination_id, least(requested.slots, $3::int - live.leases) as slots
  from unnest($1::uuid[], $2::int[]) as requested (destination_id, slots)
  cross join lateral (select hold_until from destination where id = requested.destination_id limit 1) destination
  cross join lateral (
    select count(*)::int as leases from delivery
    where delivery.destination_id = requested.destination_id and lease_token is not null and next_attempt_at > now()
  ) live
  where destination.hold_until is null or destination.hold_until <= now()
),
due as (
  select picked.id
  from lane
  cross join lateral (
    select id from delivery
    where delivery.destination_id = lane.destination_id and status = 'PENDING' and next_attempt_at <= now()
    order by next_attempt_at
    limit greatest(lane.slots, 0)
    for update skip locked
  ) picked
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
  webhook.headers,
  webhook.retry_schedule_seconds as "retryScheduleSeconds",
  webhook.deleted_at is not null as "webhookDeleted",
  secret.ciphertexts as secrets
from leased
cross join lateral (select body from event where event.id = leased.event_id limit 1) event
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
