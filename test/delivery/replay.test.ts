/** Replays: what they ask for again, what they pass over, and how they say so. */

import { describe, expect, test } from 'vitest';
import { stepReplay } from '../../src/delivery/replay-step.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenKey, givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { headlessImport, report } from '../support/report.ts';
import { importIds, reportAll } from './log-entries.ts';
import { cancelDelivery, deleteWebhook, redeliver, theDeliveryOf } from './manual.ts';
import { readDeliveries, seen, watchLog } from './observe.ts';
import { changeReplay, givenReplay, readReplay, startReplay, untilReplay, watchReplay } from './replays.ts';

/** Every delivery has one attempt. */
const ONE_ATTEMPT = { config: { retryScheduleSeconds: [] }, dispatcher: true } as const;

const isOver = ({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null;

/** What tests of several deliveries begin with: that many that arrived. */
async function givenDelivered(app: TestApp, url: string, count: number): Promise<string[]> {
  await givenWebhook(app, { url });
  await using watching = watchLog(app);
  const ids = importIds('import', count);
  await reportAll(app, ids);
  await watching.until(seen('DELIVERED', count));
  return ids;
}

describe('a replay', () => {
  test('delivers again what failed, under the same webhook-id, and says in the log and on the delivery which replay it was', async () => {
    await using app = await createTestApp({ ...ONE_ATTEMPT, replays: true });
    await using receiver = await startReceiver([500, 500, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportAll(app, ['a', 'b']);
    await watching.until(seen('EXHAUSTED', 2));
    await reportCompleted(app, { importId: 'arrived' });
    await watching.until(seen('DELIVERED', 1));

    const answer = await startReplay(await givenKey(app, 'OPERATOR'));
    expect(answer).toMatchObject({
      __typename: 'StartReplayPayload',
      planned: 2,
      estimatedSeconds: 1,
      replay: { status: 'RUNNING', planned: 2, skipped: 0, finishedAt: null },
    });
    const id = answer.replay?.id ?? '';

    expect(await untilReplay(app, id, isOver)).toMatchObject({
      ...{
        status: 'COMPLETED',
        planned: 2,
        requested: 2,
        skipped: 0,
        delivered: 2,
        failed: 0,
        cancelled: 0,
        pending: 0,
      },
      estimatedSecondsLeft: null,
    });
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids.slice(3).toSorted()).toEqual(ids.slice(0, 2).toSorted());
    expect(receiver.requests.slice(3).map(({ headers }) => headers['posthorn-attempt'])).toEqual(['2', '2']);
    const requested = (await watching.until(seen('DELIVERED', 3))).filter(
      ({ kind }) => kind === 'REDELIVERY_REQUESTED',
    );
    expect(requested).toHaveLength(2);
    expect(requested[0]).toMatchObject({
      deliveryStatus: 'PENDING',
      nextAttemptAt: expect.any(String),
      reason: `Redelivery requested by the replay ${id}, started with the key "OPERATOR".`,
    });
    const { entries } = await ask<{ entries: { kind: string; replayId: string | null }[] }>(
      app,
      '{ deliveryLog(last: 100) { entries { kind replayId } } }',
    );
    expect(entries.filter(({ replayId }) => replayId === id).map(({ kind }) => kind)).toEqual([
      ...['REDELIVERY_REQUESTED', 'REDELIVERY_REQUESTED'],
    ]);
    const { edges } = await ask<{ edges: { node: object }[] }>(
      app,
      'query ($id: ID!) { deliveries(filter: { replayId: $id }) { edges { node { importId replayId } } } }',
      { id },
    );
    expect(new Set(edges.map(({ node }) => node))).toEqual(
      new Set([
        { importId: 'a', replayId: id },
        { importId: 'b', replayId: id },
      ]),
    );
  });

  test('that is only tried counts what it would ask for, and changes nothing', async () => {
    await using app = await createTestApp({ dispatcher: true, replays: true });
    await using receiver = await startReceiver();
    await givenDelivered(app, receiver.url, 5);

    expect(await startReplay(app, { filter: { statuses: ['DELIVERED'] }, ratePerSecond: 2, dryRun: true })).toEqual({
      ...{ __typename: 'StartReplayPayload', planned: 5, estimatedSeconds: 3, replay: null },
    });
    expect(await startReplay(app, { dryRun: true })).toMatchObject({ planned: 0, estimatedSeconds: 0 });
    expect(await ask(app, '{ replays { totalCount } }')).toEqual({ totalCount: 0 });
    expect(new Set((await readDeliveries(app)).map(({ status }) => status))).toEqual(new Set(['DELIVERED']));
  });

  test('of nothing is over at once', async () => {
    await using app = await createTestApp();
    expect(await startReplay(app)).toMatchObject({
      planned: 0,
      replay: { status: 'COMPLETED', requested: 0, delivered: 0, finishedAt: expect.any(String) },
    });
  });

  test('asks for exactly what its filter names, basic webhooks included', async () => {
    await using app = await createTestApp(ONE_ATTEMPT);
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportAll(app, ['a', 'b']);
    await reportCompleted(app, { importId: 'basic', settings: { webhookUrl: `${receiver.url}/basic` } });
    await report(app, 'headlessImportFailed', { importId: 'headless' });
    await watching.until(seen('EXHAUSTED', 5));
    const failed = await readDeliveries(app);
    expect(failed).toHaveLength(5);

    const planned = async (filter: object) => (await startReplay(app, { filter, dryRun: true })).planned;
    expect(await planned({})).toBe(5);
    expect(await planned({ statuses: ['FAILED', 'DELIVERED', 'CANCELLED'] })).toBe(5);
    expect(await planned({ statuses: ['DELIVERED', 'CANCELLED'] })).toBe(0);
    expect(await planned({ webhookId })).toBe(4);
    expect(await planned({ importId: 'basic' })).toBe(2);
    expect(await planned({ importId: 'basic', webhookId })).toBe(1);
    expect(await planned({ eventTypes: ['HEADLESS_IMPORT_FAILED'] })).toBe(1);
    expect(await planned({ eventTypes: ['HEADLESS_IMPORT_FAILED', 'IMPORT_COMPLETED'] })).toBe(5);
    expect(await planned({ errorCodes: ['HTTP_STATUS'] })).toBe(5);
    expect(await planned({ errorCodes: ['CONNECTION_REFUSED'] })).toBe(0);
    expect(await planned({ responseStatuses: [500, 503] })).toBe(5);
    expect(await planned({ responseStatuses: [503] })).toBe(0);
    expect(await planned({ webhookId, responseStatuses: [500], statuses: ['FAILED', 'CANCELLED'] })).toBe(4);
    expect(await planned({ webhookId, errorCodes: ['HTTP_STATUS'], eventTypes: ['HEADLESS_IMPORT_FAILED'] })).toBe(1);
    expect(await planned({ statuses: ['PENDING', 'FAILED'] })).toBe(5);
    const { edges } = await ask<{ edges: { node: { createdAt: string } }[] }>(
      app,
      '{ deliveries { edges { node { createdAt } } } }',
    );
    const last = edges[0]?.node.createdAt ?? '';
    expect((await planned({ from: last })) ?? 0).toBeGreaterThanOrEqual(1);
    expect(((await planned({ from: last })) ?? 0) + ((await planned({ to: last })) ?? 0)).toBe(5);
    expect(await planned({ from: '2100-01-01T00:00:00Z' })).toBe(0);

    receiver.answerWith([200]);
    await app.startReplayRunner();
    const id = await givenReplay(app, { filter: { importId: 'basic' } });
    expect(await untilReplay(app, id, isOver)).toMatchObject({ requested: 2, delivered: 2 });
    const basic = await givenReplay(app);
    expect(await untilReplay(app, basic, isOver)).toMatchObject({ planned: 3, requested: 3, delivered: 3 });
    expect(receiver.requests).toHaveLength(10);
  });

  test('shows what it was asked for', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const filter = {
      ...{ statuses: ['FAILED', 'CANCELLED'], webhookId, importId: 'a', eventTypes: ['IMPORT_COMPLETED'] },
      ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', errorCodes: ['HTTP_STATUS'] },
      responseStatuses: [500, 503],
    };
    await startReplay(app, { filter, ratePerSecond: 7 });
    const { edges } = await ask<{ edges: { node: object }[] }>(
      app,
      `{ replays { edges { node {
        ratePerSecond startedBy filter { statuses webhookId importId eventTypes from to errorCodes responseStatuses }
      } } } }`,
    );
    expect(edges).toEqual([{ node: { ratePerSecond: 7, startedBy: expect.any(String), filter } }]);
  });

  test('passes over what redeliver would refuse, and what has changed since it was started, and counts them', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const of = async (name: string) =>
      await givenWebhook(app, { url: `${receiver.url}/${name}`, importIdentifiers: [name] });
    const [disabled, deleted] = [await of('disabled'), await of('deleted'), await of('fine')];
    for (const name of ['disabled', 'deleted', 'fine'])
      await reportCompleted(app, { importId: name, importIdentifier: name });
    await reportCompleted(app, { importId: 'by-hand', importIdentifier: 'fine' });
    await report(app, 'headlessImportNeedsReview', { importId: 'moved-on', importIdentifier: 'fine' });
    await watching.until(seen('DELIVERED', 5));

    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] } });
    await manage(app, 'disableWebhook', { webhookId: disabled?.id });
    await deleteWebhook(app, deleted?.id ?? '');
    await redeliver(app, await theDeliveryOf(app, 'by-hand'));
    await report(app, 'importCompleted', {
      ...{ importId: 'moved-on', importIdentifier: 'fine', headless: headlessImport.headless },
    });
    await watching.until(seen('DELIVERED', 7));
    await app.startReplayRunner();

    expect(await untilReplay(app, id, isOver)).toMatchObject({
      ...{ status: 'COMPLETED', planned: 5, requested: 1, skipped: 4, delivered: 1, pending: 0 },
    });
    expect(receiver.requests.slice(7).map(({ url }) => url)).toEqual(['/fine']);
  });

  test('says what it passes over as soon as it has nothing left to ask for, while what it asked for is under way', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([200, 200, 200, { delay: never }]);
    await givenDelivered(app, receiver.url, 2);
    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] } });
    await redeliver(app, await theDeliveryOf(app, 'import-0001'));
    await receiver.waitFor(3);
    await app.startReplayRunner();

    const shown = await untilReplay(app, id, ({ skipped }) => skipped > 0);

    expect(shown).toMatchObject({ planned: 2, requested: 1, skipped: 1, pending: 1, estimatedSecondsLeft: 0 });
  });

  test('leaves alone what another replay is at', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenDelivered(app, receiver.url, 3);
    const ids = [
      await givenReplay(app, { filter: { statuses: ['DELIVERED'] } }),
      await givenReplay(app, { filter: { statuses: ['DELIVERED'] } }),
    ];
    await app.startReplayRunner();

    const [one, two] = await Promise.all(ids.map((id) => untilReplay(app, id, isOver)));
    expect((one?.requested ?? 0) + (two?.requested ?? 0)).toBe(3);
    expect((one?.skipped ?? 0) + (two?.skipped ?? 0)).toBe(3);
    expect(receiver.requests).toHaveLength(6);
  });

  test('counts what was called off while it was pending, and is over when the last one has ended', async () => {
    await using app = await createTestApp({
      config: { retryScheduleSeconds: [3600] },
      dispatcher: true,
      replays: true,
    });
    await using receiver = await startReceiver([200, 200, 500]);
    const [a = '', b = ''] = await givenDelivered(app, receiver.url, 2);
    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] } });
    await receiver.waitFor(4);
    expect(await untilReplay(app, id, ({ pending }) => pending === 2)).toMatchObject({
      status: 'RUNNING',
      requested: 2,
    });

    await using watching = watchLog(app);
    await watching.until(seen('ATTEMPT_FAILED', 2));
    await cancelDelivery(app, await theDeliveryOf(app, a));
    receiver.answerWith([200]);
    await redeliver(app, await theDeliveryOf(app, b));

    expect(await untilReplay(app, id, isOver)).toMatchObject({
      ...{ status: 'COMPLETED', requested: 2, delivered: 1, cancelled: 1, failed: 0, pending: 0 },
    });
    await redeliver(app, await theDeliveryOf(app, a));
    await watching.until(seen('DELIVERED', 4));
    expect(await readReplay(app, id)).toMatchObject({ delivered: 1, cancelled: 1 }); // as of its end
  });
});

