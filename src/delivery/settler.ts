/** Settling: outcomes are written down in small batches, and not given up while the database is away. */

import pRetry from 'p-retry';
import type { App } from '../app.ts';
import { describeDatabaseError, isPassing, sqlState } from '../database/database-error.ts';
import { type DueDestination, dueHint } from './due.ts';
import { RELEASE_FOLLOWERS, SETTLE } from './settle.sql.ts';
import type { Settlement } from './settlement.ts';

/** Writes settlements down. */
export interface Settler {
  /**
   * Resolves once it is committed, or once it never will be: then an error was logged, the lease ends by itself, and
   * the delivery is attempted again. While the database is away it waits, for as long as it takes.
   */
  settle(settlement: Settlement): Promise<void>;
  /** Stops waiting for a database that is away. What is unsettled then is attempted again when its lease ends. */
  abandon(): void;
}

/** Most settlements in one transaction. */
const BATCH_SIZE = 100;

/** How long the first of a batch waits for others, in milliseconds. */
const GATHER_MS = 3;

/** Batches under way at once: one is written while the next gathers. */
const CONCURRENT_BATCHES = 2;

/**
 * SQLSTATE `unique_violation`: an earlier try, whose answer was lost, was still being written when this one began. The
 * next one sees it.
 */
const WRITTEN_MEANWHILE = '23505';

/** What `SETTLE` answers for each settlement. */
interface SettledRow {
  readonly deliveryId: string;
  readonly leaseLost: boolean;
}

interface Waiting {
  readonly settlement: Settlement;
  readonly done: () => void;
}

/** A settler of this process. */
export function createSettler({
  db,
  config,
  log,
  metrics,
  signals,
}: Pick<App, 'db' | 'config' | 'log' | 'metrics' | 'signals'>): Settler {
  const abandoned = new AbortController();
  let waiting: Waiting[] = [];
  let gathering: NodeJS.Timeout | undefined;
  let writing = 0;

  function gather(): void {
    if (waiting.length >= BATCH_SIZE) flush();
    else gathering ??= setTimeout(flush, GATHER_MS);
  }

  function flush(): void {
    clearTimeout(gathering);
    gathering = undefined;
    if (waiting.length === 0 || writing === CONCURRENT_BATCHES) return;
    const batch = waiting.slice(0, BATCH_SIZE);
    waiting = waiting.slice(BATCH_SIZE);
    writing += 1;
    void write(batch.map(({ settlement }) => settlement)).finally(() => {
      writing -= 1;
      for (const { done } of batch) done();
      if (waiting.length > 0) gather();
    });
  }

  async function write(batch: readonly Settlement[]): Promise<void> {
    const parameters = [JSON.stringify(batch), config.destinationConcurrency, config.disableAfterMs, config.leaseMs];
    try {
      await pRetry(() => metrics.settle(() => db.query<SettledRow>(SETTLE, parameters)), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 50,
        maxTimeout: 2_000,
        randomize: true,
        signal: abandoned.signal,
        shouldRetry: ({ error }) => isPassing(error) || sqlState(error) === WRITTEN_MEANWHILE,
        onFailedAttempt: ({ error }) =>
          log.warn({ error: describeDatabaseError(error), deliveries: batch.length }, 'settlement.postponed'),
      });
      signals.emit('log.appended', new Set(batch.map(({ organization_id }) => organization_id)));
      await releaseFollowers(batch);
    } catch (error) {
      const ids = batch.map(({ delivery_id }) => delivery_id);
      log.error({ error: describeDatabaseError(error), deliveryIds: ids }, 'settlement.failed');
    }
  }

  /** Only needs-review deliveries are followed. If this fails, followers are due when the lease that they wait for ends. */
  async function releaseFollowers(batch: readonly Settlement[]): Promise<void> {
    const ids = batch
      .filter(({ event_type }) => event_type === 'HEADLESS_IMPORT_NEEDS_REVIEW')
      .map(({ delivery_id }) => delivery_id);
    if (ids.length === 0) return;
    const released = await db.query<DueDestination>(RELEASE_FOLLOWERS, [ids]).catch((error: unknown) => {
      log.warn({ error: describeDatabaseError(error) }, 'followers.release_failed');
      return [];
    });
    signals.emit('destination.due', released.map(dueHint));
  }

  return {
    settle: (settlement) =>
      new Promise((done) => {
        waiting.push({ settlement, done });
        gather();
      }),
    abandon: () => abandoned.abort(),
  };
}
