/** Destinations that fail: held, probed, let back in at a pace; and what is not their fault. */

import { describe, expect, test } from 'vitest';
import { dueHint } from '../../src/delivery/due.ts';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { type AnswerHandler, type Receiver, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { delayOf, readDeliveries, type SeenEntry, seen, watchLog } from './observe.ts';

/** As many failures as open the breaker. */
const ENOUGH = 10;

/** Past the longest first hold. */
const FIRST_HOLD_MS = 30_000;

/** Longer than any test needs, so that no retry comes in between. */
const LATER = [86_400];

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ importId: `${prefix}-${index}` }));

/** A webhook whose receiver has failed so often that its breaker is open, with `waiting` more deliveries due. */
async function givenOpenBreaker(app: TestApp, receiver: Receiver, waiting: number): Promise<readonly SeenEntry[]> {
  await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: LATER });
  await using watching = watchLog(app);
  await reportMany(app, names('first', ENOUGH));
  const entries = await watching.until(seen('HELD'));
  await reportMany(app, names('waiting', waiting));
  return entries;
}

const toHint = ({ id, organizationId }: { id: string; organizationId: string }) =>
  dueHint({ organizationId, destinationId: id });

interface SeenDestination {
  readonly health: string;
  readonly holdReason: string | null;
  readonly failingSince: string | null;
  readonly concurrency: number;
}

async function readDestination(caller: Caller): Promise<SeenDestination | undefined> {
  const { edges } = await ask<{ edges: { node: { destination: SeenDestination } }[] }>(
    caller,
    '{ webhooks { edges { node { destination { health holdReason failingSince concurrency } } } } }',
  );
  return edges[0]?.node.destination;
}

describe('a destination at which ten attempts of a minute, and at least half, have failed', () => {
  test('is held, once and with the reason in the log; what waits keeps its retries (E44)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    const entries = await givenOpenBreaker(app, receiver, 5);

    const held = entries.filter(({ kind }) => kind === 'HELD');
    expect(held).toHaveLength(1);
    expect(held[0]?.reason).toBe(
      '10 of the last 10 attempts failed; the destination is tried again, with one request, when the hold ends.',
    );
    expect(delayOf(held[0] as SeenEntry)).toBe(FIRST_HOLD_MS);
    expect(await readDestination(app)).toMatchObject({ health: 'HELD', holdReason: 'BREAKER', concurrency: 1 });

    await app.clock.advance(FIRST_HOLD_MS - 2_000);
    const waiting = (await readDeliveries(app)).filter(({ importId }) => importId?.startsWith('waiting'));
    expect(waiting).toHaveLength(5);
    for (const delivery of waiting) expect(delivery).toMatchObject({ status: 'PENDING', attemptCount: 0 });
    expect(receiver.requests).toHaveLength(ENOUGH);
  });

  test('is tried with a single request when the hold ends, and held twice as long when that fails (E44)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await givenOpenBreaker(app, receiver, 5);
    await using watching = watchLog(app);

    await app.clock.advance(FIRST_HOLD_MS);
    const held = (await watching.until(seen('HELD', 2))).filter(({ kind }) => kind === 'HELD');
    expect(held.map(delayOf)).toEqual([FIRST_HOLD_MS, 2 * FIRST_HOLD_MS]);
    expect(receiver.requests).toHaveLength(ENOUGH + 1);

    await app.clock.advance(2 * FIRST_HOLD_MS);
    await watching.until(seen('HELD', 3));
    expect(receiver.requests).toHaveLength(ENOUGH + 2);
  });

  test('that answers again gets one request, then two, then four, until it has recovered (E44)', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { destinationConcurrency: 8 } });
    const waves: number[] = [];
    const underWay: (() => void)[] = [];
    let isDown = true;
    const answer: AnswerHandler = (_request, response) => {
      response.statusCode = isDown ? 500 : 200;
      if (isDown || waves.length === 4) response.end();
      else underWay.push(() => response.end());
    };
    await using receiver = await startReceiver(answer);
    await givenOpenBreaker(app, receiver, 40);
    await using watching = watchLog(app);
    isDown = false;

    await app.clock.advance(FIRST_HOLD_MS);
    let answered = ENOUGH;
    for (const wave of [1, 2, 4, 8]) {
      await receiver.waitFor(answered + wave);
      // Told to look for more, and given the time to find it.
      app.signals.emit('destination.due', (await app.db.prisma.destination.findMany()).map(toHint));
      for (let looks = 0; looks < 20; looks += 1) await scanLanes(app, 0);
      waves.push(underWay.length);
      answered += wave;
      for (const end of underWay.splice(0)) end();
    }
    expect(waves).toEqual([1, 2, 4, 8]);

    const entries = await watching.until(seen('RESUMED'));
    expect(entries.filter(({ kind }) => kind === 'RESUMED')).toHaveLength(1);
    expect(await readDestination(app)).toMatchObject({ health: 'WELL', failingSince: null, concurrency: 8 });
  });

  test('is tried with a single request at once when its webhook is disabled and enabled (E44)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await givenOpenBreaker(app, receiver, 5);
    await using watching = watchLog(app);
    const { edges } = await ask<{ edges: { node: { id: string } }[] }>(app, '{ webhooks { edges { node { id } } } }');
    const webhookId = edges[0]?.node.id;
    const answer = Promise.withResolvers<void>();
    receiver.answerWith([{ delay: answer.promise }, 200]);

    await manage(app, 'disableWebhook', { webhookId });
    await manage(app, 'enableWebhook', { webhookId });
    await receiver.waitFor(ENOUGH + 1);
    app.signals.emit('destination.due', (await app.db.prisma.destination.findMany()).map(toHint));
    for (let looks = 0; looks < 20; looks += 1) await scanLanes(app, 0);
    expect(receiver.requests).toHaveLength(ENOUGH + 1);
    expect(await readDestination(app)).toMatchObject({ holdReason: null, failingSince: null, concurrency: 1 });

    answer.resolve();
    await watching.until(seen('DELIVERED', 5));
    expect(receiver.requests).toHaveLength(ENOUGH + 5);
  });

  test('is held for all dispatchers, and probed by one of them', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await app.createSibling({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await givenOpenBreaker(app, receiver, 20);
    await using watching = watchLog(app);
    const before = receiver.requests.length;

    await app.clock.advance(FIRST_HOLD_MS);
    await watching.until(seen('HELD', 2));
    expect(receiver.requests).toHaveLength(before + 1);
  });
});

