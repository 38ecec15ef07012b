/** Replays under way: their pace, their window, pausing and cancelling them, and who advances them. */

import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { type ReplayLimits, stepReplay } from '../../src/delivery/replay-step.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { importIds, reportAll, transports, untilReadable } from './log-entries.ts';
import { seen, watchLog } from './observe.ts';
import { changeReplay, givenReplay, readReplay, untilReplay, watchReplay } from './replays.ts';

const DELIVERED = { filter: { statuses: ['DELIVERED'] } } as const;

const isOver = ({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null;

/** Deliveries that were made, and are not any more: nobody dispatches on this app now. */
async function givenDelivered(app: TestApp, count: number, url = 'http://127.0.0.1:9/'): Promise<void> {
  await givenWebhook(app, { url });
  for (let made = 0; made < count; made += 500) {
    await reportAll(app, importIds(`import-${made}`, Math.min(500, count - made)));
  }
  await app.db.query(`update delivery set status = 'DELIVERED', finished_at = now(), attempt_count = 1`);
}

/** When the replay asked for each delivery, in milliseconds from the first, in the order of the log. */
async function requestTimes(app: TestApp): Promise<number[]> {
  await untilReadable(app.db);
  const rows = await app.db.query<{ at: Date }>(
    `select at from delivery_log_entry where kind = 'REDELIVERY_REQUESTED' order by transaction, sequence`,
  );
  const first = rows[0]?.at.getTime() ?? 0;
  return rows.map(({ at }) => at.getTime() - first);
}

/** The ids of the deliveries that were asked for, in order. */
async function requestedIds(app: TestApp): Promise<string[]> {
  const rows = await app.db.query<{ id: string }>(
    `select delivery_id as id from delivery_log_entry where kind = 'REDELIVERY_REQUESTED' order by sequence`,
  );
  return rows.map(({ id }) => id);
}

/** Steps until there is nothing to do at this moment. */
async function stepAll(app: TestApp, limits?: ReplayLimits): Promise<void> {
  while ((await stepReplay(app, limits)).kind === 'stepped');
}

describe('a replay', () => {
  test('asks for no more in a second than it was told to', async () => {
    await using app = await createTestApp({ replays: true });
    await givenDelivered(app, 90);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 30 });
    await untilReplay(app, id, ({ requested }) => requested === 90);

    const times = await requestTimes(app);
    expect(times).toHaveLength(90);
    for (const [index, at] of times.entries()) {
      const within = times.slice(index).filter((later) => later < at + 1_000).length;
      expect(within).toBeLessThanOrEqual(2 * 30); // a second of it, and what was saved up for a second at the most
    }
    expect(times.at(-1)).toBeGreaterThanOrEqual(1_000 * (90 / 30 - 1.3));
  });

  test('saves up no more than a second of its rate while nobody advances it', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 50);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 1 });
    await stepAll(app);
    expect(await readReplay(app, id)).toMatchObject({ requested: 1, estimatedSecondsLeft: 49 });
    await app.clock.advance(3_600_000);
    await stepAll(app);
    expect((await readReplay(app, id))?.requested).toBeLessThanOrEqual(3);
  });

  test('has at most a hundred pending at a webhook, and others go on meanwhile (G52)', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 250);
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', importIdentifiers: ['other'] });
    await reportCompleted(app, { importId: 'other', importIdentifier: 'other' });
    await app.db.query(`update delivery set status = 'DELIVERED', finished_at = now()`);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 1_000 });
    for (let round = 0; round < 5; round += 1) {
      await stepAll(app);
      await app.clock.advance(1_000);
    }
    expect(await readReplay(app, id)).toMatchObject({ planned: 251, requested: 101, pending: 101 });

    await app.db.query(
      `update delivery set status = 'DELIVERED', finished_at = now() where id in (
        select id from delivery where status = 'PENDING' and import_id <> 'other' limit 30
      )`,
    );
    await stepAll(app);
    expect(await readReplay(app, id)).toMatchObject({ requested: 131, pending: 101, delivered: 30 });
  });

  test('has a window for each origin of basic webhooks, so that one that hangs holds up no other', async () => {
    await using app = await createTestApp();
    const reported = importIds('import', 10).flatMap((importId) =>
      [1, 2].map((port) => ({
        ...{ importId: `${importId}-${port}`, importIdentifier: 'others' },
        settings: { webhookUrl: `http://127.0.0.1:${port}/${importId}` },
      })),
    );
    await reportMany(app, reported);
    await app.db.query(`update delivery set status = 'DELIVERED', finished_at = now()`);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 1_000 });
    const limits = { window: 3, page: 4 };
    await stepAll(app, limits);
    expect(await readReplay(app, id)).toMatchObject({ planned: 20, requested: 6, pending: 6 });

    for (let round = 0; round < 5; round += 1) {
      await app.db.query(
        `update delivery set status = 'DELIVERED', finished_at = now() where status = 'PENDING' and basic_url like '%:2/%'`,
      );
      await app.clock.advance(1_000);
      await stepAll(app, limits);
    }
    expect(await readReplay(app, id)).toMatchObject({ requested: 13, pending: 3, delivered: 10 });
    expect(new Set(await requestedIds(app)).size).toBe(13);
  });

  test('leaves a webhook with a rate limit no more waiting than that lets through in five seconds', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 50);
    await app.db.query('update destination set max_attempts_per_second = 1.5');
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 1_000 });
    await stepAll(app);
    expect(await readReplay(app, id)).toMatchObject({ requested: 8, pending: 8 });
  });

  test('lets new deliveries to a slow receiver through before most of its own (G52)', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 2 }, replays: true });
    const order: string[] = [];
    await using receiver = await startReceiver((request, response) => {
      order.push(JSON.parse(request.rawBody.toString()).data.id);
      setTimeout(() => response.end(), 5);
    });
    await givenDelivered(app, 220, receiver.url);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 1_000 });
    await untilReplay(app, id, ({ pending }) => pending === 100);
    await app.startDispatcher();
    await receiver.waitFor(10);

    await reportCompleted(app, { importId: 'new' });
    await until(receiver, () => order.includes('new'));
    expect(order.indexOf('new')).toBeLessThan(10 + 100 + 20);
    expect(await untilReplay(app, id, isOver)).toMatchObject({ requested: 220, delivered: 220 });
    expect(order).toHaveLength(221);
    expect(new Set(order).size).toBe(221);
  });

  test('asks for nothing while it is paused, goes on where it was, and for nothing once it was cancelled', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 40);
    const operator = await givenKey(app, 'OPERATOR');
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 4 });
    const step = async () => {
      await app.clock.advance(1_000);
      await stepAll(app);
      return (await readReplay(app, id))?.requested ?? 0;
    };
    const before = await step();
    expect(before).toBeGreaterThanOrEqual(4);

    expect(await changeReplay(operator, 'pauseReplay', id)).toMatchObject({
      __typename: 'ReplayPayload',
      replay: { status: 'PAUSED', requested: before, estimatedSecondsLeft: null },
    });
    expect(await changeReplay(operator, 'pauseReplay', id)).toMatchObject({ replay: { status: 'PAUSED' } });
    expect(await step()).toBe(before);
    expect(await changeReplay(operator, 'resumeReplay', id)).toMatchObject({ replay: { status: 'RUNNING' } });
    expect(await changeReplay(operator, 'resumeReplay', id)).toMatchObject({ replay: { status: 'RUNNING' } });
    const after = await step();
    expect(after).toBeGreaterThan(before);

    expect(await changeReplay(operator, 'cancelReplay', id)).toMatchObject({
      replay: { status: 'CANCELLED', requested: after, finishedAt: null },
    });
    expect(await step()).toBe(after);
    for (const how of ['pauseReplay', 'resumeReplay', 'cancelReplay'] as const) {
      expect(await changeReplay(operator, how, id)).toMatchObject({
        code: 'REPLAY_OVER',
        message: expect.stringContaining('CANCELLED'),
      });
    }
    await app.db.query(`update delivery set status = 'DELIVERED', finished_at = now() where status = 'PENDING'`);
    await step();
    expect(await readReplay(app, id)).toMatchObject({
      ...{ status: 'CANCELLED', delivered: after, pending: 0, finishedAt: expect.any(String) },
    });
    expect(await requestedIds(app)).toHaveLength(after);
  });

  test('passes over nothing and asks for nothing twice, wherever its pages end and whatever is reported meanwhile (G52)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', importIdentifiers: ['contacts', 'others'] });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.record({ window: fc.integer({ min: 1, max: 20 }), page: fc.integer({ min: 1, max: 20 }) }),
        async (which, pauses, ratePerSecond, limits) => {
          round += 1;
          await app.db.query('truncate delivery, delivery_log_entry, replay, replay_part');
          await reportAll(app, importIds(`round-${round}`, which.length));
          await app.db.query(
            `update delivery set status = (case when import_id = any ($1) then 'FAILED' else 'DELIVERED' end)::"DeliveryStatus", finished_at = now()`,
            [importIds(`round-${round}`, which.length).filter((_id, index) => which[index])],
          );
          const wanted = await app.db.query<{ id: string }>(
            `select id from delivery where status = 'FAILED' order by id`,
          );

          const id = await givenReplay(app, { ratePerSecond });
          for (const [index, ms] of pauses.entries()) {
            await Promise.all([stepAll(app, limits), reportCompleted(app, { importId: `new-${round}-${index}` })]);
            await app.db.query(`update delivery set status = 'FAILED', finished_at = now() where status = 'PENDING'`);
            await app.clock.advance(ms);
          }
          while ((await readReplay(app, id))?.finishedAt === null) {
            await stepAll(app, limits);
            await app.db.query(`update delivery set status = 'FAILED', finished_at = now() where status = 'PENDING'`);
            await app.clock.advance(1_000);
          }

          expect((await requestedIds(app)).toSorted()).toEqual(wanted.map((delivery) => delivery.id));
          expect(await readReplay(app, id)).toMatchObject({
            ...{ planned: wanted.length, requested: wanted.length, skipped: 0, failed: wanted.length },
          });
        },
      ),
      { numRuns: 15 },
    );
  });

  test('whose process stopped between two batches is continued by another', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 60);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 20 });
    const runner = await app.startReplayRunner();
    await untilReplay(app, id, ({ requested }) => requested > 0);
    await runner.stop(AbortSignal.abort());
    const stopped = (await readReplay(app, id))?.requested ?? 0;
    expect(stopped).toBeLessThan(60);

    await app.createSibling({ replays: true });
    await untilReplay(app, id, ({ requested }) => requested === 60);
    expect(new Set(await requestedIds(app)).size).toBe(60);
    expect(await requestedIds(app)).toHaveLength(60);
  });

  test('is advanced by several dispatchers at once as by one', async () => {
    await using app = await createTestApp({ dispatcher: true, replays: true });
    await using receiver = await startReceiver();
    await app.createSibling({ dispatcher: true, replays: true });
    await app.createSibling({ replays: true });
    await givenWebhook(app, { url: receiver.url });
    await using watching = watchLog(app);
    await reportAll(app, importIds('import', 120));
    await watching.until(seen('DELIVERED', 120));

    const ids = await Promise.all(
      ['2000-01-01T00:00:00Z', '2000-01-02T00:00:00Z'].map((from) =>
        givenReplay(app, { filter: { statuses: ['DELIVERED'], from }, ratePerSecond: 200 }),
      ),
    );
    const replays = await Promise.all(ids.map((id) => untilReplay(app, id, isOver)));
    expect(replays.reduce((sum, { requested }) => sum + requested, 0)).toBe(120);
    for (const { planned, requested, skipped, delivered } of replays) {
      expect(requested + skipped).toBe(planned);
      expect(delivered).toBe(requested);
    }
    expect(new Set(await requestedIds(app)).size).toBe(120);
    expect(receiver.requests).toHaveLength(240);
  });
});

