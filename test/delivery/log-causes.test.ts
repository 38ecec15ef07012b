/** The log of one delivery tells first what happened first, whoever of the writers began before the others. */

import type { ServerResponse } from 'node:http';
import { describe, expect, inject, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { headlessImport, report, reportMany } from '../support/report.ts';
import { begin, untilBlocked, untilReadable } from './log-entries.ts';
import { deleteWebhook } from './manual.ts';

/** On PGlite nobody begins before another has ended. */
describe.runIf(inject('database') === 'postgresql')('an attempt that failed is in the log before', () => {
  test('the later event that superseded the delivery, though that was being reported already (H62)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using waiting = await startWaitingReceiver();
    for (const path of ['one', 'two']) await givenWebhook(app, { url: `${waiting.receiver.url}/${path}` });
    await report(app, 'headlessImportNeedsReview');
    await waiting.receiver.waitFor(2);

    const failed = await failMeanwhile(app, waiting, () =>
      report(app, 'importCompleted', { headless: headlessImport.headless }),
    );

    expect(await toldOf(app, failed)).toEqual([
      { kind: 'SCHEDULED', deliveryStatus: 'PENDING' },
      { kind: 'ATTEMPT_FAILED', deliveryStatus: 'PENDING' },
      { kind: 'SUPERSEDED', deliveryStatus: 'SUPERSEDED' },
    ]);
  });

  test('the deletion of the webhook that called the delivery off, though that had begun already (B26)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await app.createSibling({ dispatcher: true }); // each begins with two attempts at once
    await using waiting = await startWaitingReceiver();
    const { id } = await givenWebhook(app, { url: waiting.receiver.url });
    await reportMany(app, [{ importId: 'first' }, { importId: 'second' }, { importId: 'third' }]);
    await waiting.receiver.waitFor(3);

    const failed = await failMeanwhile(app, waiting, () => deleteWebhook(app, id));

    expect(await toldOf(app, failed)).toEqual([
      { kind: 'SCHEDULED', deliveryStatus: 'PENDING' },
      { kind: 'ATTEMPT_FAILED', deliveryStatus: 'PENDING' },
      { kind: 'CANCELLED', deliveryStatus: 'CANCELLED' },
    ]);
  });
});

/** A receiver that keeps everybody waiting. */
interface WaitingReceiver extends AsyncDisposable {
  readonly receiver: Receiver;
  /** Answers the request for this delivery with 500. */
  fail(deliveryId: string): void;
}

async function startWaitingReceiver(): Promise<WaitingReceiver> {
  const waiting = new Map<unknown, ServerResponse>();
  const receiver = await startReceiver(({ headers }, response) => {
    waiting.set(headers['posthorn-delivery-id'], response);
  });
  return {
    receiver,
    fail: (deliveryId) => void waiting.get(deliveryId)?.writeHead(500).end(),
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}

/**
 * Has the attempt of the last delivery fail, and written down, while what `begins` is under way: it has locked whatever
 * comes before the last delivery but one, and waits for that. Answers with the delivery, once all of it is over.
 */
async function failMeanwhile(app: TestApp, waiting: WaitingReceiver, begins: () => Promise<unknown>): Promise<string> {
  const deliveries = await app.db.prisma.delivery.findMany({ orderBy: { id: 'desc' }, take: 2 });
  const [last, lastButOne] = deliveries.map(({ id }) => id);
  const failed = `dlv_${last?.replaceAll('-', '')}`;
  const third = await begin(app.db);
  await third.sql.query('select id from delivery where id = $1::uuid for update', [lastButOne]);
  const begun = begins();
  await untilBlocked(app.db, 1);
  waiting.fail(failed);
  await expect.poll(() => app.db.prisma.attempt.count(), { timeout: 20_000, interval: 5 }).toBe(1);
  await third.commit();
  await begun;
  return failed;
}

/** What the log tells of a delivery. */
async function toldOf(app: TestApp, deliveryId: string): Promise<readonly object[]> {
  await untilReadable(app.db);
  const { entries } = await ask<{ entries: { deliveryId: string; kind: string; deliveryStatus: string }[] }>(
    app,
    '{ deliveryLog(last: 100) { entries { deliveryId kind deliveryStatus } } }',
  );
  return entries.flatMap(({ deliveryId: about, ...told }) => (about === deliveryId ? [told] : []));
}
