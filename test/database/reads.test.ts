/** What the API looks up, beside deliveries. On PGlite everything takes turns. */

import { describe, expect, inject, test, vi } from 'vitest';
import { isTimeout, sqlState } from '../../src/database/database-error.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';

/** Statements of this database that wait, by what they wait for. */
const WAITING = `
  select pid from pg_stat_activity
  where datname = current_database() and wait_event in ('PgSleep', 'relation') and query not like 'lock%'`;

async function untilWaiting({ db }: TestApp, count: number): Promise<void> {
  await vi.waitFor(async () => expect(await db.query(WAITING)).toHaveLength(count), 10_000);
}

async function cancel({ db }: TestApp): Promise<void> {
  await db.query(`select pg_cancel_backend(pid) from (${WAITING}) waiting`);
}

describe.skipIf(inject('database') === 'pglite')('reads', () => {
  test('as many as there may be, all of them slow, hold up no delivery', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    const most = 6;
    const reading = Array.from({ length: most }, () => app.db.reads.query('select pg_sleep(60)'));
    const ended = Promise.all(reading.map((read) => read.catch(isTimeout)));
    await untilWaiting(app, most);

    await reportCompleted(app);
    await receiver.waitFor(1);

    expect(app.db.pools()).toContainEqual({ pool: 'reads', busy: most, idle: 0, waiting: 0 });
    await cancel(app);
    expect(await ended).toEqual(reading.map(() => true));
  });

  test('are given up after ten seconds, and change nothing', async () => {
    await using app = await createTestApp();

    expect(await app.db.reads.query('show statement_timeout')).toEqual([{ statement_timeout: '10s' }]);
    const writing = app.db.reads.query('delete from organization');
    expect(await writing.catch(sqlState)).toBe('25006');
  });

  test.each([
    '{ failureGroups { summary } }',
    'mutation { startReplay(input: { filter: {}, dryRun: true }) { __typename } }',
  ])('that are given up are refused with what to do about it: %s', async (operation) => {
    await using app = await createTestApp();
    const { errors } = await app.db.transaction(async (sql) => {
      await sql.query('lock table delivery in access exclusive mode');
      const answer = post(app, operation);
      await untilWaiting(app, 1);
      expect(app.db.pools()).toContainEqual({ pool: 'reads', busy: 1, idle: 0, waiting: 0 });
      await cancel(app);
      return await answer;
    });

    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/given up\. Ask for less/),
        extensions: { code: 'QUERY_TIMEOUT', reference: expect.any(String) },
      },
    ]);
  });
});
