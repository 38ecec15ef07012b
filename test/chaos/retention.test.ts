/** Retention in a process that is killed in the middle of a batch, at every moment and of every kind. */

import { describe, expect, inject, test } from 'vitest';
import { formatCursor, type Position } from '../../src/delivery/log.ts';
import { DELIVERIES, REMOVE_LOG_ENTRIES, TEST_EVENTS } from '../../src/delivery/retention.sql.ts';
import { IMPORTS } from '../../src/import/retention.sql.ts';
import { removeExpired } from '../../src/import/retention.ts';
import { importIds, readPage, reportAll, untilReadable } from '../delivery/log-entries.ts';
import { sendTestEvent } from '../delivery/manual.ts';
import { seen, watchLog } from '../delivery/observe.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { startProgram } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';
import { countRows, reportMany } from '../support/report.ts';
import { startRelay } from './relay.ts';
import { MOMENTS, type Moment, stopAt } from './statement-seam.ts';

const DAY = 86_400_000;

const KEPT_DAYS = 30;

/** More than a batch of each kind, but for the test events. */
const DELIVERED = 600;
const TESTS = 3;
const PENDING = 5;

/** What removes rows of each kind, in the order in which their rows can go. */
const REMOVALS = [
  { kind: 'log entries', statement: REMOVE_LOG_ENTRIES, rows: 'delivery_log_entry' },
  { kind: 'deliveries', statement: DELIVERIES.remove, rows: 'delivery' },
  { kind: 'imports', statement: IMPORTS.remove, rows: 'import' },
  { kind: 'test events', statement: TEST_EVENTS.remove, rows: 'event where import_row_id is null' },
] as const;

describe.runIf(inject('database') === 'postgresql')('a process that is killed while it removes what is old', () => {
  test('at any moment leaves what is pending whole, and a log that is read without a gap; the next goes on (G55)', {
    timeout: 300_000,
  }, async () => {
    await using app = await createTestApp({ config: { retryScheduleSeconds: [7_200, 7_200] } });
    await givenHistory(app);

    for (const { kind, statement, rows } of REMOVALS) {
      for (const moment of Object.keys(MOMENTS) as Moment[]) {
        const before = await count(app, rows);
        await killAt(app, statement, moment);
        await expectWhole(app, `${kind}, ${moment}`);
        expect((await count(app, rows)) < before, `${kind}, ${moment}`).toBe(moment === 'committed');
      }
      if (statement === REMOVE_LOG_ENTRIES) await letItFinish(app);
    }

    const rest = await removeExpired({ ...app, signal: new AbortController().signal }, KEPT_DAYS * DAY);
    expect(rest).toEqual({ deliveries: 0, imports: 0, testEvents: 0, logEntries: 0 });
    const { delivery, attempt, event, import: imports } = await countRows(app);
    expect({ delivery, attempt, event, imports }).toEqual({
      ...{ delivery: PENDING, attempt: PENDING, event: PENDING, imports: PENDING },
    });
  });
});

/** Deliveries that have ended long ago, and some that were attempted as long ago and are due again in a far future. */
async function givenHistory(app: TestApp): Promise<void> {
  await using receiver = await startReceiver();
  await using failing = await startReceiver([500]);
  await using watching = watchLog(app);
  const { id } = await givenWebhook(app, { url: receiver.url });
  await givenWebhook(app, { url: failing.url, importIdentifiers: ['waiting'] });
  const dispatcher = await app.startDispatcher();
  await reportAll(app, importIds('delivered', DELIVERED / 2));
  await reportMany(
    app,
    importIds('pending', PENDING).map((importId) => ({ importId, importIdentifier: 'waiting' })),
  );
  await reportAll(app, importIds('delivered-later', DELIVERED / 2));
  for (let sent = 0; sent < TESTS; sent += 1) await sendTestEvent(app, id);
  await watching.until(seen('DELIVERED', DELIVERED + TESTS));
  await watching.until(seen('ATTEMPT_FAILED', PENDING));
  await dispatcher.stop(AbortSignal.timeout(5_000));
  await app.db.query(`update delivery set next_attempt_at = now() + interval '10 years' where status = 'PENDING'`);
  await untilReadable(app.db);
  await app.clock.advance((KEPT_DAYS + 1) * DAY);
}

/** A dispatcher on the app's database, by way of `port` if that is given. It begins with a pass. */
function startDispatcher({ database, encryptionKey }: TestApp, port?: number) {
  const url = new URL(database.url ?? '');
  if (port !== undefined) url.host = `127.0.0.1:${port}`;
  return startProgram(['dispatcher'], {
    DATABASE_URL: url.href,
    ENCRYPTION_KEY: encryptionKey,
    RETENTION_DAYS: String(KEPT_DAYS),
    LOG_LEVEL: 'info',
  });
}

async function count({ db }: TestApp, rows: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`select count(*)::int as count from ${rows}`);
  return row?.count ?? 0;
}

async function killAt(app: TestApp, statement: string, moment: Moment): Promise<void> {
  const { hostname, port } = new URL(app.database.url ?? '');
  const reached = () => program.kill('SIGKILL');
  await using relay = await startRelay(
    () => ({ host: hostname, port: Number(port || 5432) }),
    (link) => stopAt(link, { statement, moment, reached }),
  );
  const program = startDispatcher(app, relay.port);
  expect(await program.ended(), `${moment}: ${program.log}`).toEqual({ status: null, signal: 'SIGKILL' });
}

async function letItFinish(app: TestApp): Promise<void> {
  const program = startDispatcher(app);
  await program.wrote(/"retention\.removed"/);
  program.kill('SIGTERM');
  await program.ended();
}

/** Nothing that is pending lacks anything, and whoever reads the log is shown all that there is of it. */
async function expectWhole(app: TestApp, when: string): Promise<void> {
  const whole = await app.db.query(
    `select delivery.id from delivery
     join event on event.id = delivery.event_id and event.body <> ''
     join import on import.id = event.import_row_id
     join attempt on attempt.delivery_id = delivery.id
     where delivery.status = 'PENDING'`,
  );
  expect(whole.length, when).toBe(PENDING);

  await untilReadable(app.db);
  const table = await app.db.query<Position>(
    'select transaction, sequence from delivery_log_entry order by transaction, sequence',
  );
  const cursors = table.map(formatCursor);
  expect(await readOn(app, undefined), when).toEqual(cursors);
  const expired = await post(app, '{ deliveryLog(after: "0.0") { endCursor } }');
  const oldest = expired.errors?.[0]?.extensions?.oldestCursor;
  if (oldest !== undefined) expect(await readOn(app, String(oldest)), when).toEqual(cursors);
  else expect(expired, when).not.toHaveProperty('errors');
}

/** All that there is in the log after a cursor, or from its beginning. */
async function readOn(app: TestApp, from: string | undefined): Promise<string[]> {
  const cursors: string[] = [];
  for (let after = from; ; ) {
    const { entries, endCursor, hasMore } = await readPage(app, { first: 100, ...(after ? { after } : {}) });
    cursors.push(...entries.map(({ cursor }) => cursor));
    if (!hasMore) return cursors;
    after = endCursor;
  }
}