describe('a destination', () => {
  test('that fails less than half of the time is not held', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { destinationConcurrency: 1 } });
    await using receiver = await startReceiver((_request, response, index) => {
      response.statusCode = index % 5 < 2 ? 500 : 200;
      response.end();
    });
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: LATER });
    await using watching = watchLog(app);
    await reportMany(app, names('import', 50));

    const entries = await watching.until((all) => all.filter(({ kind }) => kind.startsWith('ATTEMPT')).length === 50);
    expect(entries.filter(({ kind }) => kind === 'ATTEMPT_FAILED')).toHaveLength(20);
    expect(entries.filter(({ kind }) => kind === 'HELD')).toEqual([]);
  });

  test('that fails ten times, but not within a minute, is not held', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: LATER });
    await using watching = watchLog(app);
    for (const round of [1, 2]) {
      await reportMany(app, names(`round-${round}`, 6));
      await watching.until(seen('ATTEMPT_FAILED', 6 * round));
      await app.clock.advance(61_000);
    }

    expect(watching.seen.filter(({ kind }) => kind === 'HELD')).toEqual([]);
    expect(await readDestination(app)).toMatchObject({ health: 'FAILING', concurrency: 32 });
  });

  test('whose neighbour is held gets its deliveries all the same', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await using neighbour = await startReceiver();
    await givenOpenBreaker(app, receiver, 5);
    await givenWebhook(app, { url: neighbour.url, importIdentifiers: ['others'] });

    await reportMany(
      app,
      names('other', 20).map((dataImport) => ({ ...dataImport, importIdentifier: 'others' })),
    );
    await neighbour.waitFor(20);
    expect(receiver.requests).toHaveLength(ENOUGH);
  });
});

describe('a fault on our side', () => {
  test('is charged neither to the delivery nor to the destination, which is tried again later', async () => {
    let isDown = true;
    await using app = await createTestApp({
      dispatcher: true,
      config: { retryScheduleSeconds: [] },
      resolver: () =>
        isDown
          ? Promise.reject(Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }))
          : Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    await using receiver = await startReceiver();
    isDown = false;
    await givenWebhook(app, { url: `http://receiver.test:${receiver.port}/` });
    isDown = true;
    await using watching = watchLog(app);
    await reportMany(app, names('import', 1));

    const entries = await watching.until(seen('HELD'));
    expect(entries.map(({ kind, errorCode, deliveryStatus }) => [kind, errorCode, deliveryStatus])).toEqual([
      ['SCHEDULED', null, 'PENDING'],
      ['ATTEMPT_FAILED', 'RESOLVER_FAILED', 'PENDING'],
      ['HELD', 'RESOLVER_FAILED', 'PENDING'],
    ]);
    expect(await readDestination(app)).toMatchObject({ holdReason: 'LOCAL_FAULT', failingSince: null });

    isDown = false;
    await app.clock.advance(40_000);
    await watching.until(seen('DELIVERED'));
    expect(await readDeliveries(app)).toMatchObject([{ status: 'DELIVERED', attemptCount: 2 }]);
  });
});
