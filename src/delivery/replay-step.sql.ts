/** A step of a replay, one transaction: take the replay, take a part, ask for a batch, move on. */

import { APPEND_ENTRIES, entriesFor } from './log-append.sql.ts';
import { IS_OVERTAKEN, MAKE_DUE } from './manual.sql.ts';
import { MATCHES, OF_IMPORT, STRIDE } from './replay.sql.ts';

/**
 * Locks the replay whose step is the longest overdue and that nobody else is at, until the transaction ends, and answers
 * how many deliveries its rate allows now. What was not used of the rate is saved up for a second, so that a pause of
 * the dispatchers does not lead to a burst. Index: replay_step_idx.
 */
export const TAKE_REPLAY = `
select
  id, organization_id as "organizationId", import_id is not null as "isOfImport", status::text as status,
  started_by as "startedBy",
  floor(extract(epoch from now() - greatest(paced_until, now() - interval '1 second'))::float8 * rate_per_second + 1e-6)::int as slots
from replay
where finished_at is null and status <> 'PAUSED' and step_at <= now()
order by step_at
limit 1
for update skip locked`;

/**
 * In how many milliseconds there is something to do for a replay; less than 0 when it is overdue, null when there is none.
 * Index: replay_step_idx.
 */
export const NEXT_STEP = `
select (extract(epoch from min(step_at) - now()) * 1000)::float8 as "inMs"
from replay
where finished_at is null and status <> 'PAUSED'`;

/**
 * The part of the replay `$1` whose turn it is, and how many more of its deliveries may be pending: `$2` at once, or
 * what the destination's rate limit lets through in five seconds. The lock on the replay covers its parts.
 * Indexes: replay_part_replay_id_look_at_idx; destination_pkey; delivery_replay_idx, of which at most `$2` entries.
 */
export const TAKE_PART = `
select
  part.id, part.destination_id as "destinationId", part.webhook_id as "webhookId", part.position, part.last_id as "lastId",
  greatest(0, least($2::int, ceil(5 * destination.max_attempts_per_second))::int - pending.deliveries) as room
from (
  select * from replay_part where replay_id = $1 and look_at <= now() order by look_at limit 1
) part
left join lateral (
  select max_attempts_per_second from destination where destination.id = part.destination_id limit 1
) destination on true
cross join lateral (
  select count(*)::int as deliveries from delivery
  where replay_id = $1 and status = 'PENDING' and destination_id = part.destination_id
) pending`;

/**
 * Where to look for the deliveries of a part of organization `$2`, each with its index: at the webhook `$3`, or at the
 * destination `$3`.
 */
const SOURCES = {
  managed: 'delivery.organization_id = $2 and delivery.webhook_id = $3::uuid',
  basic: 'delivery.organization_id = $2 and delivery.destination_id = $3::uuid and delivery.webhook_id is null',
  import: `delivery.organization_id = $2 and delivery.event_id = any (array (select id from of_import))
      and delivery.destination_id = $3::uuid`,
} as const;

const lock = (source: keyof typeof SOURCES) => `
with rule as (
  select * from replay where id = $1
),
${OF_IMPORT},
picked as (
  select delivery.id
  from rule
  cross join lateral (
    select id, status, finished_at, webhook_id, event_type, last_error_code, last_response_status from delivery
    where ${SOURCES[source]} and delivery.id > $4::uuid and delivery.id <= $5::uuid
    order by delivery.id
    limit $7::int
  ) delivery
  where ${MATCHES}
  order by delivery.id
  limit $6::int
)
select id from delivery where id = any (array (select id from picked)) order by id for update`;

/**
 * Locks the next deliveries of a part of the replay `$1`, in the order of their ids, as everywhere: after `$4`, up to
 * `$5`, at most `$6` of the next `$7`. A statement of its own, so that what is decided of them next is decided by what
 * whoever held the locks before has committed.
 *
 * Cost: `$7` rows of an index that begins with organization and webhook, or destination; or the deliveries of one import.
 */
export const LOCK_NEXT = { managed: lock('managed'), basic: lock('basic'), import: lock('import') } as const;

