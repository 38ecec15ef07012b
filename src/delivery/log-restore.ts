/** The delivery log of a database that was restored from a dump. */

import type { Database } from '../database/database.ts';

/**
 * What an entry's transaction, or that of the last one removed, tells about this server is that it has not been there
 * yet. Index: transaction, sequence.
 */
const FIND_RESTORED = `
select exists (
  select from delivery_log_entry where transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
) or exists (
  select from delivery_log_start where transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
) as restored`;

/** Nobody writes meanwhile, so no writer can slip an entry in between; readers go on. */
const LOCK = 'lock table delivery_log_entry in exclusive mode';

/**
 * What was removed came before all that is left: when it is from beyond, so is all that is left, and comes after it here.
 * The statistics' place in the log moves along with the entries that it lies among.
 */
const REBASE = `
with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as transaction),
start as (
  update delivery_log_start set transaction = horizon.transaction - 2
  from horizon
  where delivery_log_start.transaction >= horizon.transaction
),
counted as (
  update delivery_stat_progress set transaction = horizon.transaction - 1
  from horizon
  where delivery_stat_progress.transaction >= horizon.transaction
)
update delivery_log_entry set transaction = horizon.transaction - 1
from horizon
where delivery_log_entry.transaction >= horizon.transaction`;

/**
 * Makes a restored log readable again. Entries are in the order of their transactions, whose numbers are the server's.
 * On another server, where they begin anew, restored entries would be taken for those of transactions to come: never
 * shown, until the numbers reach them, and new ones put before them.
 *
 * Entries from beyond this server's transactions are put together right before them, in the order of their sequence,
 * which within a delivery is the order in which they happened. Those before stay, and so do their cursors. Up to where
 * retention has removed the log stays before them.
 *
 * Must be called before anything is written. On a log that was not restored it reads one row of an index. It may be
 * called by several processes at once, and again. With very many restored entries it takes its time, once.
 *
 * @returns whether there was something to do.
 */
export async function rebaseLog(db: Pick<Database, 'query' | 'transaction'>): Promise<boolean> {
  if (!(await isRestored(db))) return false;
  return await db.transaction(async (sql) => {
    await sql.query(LOCK);
    // Another process may have done it while this one waited for the lock.
    if (!(await isRestored(sql))) return false;
    await sql.query(REBASE);
    return true;
  });
}

async function isRestored(sql: Pick<Database, 'query'>): Promise<boolean> {
  const [row] = await sql.query<{ restored: boolean }>(FIND_RESTORED);
  return row?.restored === true;
}
