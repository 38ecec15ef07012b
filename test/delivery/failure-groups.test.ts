/** Failures by cause. */

import { describe, expect, test } from 'vitest';
import { GROUP_FAILURES } from '../../src/delivery/failure-groups.ts';
import { FINDING_SETTINGS } from '../../src/delivery/find.sql.ts';
import { createTestApp } from '../support/app.ts';
import { ask, type Caller, post } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { answerAsAsked, findPage, givenDeliveries, nodesOf } from './find.ts';
import { reportAll } from './log-entries.ts';
import { seen, watchLog } from './observe.ts';
import { givenReplay, startReplay, untilReplay } from './replays.ts';

interface Group {
  readonly errorCode: string;
  readonly responseStatus: number | null;
  readonly deliveries: number;
  readonly pending: number;
  readonly failed: number;
  readonly webhooks: number;
  readonly basicOrigins: number;
  readonly since: string;
  readonly latest: string;
  readonly summary: string;
  readonly filter: object;
}

async function groups(caller: Caller, variables: object = {}): Promise<Group[]> {
  return await ask<Group[]>(
    caller,
    `query ($from: DateTime, $to: DateTime, $first: Int) {
      failureGroups(from: $from, to: $to, first: $first) {
        errorCode responseStatus deliveries pending failed webhooks basicOrigins since latest summary
        filter { statuses errorCodes responseStatuses from to }
      }
    }`,
    variables,
  );
}

describe('failures', () => {
  test('are grouped by cause, the largest group first, each with the filter that finds its deliveries', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const { all } = await givenDeliveries(app);

    const found = await groups(app);

    // Of five events each. One was cancelled for 503, one of each superseded, and one was redelivered to its end.
    expect(found).toMatchObject([
      { errorCode: 'CONNECTION_REFUSED', responseStatus: null, deliveries: 5, pending: 4, failed: 1, webhooks: 1 },
      { errorCode: 'HTTP_STATUS', responseStatus: 503, deliveries: 4, pending: 4, failed: 0, webhooks: 1 },
      { errorCode: 'GONE', responseStatus: null, deliveries: 1, pending: 0, failed: 1, webhooks: 1 },
    ]);
    for (const { filter, deliveries, errorCode } of found) {
      const listed = nodesOf(await findPage(app, { filter, first: 100 }));
      expect(listed).toHaveLength(deliveries);
      expect(listed).toEqual(
        all.filter((each) => each.lastErrorCode === errorCode && ['PENDING', 'FAILED'].includes(each.status)),
      );
    }
  });

  test('are replayed by the filter of their group: all of it that is given up, and nothing else', async () => {
    await using app = await createTestApp({ config: { retryScheduleSeconds: [] }, dispatcher: true, replays: true });
    await using receiver = await startReceiver(answerAsAsked);
    await using watching = watchLog(app);
    for (const status of [500, 503]) await givenWebhook(app, { url: `${receiver.url}/${status}` });
    await givenWebhook(app, { url: `${receiver.url}/503`, retryScheduleSeconds: [3600] });
    await reportAll(app, ['a', 'b']);
    await watching.until(seen('EXHAUSTED', 4));
    await watching.until(seen('ATTEMPT_FAILED', 6));
    const ofStatus = async (status: number) =>
      (await groups(app)).find(({ responseStatus }) => responseStatus === status) as Group; // else the test fails
    const { filter, ...group } = await ofStatus(503);
    expect(group).toMatchObject({ deliveries: 4, pending: 2, failed: 2 });

    expect(await startReplay(app, { filter, dryRun: true })).toMatchObject({ planned: 2 });
    receiver.answerWith([200]);
    const id = await givenReplay(app, { filter });
    expect(await untilReplay(app, id, ({ finishedAt }) => finishedAt !== null)).toMatchObject({
      ...{ planned: 2, requested: 2, skipped: 0, delivered: 2 },
    });

    expect(receiver.requests.slice(6).map(({ url }) => url)).toEqual(['/503', '/503']);
    expect(await ofStatus(503)).toMatchObject({ deliveries: 2, pending: 2, failed: 0 });
    expect(await ofStatus(500)).toMatchObject({ deliveries: 2, pending: 0, failed: 2 });
  });

  test('are told in a sentence: how many, where to, since when, and why', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await givenDeliveries(app);

    const [first, second] = await groups(app, { first: 2 });

    expect(first?.summary).toBe(
      `5 deliveries to 1 webhook, scheduled since ${first?.since}; 4 will be attempted again. Nothing accepts connections at that address and port; nothing was sent.`,
    );
    expect(second?.summary).toMatch(/^4 deliveries to 1 webhook, .* The receiver answered 503\.$/);
    expect(Date.parse(first?.since ?? '')).toBeLessThan(Date.parse(first?.latest ?? ''));
  });

  test('are those of the window: the last day, unless another is asked for', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await givenDeliveries(app);
    const now = app.clock.now().getTime();
    const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

    expect(await groups(app, { from: hoursAgo(1) })).toHaveLength(3);
    expect(await groups(app, { to: hoursAgo(1) })).toEqual([]);
    expect(await groups(app, { from: hoursAgo(-1) })).toEqual([]);
    await app.clock.advance(25 * 3_600_000); // the ids are as old as they are
    expect(await groups(app)).toEqual([]);
    expect(await groups(app, { from: hoursAgo(1) })).not.toEqual([]);
  });

  test("are the organization's own, and as many groups as a page may have", async () => {
    await using app = await createTestApp({ dispatcher: true });
    await givenDeliveries(app);

    expect(await groups(await givenOrganization(app))).toEqual([]);
    expect(await groups(app, { first: 1 })).toHaveLength(1);
    for (const first of [0, 101]) {
      const { errors } = await post(app, `{ failureGroups(first: ${first}) { deliveries } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_ARGUMENT' } }]);
    }
  });

  test('are counted in the index, in a database that is new as well', async () => {
    await using app = await createTestApp();

    const plan = await app.db.transaction(async (sql) => {
      await sql.query(FINDING_SETTINGS);
      await sql.query(`prepare grouping_failures as ${GROUP_FAILURES}`);
      const lines = await sql.query<{ 'QUERY PLAN': string }>(
        `explain execute grouping_failures (${Array(6).fill('null')})`,
      );
      await sql.query('deallocate grouping_failures');
      return lines.map((line) => line['QUERY PLAN']).join('\n');
    });

    expect(plan).toContain('Index Only Scan using delivery_error_idx ');
    expect(plan).not.toContain('Seq Scan');
  });
});