describe('how long a dispatcher need not look for replays', () => {
  test('is not said while there is none, or none but paused ones', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    expect(await stepReplay(app)).toEqual({ kind: 'idle', inMs: null });

    await givenDelivered(app, receiver.url, 1);
    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] } });
    await changeReplay(app, 'pauseReplay', id);
    expect(await stepReplay(app)).toEqual({ kind: 'idle', inMs: null });
  });

  test('is until the next step of the one that is under way', async () => {
    await using app = await createTestApp({ ...ONE_ATTEMPT });
    await using receiver = await startReceiver();
    await givenDelivered(app, receiver.url, 3);
    await givenReplay(app, { filter: { statuses: ['DELIVERED'] }, ratePerSecond: 1 });

    let step = await stepReplay(app);
    while (step.kind === 'stepped') step = await stepReplay(app);

    expect(step.inMs).toBeGreaterThan(0);
  });
});

describe('starting a replay is refused', () => {
  test.each([
    { what: 'of deliveries that are not finished', input: { filter: { statuses: ['PENDING'] } } },
    { what: 'of deliveries that were superseded', input: { filter: { statuses: ['FAILED', 'SUPERSEDED'] } } },
    { what: 'of no status', input: { filter: { statuses: [] } } },
    { what: 'of no type of events', input: { filter: { eventTypes: [] } } },
    { what: 'of no answer', input: { filter: { responseStatuses: [] } } },
    {
      what: 'of more answers than a filter may have',
      input: { filter: { responseStatuses: Array.from({ length: 51 }, (_, index) => 400 + index) } },
    },
    { what: 'at no rate', input: { ratePerSecond: 0 } },
    { what: 'faster than may be', input: { ratePerSecond: 1_001 } },
    { what: 'of the webhook with an id of something else', input: { filter: { webhookId: 'dlv_00' } } },
  ])('$what', async ({ input }) => {
    await using app = await createTestApp();
    expect(await startReplay(app, input)).toMatchObject({ __typename: 'InputError', code: 'INVALID_INPUT' });
    expect(await startReplay(app, { ...input, dryRun: true })).toMatchObject({ __typename: 'InputError' });
  });

  test('while ten are under way, and granted when one of them was called off', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenDelivered(app, receiver.url, 1);
    const start = () => startReplay(app, { filter: { statuses: ['DELIVERED'] } });
    const started = [];
    while (started.length < 10) started.push((await start()).replay?.id ?? '');

    expect(await start()).toMatchObject({ __typename: 'ReplayLimitError', code: 'REPLAY_LIMIT' });
    await changeReplay(app, 'cancelReplay', started[0] ?? '');
    expect(await start()).toMatchObject({ __typename: 'StartReplayPayload' });
  });

  test('for another organization: its deliveries, its webhooks and its replays are not there', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenDelivered(app, receiver.url, 1);
    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] } });
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    const other = await givenOrganization(app);

    expect(await startReplay(other, { filter: { statuses: ['DELIVERED'] } })).toMatchObject({ planned: 0 });
    expect(await startReplay(other, { filter: { webhookId } })).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
    expect(await readReplay(other, id)).toBeNull();
    expect(await changeReplay(other, 'cancelReplay', id)).toMatchObject({ code: 'REPLAY_NOT_FOUND' });
    await using watching = watchReplay(other, id);
    expect(await watching.ended).toMatchObject([{ extensions: { code: 'REPLAY_NOT_FOUND' } }]);
    expect(await readReplay(app, id)).toMatchObject({ status: 'RUNNING' });
  });
});
