/** The one double of the suite: a clock that can be moved, in this process and in the database. */

import type { Database } from '../../src/database/database.ts';
import type { Clock } from '../../src/lib/clock.ts';

/** Runs like the machine's clock, and jumps when told. */
export interface TestClock extends Clock {
  /** Moves time on: what falls due meanwhile is due when it resolves, and everyone who slept until then is awake. */
  advance(ms: number): Promise<void>;
}

/**
 * SQL that makes `now()` in sessions with `SEARCH_PATH` the test's own, ahead of PostgreSQL's. The program knows nothing
 * of it: it asks for `now()`, as ever.
 */
export const INSTALL_CLOCK = `
  create schema test_clock;
  create table test_clock.jump (by interval not null);
  insert into test_clock.jump values ('0');
  create function test_clock.now() returns timestamptz language sql stable
    as 'select pg_catalog.now() + (select by from test_clock.jump)';`;

/** Where sessions under test look for functions and tables. */
export const SEARCH_PATH = 'test_clock, pg_catalog, public';

/** A clock that moves the `now()` of `db` along. */
export function createTestClock(db: Pick<Database, 'query'>): TestClock {
  let jumpedMs = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const now = () => Date.now() + jumpedMs;

  return {
    now: () => new Date(now()),
    elapsed: () => performance.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { until: now() + ms, wake };
        const timer = setTimeout(wake, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
        if (signal?.aborted) wake();
      }),
    async advance(ms) {
      await db.query(`update test_clock.jump set by = by + $1::float8 * interval '1 millisecond'`, [ms]);
      jumpedMs += ms;
      for (const sleeper of [...sleepers]) if (sleeper.until <= now()) sleeper.wake();
    },
  };
}
