/** Removing what is older than it is kept: deliveries with their attempts, test events, and the log. */

import type { Statement } from '../database/database.ts';

/** The right to remove, until the transaction ends: one process at a time, so that two do not walk the same rows. */
export const LOCK_RETENTION = `select pg_try_advisory_xact_lock(hashtextextended('retention', 0)) as locked`;

/** What is from before that is old, when it is kept for `$1` milliseconds. */
export const READ_CUTOFF = `select now() - $1::float8 * interval '1 millisecond' as cutoff`;

/**
 * How rows of one kind are removed, in three statements, so that each sees what the one before it waited for.
 *
 * - `walk`: the next `$4` rows after the id `$1` and before the id `$2`, as `id` and whether it `isOld`, from before `$3`
 * - `lock`: those of the ids `$1` that are still from before `$2`, leaving out what others have locked, in order
 * - `remove`: those of the ids `$1` that nothing needs any more, with what belongs to them, as `id`
 */
export interface Removal {
  readonly walk: Statement;
  readonly lock: Statement;
  readonly remove: Statement;
}

/**
 * Deliveries that have ended, with their attempts, once the log tells nothing of them any more. Never a pending one.
 * Cost: for each row walked a step in the primary key, for each one removed look-ups in two indexes.
 */
export const DELIVERIES: Removal = {
  walk: `
    select id, status <> 'PENDING' and coalesce(finished_at < $3::timestamptz, false) as "isOld" from delivery
    where id > $1::uuid and id < $2::uuid
    order by id
    limit $4`,
  lock: `
    select id from delivery
    where id = any ($1::uuid[]) and status <> 'PENDING' and finished_at < $2::timestamptz
    order by id
    for update skip locked`,
  remove: `
    with gone as materialized (
      select id from delivery
      where id = any ($1::uuid[])
        and (select true from delivery_log_entry where delivery_log_entry.delivery_id = delivery.id limit 1) is null
    ),
    attempts as (delete from attempt where delivery_id = any (array (select id from gone)))
    delete from delivery where id = any (array (select id from gone)) returning id`,
};

/** Test events, which no import stands behind, once they have no deliveries. Cost: as for deliveries. */
export const TEST_EVENTS: Removal = {
  walk: `
    select id, import_row_id is null and created_at < $3::timestamptz as "isOld" from event
    where id > $1::uuid and id < $2::uuid
    order by id
    limit $4`,
  lock: `
    select id from event where id = any ($1::uuid[]) and created_at < $2::timestamptz
    order by id
    for update skip locked`,
  remove: `
    delete from event
    where id = any ($1::uuid[])
      and (select true from delivery where delivery.event_id = event.id limit 1) is null
    returning id`,
};

/**
 * Removes the first entries of the log, `$2` at most, up to the first that is not from before `$1`, and marks up to
 * where: in one statement, so that who sees that they are gone sees the mark as well. Only what no older transaction can
 * slip in before any more.
 *
 * Index: transaction, sequence, from the mark on, past which are those that were removed and not yet vacuumed.
 */
export const REMOVE_LOG_ENTRIES = `
with start as materialized (
  select coalesce(max(transaction), 0) as transaction, coalesce(max(sequence), 0) as sequence from delivery_log_start
),
head as materialized (
  select transaction, sequence, at < $1::timestamptz as old from delivery_log_entry
  where (transaction, sequence) > ((select transaction from start), (select sequence from start))
    and transaction < (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
  order by transaction, sequence
  limit $2
),
kept as materialized (
  select transaction, sequence from head where not old order by transaction, sequence limit 1
),
gone as materialized (
  select transaction, sequence from head
  where not exists (select from kept) or (transaction, sequence) < (select transaction, sequence from kept)
),
marked as (
  insert into delivery_log_start (id, transaction, sequence)
  select true, transaction, sequence from gone order by transaction desc, sequence desc limit 1
  on conflict (id) do update set transaction = excluded.transaction, sequence = excluded.sequence
)
delete from delivery_log_entry where sequence = any (array (select sequence from gone)) returning sequence`;
