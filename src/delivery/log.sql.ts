/** Reading the delivery log. */

const COLUMNS = `
  sequence, transaction, organization_id as "organizationId", at, kind::text as kind, delivery_id as "deliveryId",
  delivery_status::text as "deliveryStatus", destination_id as "destinationId", webhook_id as "webhookId",
  event_id as "eventId", event_type::text as "eventType", import_id as "importId", is_test as "isTest",
  attempt_id as "attemptId", attempt_number as "attemptNumber", next_attempt_at as "nextAttemptAt",
  response_status as "responseStatus", error_code as "errorCode", reason, replay_id as "replayId"`;

/**
 * The last entry that can be read, or the last one removed when none is left, up to which no commit can slip in any
 * more: no transaction below the horizon can still commit. Only transactions that write count, whichever database of the server they are in. An entry rather than
 * the horizon itself: the number of a transaction that left nothing behind may be given out again after a crash.
 * `waiting`: something is committed beyond it, held up by an older transaction that is still open.
 * `start…`: up to where retention has removed the log. Index: transaction, sequence; two rows, and the one of the start.
 */
export const READ_LOG_END = `
select
  coalesce(last.transaction, start.transaction, 0) as transaction, coalesce(last.sequence, start.sequence, 0) as sequence,
  coalesce(start.transaction, 0) as "startTransaction", coalesce(start.sequence, 0) as "startSequence",
  exists (select from delivery_log_entry where transaction >= horizon) as waiting
from (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon offset 0) as snapshot
left join lateral (
  select transaction, sequence from delivery_log_entry
  where transaction < horizon
  order by transaction desc, sequence desc
  limit 1
) as last on true
left join lateral (select transaction, sequence from delivery_log_start limit 1) as start on true`;

/** Up to where retention has removed the log; no row while it has not. One row by itself. */
export const READ_LOG_START = `select transaction, sequence from delivery_log_start limit 1`;

/** No transaction that wrote before can still commit, see `READ_LOG_END`. */
export const SAFE = `transaction < (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint)`;

const PASSES = `
  ($4::uuid is null or webhook_id = $4)
    and ($5::text is null or import_id = $5)
    and ($6::text[] is null or delivery_status::text = any ($6))
    and ($7::text[] is null or kind::text = any ($7))
    and ($8::text[] is null or event_type::text = any ($8))`;

/** Most entries that are asked for at once. */
export const LARGEST_PAGE = 500;

/**
 * Entries that one statement looks at, whether or not the filter lets them through: what bounds its time, to some tens of
 * milliseconds, however large the log and however narrow the filter.
 */
export const MOST_EXAMINED = 20_000;

/**
 * A walk along organization_id, transaction, sequence, which ends with the page, with the log, or with the last entry that
 * it may look at. That one is answered even when it does not pass, since a reader goes on from there.
 *
 * The organization is `any` of one, and orders the rows, so that the index of all organizations does not look as good. A
 * prepared statement has one plan: the filter is outside of the walk, so that it does not look like something to find
 * rows by, and the largest page is a constant, so that the planner trusts in an early end.
 */
const walk = (direction: 'asc' | 'desc') => `
select * from (
  select ${COLUMNS}, "isPassing", "isLastExamined" from (
    select *, coalesce(${PASSES}, false) as "isPassing", row_number() over () = ${MOST_EXAMINED} as "isLastExamined" from (
      select * from delivery_log_entry
      where organization_id = any (array[$1::uuid]) and (transaction, sequence) > ($2::bigint, $3::bigint) and ${SAFE}
      order by organization_id ${direction}, transaction ${direction}, sequence ${direction}
      limit ${MOST_EXAMINED}
    ) walked
  ) examined
  where "isPassing" or "isLastExamined"
  limit ${LARGEST_PAGE + 1}
) answered
limit $9`;

/**
 * The first `$9` safe entries, at most one more than {@link LARGEST_PAGE}, of organization `$1` after (`$2`, `$3`) that pass
 * the filter, among the first {@link MOST_EXAMINED}; and the last of these.
 */
export const READ_LOG_AFTER = walk('asc');

/** The last such entries, newest first, among the latest {@link MOST_EXAMINED}. The same index, backwards. */
export const READ_LOG_LATEST = walk('desc');

/** The first `$3` safe entries of all organizations after (`$1`, `$2`). Index: transaction, sequence. */
export const TAIL_LOG = `
select ${COLUMNS} from delivery_log_entry
where (transaction, sequence) > ($1::bigint, $2::bigint) and ${SAFE}
order by transaction, sequence
limit $3`;
