import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COUNT_BACKLOG, COUNT_ORGANIZATION_BACKLOG } from '../../src/delivery/backlog.sql.ts';
import { type Backlog, MOST_COUNTED, readBacklog } from '../../src/delivery/backlog.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { reportAll } from './log-entries.ts';
import { seen, watchLog } from './observe.ts';

interface SeenBacklog extends Pick<Backlog, 'due' | 'pending' | 'isExact'> {
  readonly oldestDueAt: string | null;
}

async function backlogOf(caller: Caller): Promise<SeenBacklog> {
  return await ask(caller, '{ deliveryBacklog { oldestDueAt due pending isExact } }');
}

/** Many more deliveries like the one that there is, due an hour ago. */
async function multiply({ db }: TestApp, count: number): Promise<void> {
  await db.query(
    `insert into delivery (
       id, organization_id, event_id, event_type, import_id, destination_id, webhook_id, is_test, status, next_attempt_at,
       attempt_count, failed_attempts, created_at
     )
     select gen_random_uuid(), organization_id, event_id, event_type, import_id, destination_id, webhook_id, false, 'PENDING',
       now() - interval '1 hour', 0, 0, now()
     from (select * from delivery limit 1) delivery cross join generate_series(1, $1::int)`,
    [count],
  );
}

let app: TestApp;
let receiver: Receiver;

beforeEach(async () => {
  app = await createTestApp();
  receiver = await startReceiver();
});

afterEach(async () => {
  await app.close();
  await receiver.close();
});

describe('the backlog', () => {
  test('is empty while nothing waits', async () => {
    expect(await backlogOf(app)).toEqual({ oldestDueAt: null, due: 0, pending: 0, isExact: true });
    expect(await readBacklog(app)).toMatchObject({ oldestDueAt: null, ageMs: 0, due: 0, pending: 0, isExact: true });
  });

  test('says how many deliveries are due, and since when the oldest is', async () => {
    await givenWebhook(app, { url: receiver.url });
    const before = Date.now();
    await reportAll(app, ['a', 'b']);
    await app.clock.advance(60_000);
    await reportAll(app, ['c']);

    const { oldestDueAt, ...counts } = await backlogOf(app);

    expect(counts).toEqual({ due: 3, pending: 3, isExact: true });
    expect(Math.abs(Date.parse(oldestDueAt ?? '') - before)).toBeLessThan(10_000);
    expect((await readBacklog(app)).ageMs).toBeGreaterThanOrEqual(60_000);
  });

  test('does not count as due what waits for its next attempt', async () => {
    receiver.answerWith([500]);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [3600] });
    await using log = watchLog(app);
    await app.startDispatcher();
    await reportAll(app, ['a']);
    await log.until(seen('ATTEMPT_FAILED'));

    expect(await backlogOf(app)).toEqual({ oldestDueAt: null, due: 0, pending: 1, isExact: true });
  });

  test('does not count as due what waits for a disabled webhook', async () => {
    const { id } = await givenWebhook(app, { url: receiver.url });
    await reportAll(app, ['a', 'b']);
    await manage(app, 'disableWebhook', { webhookId: id });

    expect(await backlogOf(app)).toEqual({ oldestDueAt: null, due: 0, pending: 2, isExact: true });
    expect(await readBacklog(app)).toMatchObject({ due: 0, pending: 2, ageMs: 0 });
  });

  test('of an organization is its own; that of the instance is everybody’s', async () => {
    const other = await givenOrganization(app);
    await givenWebhook(app, { url: receiver.url });
    await givenWebhook(other, { url: receiver.url });
    await reportAll(app, ['a', 'b']);
    await reportAll(other, ['c']);

    expect(await backlogOf(app)).toMatchObject({ due: 2, pending: 2 });
    expect(await backlogOf(other)).toMatchObject({ due: 1, pending: 1 });
    expect(await readBacklog(app)).toMatchObject({ due: 3, pending: 3 });
  });

  test('is counted up to a limit, and says so', async () => {
    await givenWebhook(app, { url: receiver.url });
    await reportAll(app, ['a']);
    await multiply(app, MOST_COUNTED + 500);

    expect(await backlogOf(app)).toMatchObject({ due: MOST_COUNTED, pending: MOST_COUNTED, isExact: false });
    expect(await readBacklog(app)).toMatchObject({ due: MOST_COUNTED, pending: MOST_COUNTED, isExact: false });
  });

  test('is counted by indexes alone, and no further than to the limit', async () => {
    await givenWebhook(app, { url: receiver.url });
    await reportAll(app, ['a']);
    await multiply(app, 3 * MOST_COUNTED);

    for (const statement of [COUNT_BACKLOG, COUNT_ORGANIZATION_BACKLOG]) {
      const text = statement.replaceAll('$1', String(MOST_COUNTED)).replaceAll('$2', `'${app.organizationId}'`);
      const rows = await app.db.query<Record<string, string>>(`explain (analyze, timing off, costs off) ${text}`);
      const plan = rows.map((row) => Object.values(row)[0]).join('\n');
      expect(plan).not.toMatch(/Seq Scan on (delivery|destination)/);
      const most = Math.max(...[...plan.matchAll(/actual rows=(\d+)/g)].map(([, count]) => Number(count)));
      expect(most).toBeLessThanOrEqual(MOST_COUNTED);
    }
  });
});
