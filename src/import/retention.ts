/** Retention: what has ended is kept for a time, and then removed. */

import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { DELIVERIES, TEST_EVENTS } from '../delivery/retention.sql.ts';
import { type Remover, readCutoff, removeLogEntries, removeRows } from '../delivery/retention.ts';
import type { Service } from '../lib/service.ts';
import { IMPORTS } from './retention.sql.ts';

/** From the end of one pass to the next, in milliseconds. */
export const RETENTION_INTERVAL_MS = 3_600_000;

/** How many rows a pass removed. */
export interface Removed {
  readonly deliveries: number;
  readonly imports: number;
  readonly testEvents: number;
  readonly logEntries: number;
}

/**
 * One pass: removes deliveries that ended longer ago than `retentionMs`, imports and test events of that age that have no
 * delivery left, and log entries of that age. Whatever waits to be delivered stays, however old it is, with its attempts,
 * its event and its import.
 *
 * The log goes last, and a delivery only when the log tells nothing of it any more, so it is removed a pass after its
 * entries: whoever was just given one of these can still ask what it is about.
 */
export async function removeExpired(remover: Remover, retentionMs: number): Promise<Removed> {
  const cutoff = await readCutoff(remover, retentionMs);
  return {
    deliveries: await removeRows(remover, DELIVERIES, cutoff),
    imports: await removeRows(remover, IMPORTS, cutoff),
    testEvents: await removeRows(remover, TEST_EVENTS, cutoff),
    logEntries: await removeLogEntries(remover, cutoff),
  };
}

/**
 * Makes a pass when it starts and every hour from then on, when anything is to be removed at all. Any number of
 * processes may run it: those that meet leave the pass to one of them. A pass that fails is made up for by the next.
 */
export function createRetention({ config, db, clock, log }: Pick<App, 'config' | 'db' | 'clock' | 'log'>): Service {
  const { retentionMs } = config;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function run(keptMs: number): Promise<void> {
    while (!stopping.signal.aborted) {
      await pass(keptMs);
      await clock.sleep(RETENTION_INTERVAL_MS, stopping.signal);
    }
  }

  async function pass(keptMs: number): Promise<void> {
    try {
      const removed = await removeExpired({ db, clock, signal: stopping.signal }, keptMs);
      if (Object.values(removed).some((count) => count > 0)) log.info(removed, 'retention.removed');
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'retention.failed');
    }
  }

  return {
    start() {
      if (retentionMs !== undefined) running = run(retentionMs);
      return Promise.resolve();
    },
    async stop(deadline) {
      stopping.abort();
      const cut = new Promise<void>((resolve) => {
        deadline.addEventListener('abort', () => resolve(), { once: true });
        if (deadline.aborted) resolve();
      });
      await Promise.race([running, cut]); // a batch that is cut short is undone when the database is closed
    },
  };
}
