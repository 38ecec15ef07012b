/** Keeps the statistics: follows the delivery log, and counts every entry of it once. */

import type { StatBucket } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { LOG_START, type Position } from './log.ts';
import { ADD_COUNTS, DELETE_OLD_COUNTS, LOCK_COUNTING, READ_PROGRESS, READ_UNCOUNTED } from './stats.sql.ts';
import { type CountableEntry, countEntries } from './stats-counts.ts';

/** Entries counted in one transaction. */
const BATCH_SIZE = 500;

/** How often to look for new entries, in milliseconds. */
const LOOK_MS = 1_000;

/** The pause between batches while there are more, in milliseconds: the database is there for deliveries first. */
const BREATH_MS = 10;

/** How often to look for counts that are too old, in milliseconds. */
const CLEAN_MS = 600_000;

/** Counts deleted at once. */
const CLEAN_SIZE = 1_000;

/** How long counts are kept, in seconds: minutes for a week, hours for a hundred days, days for three years. */
export const KEPT_SECONDS = {
  MINUTE: 7 * 86_400,
  HOUR: 100 * 86_400,
  DAY: 3 * 366 * 86_400,
} as const satisfies Record<StatBucket, number>;

/**
 * Counts the next entries of the log. What is counted, and up to where, is committed together, so that a process that
 * dies has counted all of a batch or nothing; of several processes one counts at a time. The transaction gets its
 * number only with the last statement, since the live log is held back by transactions that write.
 *
 * @returns whether there may be more to count at once.
 */
export async function countLog({ db }: Pick<App, 'db'>): Promise<boolean> {
  return await db.transaction(async (sql) => {
    const [lock] = await sql.query<{ ours: boolean }>(LOCK_COUNTING);
    if (!lock?.ours) return false;
    const [progress = LOG_START] = await sql.query<Position>(READ_PROGRESS);
    const { transaction, sequence } = progress;
    const entries = await sql.query<CountableEntry>(READ_UNCOUNTED, [transaction, sequence, BATCH_SIZE]);
    const last = entries.at(-1);
    if (!last) return false;
    const counts = JSON.stringify(countEntries(entries));
    await sql.query(ADD_COUNTS, [counts, transaction, sequence, last.transaction, last.sequence, last.at]);
    return entries.length === BATCH_SIZE;
  });
}

/** Deletes the counts that are older than they are kept, a few at a time. */
export async function deleteOldCounts({ db }: Pick<App, 'db'>): Promise<void> {
  for (const [bucket, seconds] of Object.entries(KEPT_SECONDS)) {
    let deleted: readonly unknown[];
    do deleted = await db.query(DELETE_OLD_COUNTS, [bucket, seconds, CLEAN_SIZE]);
    while (deleted.length === CLEAN_SIZE);
  }
}

/** Counts for as long as it runs. While the database is away it tries again. */
export function createStatsKeeper(app: Pick<App, 'db' | 'clock' | 'log'>): Service {
  const { clock, log } = app;
  const stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();

  async function work(): Promise<void> {
    let cleanedAt = Number.NEGATIVE_INFINITY;
    while (!stopping.signal.aborted) {
      let hasMore = false;
      try {
        hasMore = await countLog(app);
        if (clock.now().getTime() - cleanedAt >= CLEAN_MS) {
          await deleteOldCounts(app);
          cleanedAt = clock.now().getTime();
        }
      } catch (error) {
        log.warn({ error: describeDatabaseError(error) }, 'stats.postponed');
      }
      await clock.sleep(hasMore ? BREATH_MS : LOOK_MS, stopping.signal);
    }
  }

  return {
    start() {
      working = work();
      return Promise.resolve();
    },
    async stop(deadline) {
      stopping.abort();
      // Whatever is cut short is not committed, and is counted by whoever counts next.
      const cut = new Promise<void>((resolve) => {
        deadline.addEventListener('abort', () => resolve(), { once: true });
        if (deadline.aborted) resolve();
      });
      await Promise.race([working, cut]);
    },
  };
}
