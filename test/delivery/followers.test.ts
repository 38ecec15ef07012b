/** What one process at a time does for all: the statistics, retention, and the next step of a replay. */

import { describe, expect, inject, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { createReplayRunner } from '../../src/delivery/replay-runner.ts';
import { TAKE_REPLAY } from '../../src/delivery/replay-step.sql.ts';
import { stepReplay } from '../../src/delivery/replay-step.ts';
import { LOCK_RETENTION } from '../../src/delivery/retention.sql.ts';
import { LOCK_COUNTING } from '../../src/delivery/stats.sql.ts';
import { countLog, createStatsKeeper } from '../../src/delivery/stats-keeper.ts';
import { createRetention, RETENTION_INTERVAL_MS, removeExpired } from '../../src/import/retention.ts';
import type { Service } from '../../src/lib/service.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook } from '../support/given.ts';
import { begin, importIds, reportAll, untilReadable } from './log-entries.ts';
import { givenReplay } from './replays.ts';

const KEPT = 30 * 86_400_000;

const NOWHERE = 'http://127.0.0.1:9/';

/** One of them: what there must be to do, the right to do it, a try at it, the service that does it, and how much is done. */
interface Follower {
  readonly what: string;
  readonly given: (app: TestApp) => Promise<void>;
  readonly right: string;
  readonly attempt: (app: App) => Promise<unknown>;
  readonly create: (app: App) => Service;
  readonly total: number;
  /** SQL that counts. */
  readonly done: string;
}

const FOLLOWERS: readonly Follower[] = [
  {
    what: 'the statistics',
    async given(app) {
      await givenWebhook(app, { url: NOWHERE });
      await reportTwice(app);
      await untilReadable(app.db);
    },
    right: LOCK_COUNTING,
    attempt: countLog,
    create: createStatsKeeper,
    total: 1_000,
    done: `select sum(scheduled) from delivery_stat where bucket = 'DAY' and subject_id = organization_id`,
  },
  {
    what: 'retention',
    async given(app) {
      await reportTwice(app);
      await app.clock.advance(KEPT + 86_400_000);
    },
    right: LOCK_RETENTION,
    attempt: (app) => removeExpired({ ...app, signal: new AbortController().signal }, KEPT),
    create: (app) => createRetention({ ...app, config: { ...app.config, retentionMs: KEPT } }),
    total: 1_000,
    done: 'select 1000 - count(*) from import',
  },
  {
    what: 'a replay',
    async given(app) {
      await givenWebhook(app, { url: NOWHERE });
      await reportAll(app, importIds('import', 90));
      await app.db.query(`update delivery set status = 'DELIVERED', finished_at = now()`);
      await givenReplay(app, { filter: { statuses: ['DELIVERED'] }, ratePerSecond: 60 });
    },
    right: TAKE_REPLAY,
    attempt: (app) => stepReplay(app),
    create: createReplayRunner,
    total: 90,
    done: `select count(*) from delivery_log_entry where kind = 'REDELIVERY_REQUESTED'`,
  },
];

/** As much as takes several batches. */
async function reportTwice(app: TestApp): Promise<void> {
  for (const prefix of ['one', 'two']) await reportAll(app, importIds(prefix, 500));
}

async function count({ db }: Pick<App, 'db'>, what: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`select coalesce((${what}), 0)::int as count`);
  return row?.count ?? 0;
}

const POLL = { timeout: 20_000, interval: 20 };

describe.each(FOLLOWERS)('$what', ({ given, right, attempt, create, total, done }) => {
  test('followed by two processes that start at the same moment is done once, by the one that is left when the other stops', async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    await given(app);
    const [one, other] = [create(app), create(sibling)];

    await Promise.all([one.start(), other.start()]);
    await expect.poll(() => count(app, done), POLL).toBeGreaterThan(0);
    await one.stop(AbortSignal.abort());
    // Whoever found the other at it looks again in an hour at the latest.
    const later = () => app.clock.advance(RETENTION_INTERVAL_MS).then(() => count(app, done));
    await expect.poll(later, POLL).toBe(total);
    await other.stop(AbortSignal.timeout(5_000));

    await attempt(app);
    expect(await count(app, done)).toBe(total);
  });

  // PGlite has one connection, so nobody else can be at it.
  test.runIf(inject('database') === 'postgresql')(
    'is left to the process that is at it, and taken over when that one dies',
    async () => {
      await using app = await createTestApp();
      const sibling = await app.createSibling();
      await given(app);
      const dying = await begin(sibling.db);
      await dying.sql.query(right);

      for (let tries = 0; tries < 3; tries += 1) await attempt(app);
      expect(await count(app, done)).toBe(0);

      const [backend] = await dying.sql.query<{ pid: number }>('select pg_backend_pid() as pid');
      await app.db.query('select pg_terminate_backend($1)', [backend?.pid]);
      await dying.rollBack();
      await expect.poll(() => attempt(app).then(() => count(app, done)), POLL).toBeGreaterThan(0);
    },
  );
});