describe('the subscription to a replay', () => {
  test.each(transports)('over $over shows how it comes on, and ends when it is over', async ({ watch }) => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenDelivered(app, 12, receiver.url);
    const id = await givenReplay(app, { ...DELIVERED, ratePerSecond: 5 });
    await using watching = watch<{ requested: number; delivered: number; status: string }>(
      await givenKey(app, 'OPERATOR'),
      'subscription ($id: ID!) { replay(id: $id) { status requested delivered } }',
      { id },
    );
    await watching.until((shown) => shown.length > 0);
    await changeReplay(app, 'pauseReplay', id);
    await watching.until((shown) => shown.at(-1)?.status === 'PAUSED');
    await changeReplay(app, 'resumeReplay', id);
    await app.startReplayRunner();

    expect(await watching.ended).toBeUndefined();
    expect(watching.seen[0]).toEqual({ status: 'RUNNING', requested: 0, delivered: 0 });
    expect(watching.seen.at(-1)).toEqual({ status: 'COMPLETED', requested: 12, delivered: 12 });
    const counts = watching.seen.map(({ requested }) => requested);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(new Set(counts).size).toBeGreaterThan(2);
  });

  test('ends when its key is revoked, and says so', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 1);
    const id = await givenReplay(app, DELIVERED);
    const { apiKey, key } = await ask<{ apiKey: { id: string }; key: string }>(
      app,
      'mutation { createApiKey(input: { name: "op", role: OPERATOR }) { ... on CreateApiKeyPayload { apiKey { id } key } } }',
    );
    await using watching = watchReplay({ url: app.url, key }, id);
    await watching.until((shown) => shown.length > 0);

    await ask(app, 'mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { __typename } }', { id: apiKey.id });
    expect(await watching.ended).toMatchObject([{ extensions: { code: 'KEY_REVOKED' } }]);
  });

  test('ends when the server stops, and says so', async () => {
    await using app = await createTestApp();
    await givenDelivered(app, 1);
    const id = await givenReplay(app, DELIVERED);
    const sibling = inject('database') === 'postgresql' ? await app.createSibling() : app;
    await using watching = watchReplay({ url: sibling.url, key: app.key }, id);
    await watching.until((shown) => shown.length > 0);

    await sibling.replays.stop(AbortSignal.timeout(1_000));
    expect(await watching.ended).toMatchObject([{ extensions: { code: 'STOPPING' } }]);
  });
});

/** Looks again with every request that the receiver gets. */
async function until(receiver: Receiver, enough: () => boolean): Promise<void> {
  while (!enough()) await receiver.waitFor(receiver.requests.length + 1);
}
