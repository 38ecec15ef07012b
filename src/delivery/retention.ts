/** Removing old rows in small batches, beside everything else that goes on. */

import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { idBoundary } from '../lib/id.ts';
import { LOCK_RETENTION, READ_CUTOFF, REMOVE_LOG_ENTRIES, type Removal } from './retention.sql.ts';

/** Rows of a batch, which is a transaction of some tens of milliseconds, so that nobody waits long for its locks. */
const BATCH_SIZE = 500;

/** Between two batches, in milliseconds: most of the time belongs to the others. */
const PAUSE_MS = 100;

/** What removing needs, and when to leave off. */
export interface Remover extends Pick<App, 'db' | 'clock'> {
  readonly signal: AbortSignal;
}

/** From before when rows are old, by the database's clock, when they are kept for so many milliseconds. */
export async function readCutoff({ db }: Pick<App, 'db'>, retentionMs: number): Promise<Date> {
  const [row] = await db.query<{ cutoff: Date }>(READ_CUTOFF, [retentionMs]);
  if (!row) throw new Error('the database did not say what time it is');
  return row.cutoff;
}

/**
 * Removes the rows of one kind that are from before `cutoff`: a walk along the primary key, whose ids are in the order
 * of time, up to that time. Each batch goes on where the one before it ended, so rows that stay are walked past once.
 * A crash undoes the batch that was under way, and nothing else. Leaves off when another process is at it, or when the
 * signal says so.
 *
 * @returns how many rows were removed.
 */
export async function removeRows(remover: Remover, removal: Removal, cutoff: Date): Promise<number> {
  const before = idBoundary(cutoff);
  let after = idBoundary(new Date(0));
  return await inBatches(remover, async (sql) => {
    const walked = await sql.query<WalkedRow>(removal.walk, [after, before, cutoff, BATCH_SIZE]);
    after = walked.at(-1)?.id ?? after;
    const old = idsOf(walked.filter(({ isOld }) => isOld));
    const locked = old.length > 0 ? idsOf(await sql.query<Row>(removal.lock, [old, cutoff])) : [];
    const removed = locked.length > 0 ? await sql.query<Row>(removal.remove, [locked]) : [];
    return { removed: removed.length, hasMore: walked.length === BATCH_SIZE };
  });
}

/**
 * Removes the beginning of the delivery log, up to the first entry that is not from before `cutoff`. Cursors from before
 * what is left are refused from then on.
 *
 * @returns how many entries were removed.
 */
export async function removeLogEntries(remover: Remover, cutoff: Date): Promise<number> {
  return await inBatches(remover, async (sql) => {
    const { length } = await sql.query(REMOVE_LOG_ENTRIES, [cutoff, BATCH_SIZE]);
    return { removed: length, hasMore: length === BATCH_SIZE };
  });
}

interface Row {
  readonly id: string;
}

interface WalkedRow extends Row {
  readonly isOld: boolean;
}

const idsOf = (rows: readonly Row[]): string[] => rows.map(({ id }) => id);

interface Batch {
  readonly removed: number;
  readonly hasMore: boolean;
}

async function inBatches({ db, clock, signal }: Remover, remove: (sql: Sql) => Promise<Batch>): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    const batch = await db.transaction(async (sql) => {
      const [lock] = await sql.query<{ locked: boolean }>(LOCK_RETENTION);
      return lock?.locked ? await remove(sql) : undefined;
    });
    removed += batch?.removed ?? 0;
    if (!batch?.hasMore) break;
    await clock.sleep(PAUSE_MS, signal);
  }
  return removed;
}
