import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { READ_PROGRESS, READ_UNCOUNTED } from '../../src/delivery/stats.sql.ts';
import { countLog, createStatsKeeper, deleteOldCounts, KEPT_SECONDS } from '../../src/delivery/stats-keeper.ts';
import { parseGlobalId } from '../../src/graphql/global-id.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller, post } from '../support/client.ts';
import { givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { reportAll, untilReadable, writeReadableEntries } from './log-entries.ts';
import { seen, watchLog } from './observe.ts';

/** Counts of a stretch of time, as far as these tests look at them. */
interface SeenStat {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly scheduled: number;
  readonly delivered: number;
  readonly failed: number;
  readonly attemptsSucceeded: number;
  readonly attemptsFailed: number;
  readonly deliverySuccessRate: number | null;
  readonly attemptSuccessRate: number | null;
  readonly p50LatencyMs: number | null;
  readonly p95LatencyMs: number | null;
}

interface SeenStats {
  readonly total: SeenStat;
  readonly buckets: readonly SeenStat[];
  readonly countedUntil: string | null;
}

const FIELDS = `startsAt endsAt scheduled delivered failed attemptsSucceeded attemptsFailed
  deliverySuccessRate attemptSuccessRate p50LatencyMs p95LatencyMs`;

const QUERY = `query ($bucket: StatBucket!, $webhookId: ID, $from: DateTime, $to: DateTime, $buckets: Int) {
  deliveryStats(bucket: $bucket, webhookId: $webhookId, from: $from, to: $to, buckets: $buckets) {
    total { ${FIELDS} } buckets { ${FIELDS} } countedUntil
  }
}`;

async function readStats(caller: Caller, variables: Record<string, unknown>): Promise<SeenStats | null> {
  return await ask(caller, QUERY, variables);
}

/** Counts all that there is to count. */
async function countAll(app: TestApp): Promise<void> {
  await untilReadable(app.db);
  while (await countLog(app));
}

/** All that is counted, to compare. */
async function allCounts({ db }: TestApp): Promise<readonly object[]> {
  return await db.query('select * from delivery_stat order by 1, 2, 3, 4');
}

let app: TestApp;
let receiver: Receiver;

beforeEach(async () => {
  app = await createTestApp({ dispatcher: true });
  receiver = await startReceiver();
});

afterEach(async () => {
  await app.close();
  await receiver.close();
});

describe('the statistics of deliveries', () => {
  test('count what happened to those of one webhook, and to all of the organization', async () => {
    receiver.answerWith([200, 200, 500]);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await reportCompleted(app, { importId: 'one' });
    await reportCompleted(app, { importId: 'two', settings: { webhookUrl: receiver.url } });
    await log.until(seen('ATTEMPT_FAILED'));
    await countAll(app);

    const ofWebhook = await readStats(app, { bucket: 'HOUR', webhookId });
    const ofAll = await readStats(app, { bucket: 'HOUR' });

    expect(ofWebhook?.total.scheduled).toBe(2);
    expect(ofAll?.total).toMatchObject({
      scheduled: 3,
      delivered: 2,
      failed: 0,
      attemptsSucceeded: 2,
      attemptsFailed: 1,
      deliverySuccessRate: 1,
      attemptSuccessRate: expect.closeTo(2 / 3),
      p50LatencyMs: expect.any(Number),
      p95LatencyMs: expect.any(Number),
    });
  });

  test('say how long attempts took, to within a tenth', async () => {
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await reportAll(app, ['a', 'b', 'c', 'd']);
    await log.until(seen('DELIVERED', 4));
    const slow = `update attempt set duration_ms = 8000 where id = (select id from attempt order by id desc limit 1)`;
    await app.db.query('update attempt set duration_ms = 120');
    await app.db.query(slow);
    await countAll(app);

    const { p50LatencyMs, p95LatencyMs } = (await readStats(app, { bucket: 'MINUTE' }))?.total ?? {};

    expect(Math.abs((p50LatencyMs ?? 0) / 120 - 1)).toBeLessThan(0.1);
    expect(Math.abs((p95LatencyMs ?? 0) / 8000 - 1)).toBeLessThan(0.1);
  });

  test('are the same in minutes, hours and days', async () => {
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await reportAll(app, ['a', 'b', 'c']);
    await log.until(seen('DELIVERED', 3));
    await app.clock.advance(3 * 3_600_000);
    await reportAll(app, ['d', 'e']);
    await log.until(seen('DELIVERED', 5));
    await countAll(app);

    for (const bucket of ['MINUTE', 'HOUR', 'DAY']) {
      const from = new Date(app.clock.now().getTime() - 6 * 3_600_000).toISOString();
      const stats = await readStats(app, { bucket, from });
      expect(stats?.total, bucket).toMatchObject({ scheduled: 5, delivered: 5, attemptsSucceeded: 5 });
      const counts = stats?.buckets.map(({ delivered }) => delivered).filter((delivered) => delivered > 0) ?? [];
      expect(
        counts.reduce((sum, count) => sum + count),
        bucket,
      ).toBe(5);
    }
  });

  test('have a bucket for every minute of the range, those included in which nothing happened', async () => {
    const stats = await readStats(app, { bucket: 'MINUTE', from: '2026-01-01T10:00:30Z', to: '2026-01-01T10:03:00Z' });

    expect(stats?.buckets.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      ['2026-01-01T10:00:00.000Z', '2026-01-01T10:01:00.000Z'],
      ['2026-01-01T10:01:00.000Z', '2026-01-01T10:02:00.000Z'],
      ['2026-01-01T10:02:00.000Z', '2026-01-01T10:03:00.000Z'],
    ]);
    expect(stats?.total).toMatchObject({
      startsAt: '2026-01-01T10:00:00.000Z',
      endsAt: '2026-01-01T10:03:00.000Z',
      delivered: 0,
      deliverySuccessRate: null,
      attemptSuccessRate: null,
      p50LatencyMs: null,
    });
    expect(stats?.countedUntil).toBeNull();
  });

  test('are asked for by how many buckets there are to be, up to the one that is going on', async () => {
    const stats = await readStats(app, { bucket: 'DAY', buckets: 30 });
    const until = await readStats(app, { bucket: 'HOUR', buckets: 1, to: '2026-01-01T10:00:00Z' });

    expect(stats?.buckets).toHaveLength(30);
    const today = stats?.buckets.at(-1);
    expect(Date.parse(today?.startsAt ?? '')).toBeLessThanOrEqual(app.clock.now().getTime());
    expect(Date.parse(today?.endsAt ?? '')).toBeGreaterThan(app.clock.now().getTime());
    expect(until?.buckets.map(({ startsAt }) => startsAt)).toEqual(['2026-01-01T09:00:00.000Z']);
    for (const wrong of [{ buckets: 0 }, { buckets: 1_501 }, { buckets: 2, from: '2026-01-01T10:00:00Z' }]) {
      const { errors } = await post(app, QUERY, { bucket: 'HOUR', ...wrong });
      expect(errors, JSON.stringify(wrong)).toMatchObject([{ extensions: { code: 'BAD_ARGUMENT' } }]);
    }
  });

  test('of a range with too many buckets are refused, with what to ask for instead', async () => {
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' };

    const refused = await post(app, QUERY, { bucket: 'MINUTE', ...range });

    expect(refused.errors).toMatchObject([
      { message: expect.stringMatching(/84960 buckets.*1500.*longer buckets/), extensions: { code: 'BAD_ARGUMENT' } },
    ]);
    expect((await readStats(app, { bucket: 'HOUR', ...range }))?.buckets).toHaveLength(59 * 24);
    const backwards = await post(app, QUERY, { bucket: 'HOUR', from: range.to, to: range.from });
    expect(backwards.errors).toMatchObject([{ extensions: { code: 'BAD_ARGUMENT' } }]);
    const ancient = await post(app, QUERY, { bucket: 'MINUTE', to: '0001-01-01T00:00:00Z' });
    expect(ancient.errors).toMatchObject([
      { message: expect.stringContaining('1970'), extensions: { code: 'BAD_ARGUMENT' } },
    ]);
  });

  test('of a webhook of another organization are null, and its deliveries are in no count of ours', async () => {
    const other = await givenOrganization(app);
    const { id: webhookId } = await givenWebhook(other, { url: receiver.url });
    await using log = watchLog(other);
    await reportCompleted(other);
    await log.until(seen('DELIVERED'));
    await countAll(app);

    expect(await readStats(app, { bucket: 'HOUR', webhookId })).toBeNull();
    expect((await readStats(app, { bucket: 'HOUR' }))?.total.scheduled).toBe(0);
    expect((await readStats(other, { bucket: 'HOUR', webhookId }))?.total.scheduled).toBe(1);
  });
});