const request = (source: keyof typeof SOURCES) => `
with rule as (
  select * from replay where id = $1
),
${OF_IMPORT},
picked as (
  select id from unnest($6::uuid[]) as picked (id)
),
examined as materialized (
  select * from delivery where id = any ($6::uuid[])
),
eligible as (
  select delivery.id
  from rule
  cross join examined delivery
  left join lateral (select enabled from webhook where webhook.id = delivery.webhook_id limit 1) webhook on true
  where ${MATCHES}
    and delivery.erased_at is null
    and coalesce(webhook.enabled, true)
    and not (${IS_OVERTAKEN})
    and not exists (select from replay other where other.id = delivery.replay_id and other.finished_at is null)
),
requested as (
  update delivery set ${MAKE_DUE},
      replay_id = $1
  where id = any (array (select id from eligible))
  returning *
),
logged as (
  ${APPEND_ENTRIES} ${entriesFor('requested', {
    kind: 'REDELIVERY_REQUESTED',
    nextAttemptAt: 'next_attempt_at',
    reason: '$7',
    replayId: 'replay_id',
  })}
)
select
  (select count(*)::int from picked) as picked,
  (select count(*)::int from requested) as requested,
  case
    when cardinality($6::uuid[]) = $9::int then (select id from picked order by id desc limit 1)
    else (
      select delivery.id from delivery
      where ${SOURCES[source]} and delivery.id > $4::uuid and delivery.id <= $5::uuid
      order by delivery.id
      offset $8::int - 1 limit 1
    )
  end as position,
  array (select distinct destination_id::text from requested) as "destinationIds"`;

/**
 * Asks again for the deliveries `$6` of the replay `$1`, which are locked, with `$7` as the reason for the log. Those that
 * `redeliver` would refuse, that have changed since the replay was started, or that another replay is at, are passed
 * over. `position` is where the part goes on, after `$4` and up to `$5`, of which `$9` of the next `$8` were asked for; null
 * at the end.
 *
 * Cost: look-ups by primary key, and `$8` entries of the index by which they were found.
 */
export const REQUEST = { managed: request('managed'), basic: request('basic'), import: request('import') } as const;

/** The part `$1` goes on after `$2`, in `$3` milliseconds at the earliest. */
export const MOVE_PART = `
update replay_part set position = $2, look_at = now() + $3::float8 * interval '1 millisecond' where id = $1`;

/** The part `$1` has been looked at to its end. */
export const END_PART = 'delete from replay_part where id = $1';

const PACED = `
  case
    when $2 = 0 then paced_until
    else greatest(paced_until, now() - interval '1 second') + $2 * interval '1 second' / rate_per_second
  end`;

/** The replay `$1` has asked for `$2` more deliveries and passed over `$3`. */
export const MOVE_REPLAY = `
update replay
set requested = requested + $2::int,
    skipped = skipped + $3::int,
    paced_until = ${PACED},
    step_at = greatest(
      ${PACED} + ${STRIDE},
      coalesce((select min(look_at) from replay_part where replay_id = $1), now())
    )
where id = $1`;

/**
 * The replay `$1`, which has nothing left to ask for, is over if nothing that it asked for is pending. Whatever it did
 * not ask for, although that was planned, has changed meanwhile, and counts as passed over.
 */
export const END_REPLAY = `
update replay
set status = case when status = 'RUNNING' then 'COMPLETED' else status end,
    planned = greatest(planned, requested + skipped),
    skipped = case when status = 'RUNNING' then greatest(skipped, planned - requested) else skipped end,
    delivered = tally.delivered,
    failed = tally.failed,
    cancelled = tally.cancelled,
    finished_at = now()
from (
  select
    count(*) filter (where delivery.status = 'DELIVERED')::int as delivered,
    count(*) filter (where delivery.status = 'FAILED')::int as failed,
    count(*) filter (where delivery.status in ('CANCELLED', 'SUPERSEDED'))::int as cancelled
  from delivery where replay_id = $1
) tally
where id = $1 and not exists (select from delivery where replay_id = $1 and delivery.status = 'PENDING')
returning id`;

/**
 * Looks whether the replay `$1`, which has nothing left to ask for, is over later: after a second, and less often the longer
 * it waits already. What it will not ask for counts as passed over from now on.
 */
export const WAIT_FOR_END = `
update replay
set skipped = case when status = 'RUNNING' then greatest(skipped, planned - requested) else skipped end,
    step_at = now() + greatest(interval '1 second', least(interval '30 seconds', (now() - paced_until) / 20))
where id = $1`;
