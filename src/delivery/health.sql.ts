/** What a settlement means for the health of its destinations, as the middle of that statement. */

import { BREAKER, DISABLED_UNTIL } from './health.ts';

const seconds = (count: number) => `interval '${count} seconds'`;

/**
 * Common table expressions that turn `settled` (see `SETTLE`) into holds, their ends, and disabled webhooks. Parameters:
 * `$2` the attempts allowed at once at a healthy destination, `$3` the milliseconds of nothing but failures after which
 * a webhook is disabled. They leave `verdict`, a row per destination that is not well or had a failure, with `is_held`,
 * `opens`, `closes` and what led to them. `src/delivery/health.ts` says what the rules are.
 *
 * Cost: a look-up by primary key for each destination. Those that are well and had nothing but successes are neither
 * locked nor written. The others are locked in the order of their ids, and before their webhooks, which is the order of
 * everyone who locks both; then two settlements cannot deadlock.
 *
 * Everything is measured by the database's clock: an attempt began with its lease, however long its settlement waited.
 * What ends while the destination is held does not count for the breaker. A failure that began before a success ended
 * counts for the breaker, but not for `failing_since`, and so not for disabling: it is old news.
 */
export const JUDGE_DESTINATIONS = `
judged as (
  select
    destination_id, webhook_id, attempt_status = 'SUCCEEDED' as succeeded, not charged as ours, hold_ms, disable_reason,
    leased_at as began_at
  from settled where attempt_id is not null and not lease_lost
),
concerned as (
  select known.destination_id
  from (select destination_id, bool_and(succeeded) as well from judged group by destination_id) known
  cross join lateral (
    select failing_since, recovery_concurrency, window_started_at from destination
    where id = known.destination_id limit 1
  ) destination
  where not known.well
    or destination.failing_since is not null
    or destination.recovery_concurrency is not null
    or destination.window_started_at is not null
),
before as (
  select
    *, coalesce(hold_until > now(), false) as held, recovery_concurrency is not null as recovering,
    coalesce(window_started_at > now() - ${seconds(BREAKER.windowSeconds)}, false) as counting
  from destination where id = any (array (select destination_id from concerned))
  order by id
  for no key update
),
counted as (
  select
    before.id,
    count(*) filter (where succeeded)::int as successes,
    count(*) filter (where not succeeded and not ours)::int as failures,
    count(*) filter (where not succeeded and not ours and began_at >= coalesce(recovered_at, began_at))::int as new_failures,
    bool_or(ours) as ours,
    max(now() + hold_ms * interval '1 millisecond') as asked_until,
    (array_agg(disable_reason) filter (where disable_reason is not null))[1] as gone,
    (array_agg(webhook_id))[1] as webhook_id
  from before
  join judged on judged.destination_id = before.id
  group by before.id
),
weighed as (
  select
    before.*, counted.successes, counted.failures, counted.new_failures, counted.ours, counted.asked_until, counted.gone, counted.webhook_id,
    case when counting then window_failures else 0 end + case when held then 0 else counted.failures end as recent_failures,
    case when counting then window_successes else 0 end + case when held then 0 else counted.successes end as recent_successes,
    case
      when counted.successes > 0 then null
      when counted.new_failures = 0 then failing_since
      when last_failed_at > now() - $3::float8 * interval '1 millisecond' then coalesce(failing_since, now())
      else now()
    end as now_failing_since,
    now() + ${seconds(BREAKER.firstHoldSeconds)} * least(2 ^ least(openings, 9), ${BREAKER.longestHoldSeconds / BREAKER.firstHoldSeconds}) as open_until
  from before
  join counted using (id)
),
decided as (
  select
    *,
    not held and failures > 0 and case
      when recovering then failures >= successes
      else recent_failures >= ${BREAKER.fewestFailures} and recent_failures >= ${BREAKER.failureShare} * (recent_failures + recent_successes)
    end as opens,
    not held and ours and successes = 0 as is_local_fault,
    not held and recovering and failures = 0 and not ours and recovery_concurrency + successes >= $2::int as closes,
    case
      when gone is not null then gone
      when new_failures > 0 and now_failing_since <= now() - $3::float8 * interval '1 millisecond' then
        'Every attempt since ' || to_char(now_failing_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC failed.'
    end as disable_reason
  from weighed
),
disabled as (
  update webhook
  set enabled = false, disabled_reason = decided.disable_reason, disabled_at = now(), updated_at = now()
  from decided
  where webhook.id = decided.webhook_id and decided.disable_reason is not null
    and webhook.enabled and webhook.deleted_at is null
    and webhook.id = any (array (select webhook_id from decided where disable_reason is not null))
  returning webhook.destination_id
),
hold as (
  select distinct on (id) id, until, reason, explanation
  from (
    select destination_id as id, '${DISABLED_UNTIL}'::timestamptz as until, 'DISABLED' as reason, disable_reason as explanation
    from disabled join decided on decided.id = disabled.destination_id
    union all
    select id, open_until, 'BREAKER', case
      when recovering then 'The destination has not recovered yet; it is tried again, with one request, when the hold ends.'
      else recent_failures || ' of the last ' || recent_failures + recent_successes
        || ' attempts failed; the destination is tried again, with one request, when the hold ends.'
    end
    from decided where opens
    union all
    select id, now() + ${seconds(BREAKER.firstHoldSeconds)}, 'LOCAL_FAULT', 'A fault on our side, or what may be one, kept the request from being made; the receiver is not charged with it.'
    from decided where is_local_fault and not opens
    union all
    select id, asked_until, 'RETRY_AFTER', 'The receiver asked for a pause (Retry-After).'
    from decided where asked_until is not null
  ) hold
  order by id, until desc
),
verdict as (
  select decided.*, hold.until, hold.reason as held_for, hold.explanation, hold.until > coalesce(hold_until, '-infinity') as is_held
  from decided left join hold on hold.id = decided.id
),
cared_for as (
  update destination
  set failing_since = now_failing_since,
      last_failed_at = case when verdict.new_failures > 0 then now() else destination.last_failed_at end,
      recovered_at = case
        when verdict.successes > 0 and destination.failing_since is not null then now()
        else destination.recovered_at
      end,
      window_started_at = case
        when opens then null
        when counting then destination.window_started_at
        when verdict.failures > 0 and not held then now()
      end,
      window_failures = case when opens then 0 else recent_failures end,
      window_successes = case when opens then 0 else recent_successes end,
      openings = case when opens then destination.openings + 1 when closes then 0 else destination.openings end,
      recovery_concurrency = case
        when opens or is_local_fault then 1
        when closes then null
        when recovering and not held and verdict.failures = 0 then destination.recovery_concurrency + verdict.successes
        else destination.recovery_concurrency
      end,
      hold_until = case when is_held then until else destination.hold_until end,
      hold_reason = case when is_held then held_for::"HoldReason" else destination.hold_reason end
  from verdict
  where destination.id = verdict.id and destination.id = any (array (select id from verdict))
)`;