describe('every entry of the log', () => {
  test('is counted once, however many processes count at the same time and however often', async () => {
    const importIds = Array.from({ length: 1_700 }, (_, index) => `i-${index}`);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds });

    // As many at once as there are connections: those that do not get to count say that there is nothing to do.
    let isDone = false;
    while (!isDone) {
      await Promise.all(Array.from({ length: 4 }, () => countLog(app)));
      isDone = !(await countLog(app));
    }
    await countAll(app);

    expect((await readStats(app, { bucket: 'DAY' }))?.total.scheduled).toBe(1_700);
  });

  test('is counted with the place that it moves on to, or not at all', async () => {
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['one', 'two'] });
    const failing = {
      ...app.db,
      transaction: <Result>(work: Parameters<typeof app.db.transaction<Result>>[0]) =>
        app.db.transaction<Result>(async (sql) => {
          await work(sql);
          throw new Error('the process died before it committed');
        }),
    };

    await expect(countLog({ db: failing })).rejects.toThrow('the process died');
    expect(await allCounts(app)).toEqual([]);
    await countAll(app);
    const counted = await allCounts(app);
    expect((await readStats(app, { bucket: 'DAY' }))?.total.scheduled).toBe(2);
    await countAll(app);
    expect(await allCounts(app)).toEqual(counted);
  });

  test('is found by the index, from where counting stopped', async () => {
    const importIds = Array.from({ length: 500 }, (_, index) => `i-${index}`);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds });
    await countAll(app);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['new'] });

    const [progress] = await app.db.query<{ transaction: bigint; sequence: bigint }>(READ_PROGRESS);
    const values = [progress?.transaction, progress?.sequence, 500];
    const text = READ_UNCOUNTED.replaceAll(/\$(\d)/g, (_, place) => String(values[place - 1]));
    const rows = await app.db.query<Record<string, string>>(`explain (analyze, timing off, costs off) ${text}`);
    const plan = rows.map((row) => Object.values(row)[0]).join('\n');
    expect(plan).not.toContain('Seq Scan');
    expect(plan).not.toMatch(/actual rows=(?!(0|1)\b)/);
  });

  test('is counted by a keeper that runs, as it becomes readable', async () => {
    const keeper = createStatsKeeper(app);
    await keeper.start();
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['one', 'two', 'three'] });

    await expect
      .poll(async () => (await readStats(app, { bucket: 'DAY' }))?.total.scheduled, { timeout: 10_000, interval: 20 })
      .toBe(3);
    await keeper.stop(AbortSignal.timeout(5_000));
    expect((await readStats(app, { bucket: 'DAY' }))?.countedUntil).toEqual(expect.any(String));
  });
});

describe('old counts', () => {
  test('are deleted when they are older than they are kept: minutes first, then hours', async () => {
    const { id } = await givenWebhook(app, { url: receiver.url });
    const subject = parseGlobalId(id)?.uuid;
    await app.db.query(
      `insert into delivery_stat
       select $1::uuid, $2::uuid, bucket::"StatBucket", now() - interval '1 second' * age, 1, 1, 0, 0, 0, 1, 0, '{1}'
       from unnest($3::text[], $4::int[]) as given (bucket, age)`,
      [
        app.organizationId,
        subject,
        ['MINUTE', 'MINUTE', 'HOUR', 'HOUR', 'DAY', 'DAY'],
        Object.values(KEPT_SECONDS).flatMap((kept) => [kept - 3_600, kept + 3_600]),
      ],
    );

    await deleteOldCounts(app);

    const left = await app.db.query<{ bucket: string; days: number }>(
      `select bucket::text, round(extract(epoch from now() - starts_at) / 86400)::int as days from delivery_stat order by 2`,
    );
    expect(left).toEqual([
      { bucket: 'MINUTE', days: 7 },
      { bucket: 'HOUR', days: 100 },
      { bucket: 'DAY', days: 3 * 366 },
    ]);
  });
});
