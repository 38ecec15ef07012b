/** The database away for days while receivers answer: no receiver is charged with it. */

import { describe, expect, inject, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { type BehindProxy, startBehindProxy } from './behind-proxy.ts';
import { readDeliveries, seen, watchLog } from './observe.ts';

/** More than the failures that open the breaker. */
const CROWD = 12;

/** Together longer than a webhook may fail before it is disabled, and none of them alone. */
const PAUSES_MS = Array.from({ length: 4 }, () => 1.5 * 86_400_000);

const crowd = (prefix: string) => Array.from({ length: CROWD }, (_, index) => ({ importId: `${prefix}-${index}` }));

/** For how many days it is away; the dispatcher has noticed several times. */
async function letDaysPass(app: TestApp, { book }: BehindProxy): Promise<void> {
  const before = book.lines.filter(({ msg }) => msg === 'lanes.scan_failed').length;
  for (const [index, pauseMs] of PAUSES_MS.entries()) {
    await app.clock.advance(pauseMs);
    await book.until('lanes.scan_failed', before + index + 1);
  }
}

async function readWebhook(app: TestApp, id: string) {
  return await ask<object>(
    app,
    'query ($id: ID!) { webhook(id: $id) { enabled disabledReason destination { health holdReason failingSince } } }',
    { id },
  );
}

describe.runIf(inject('database') === 'postgresql')('a receiver, when the database is away for days,', () => {
  test('is as well afterwards as before, although nobody could write down that it answered (A7)', async () => {
    // A single attempt that is charged would be the last.
    await using app = await createTestApp({ config: { retryScheduleSeconds: [] } });
    await using receiver = await startReceiver();
    const { id } = await givenWebhook(app, { url: receiver.url });
    const well = await readWebhook(app, id);
    await using watching = watchLog(app);
    await using behind = await startBehindProxy(app);
    await reportMany(app, crowd('before'));
    await watching.until(seen('DELIVERED', CROWD));

    const answer = Promise.withResolvers<void>();
    receiver.answerWith([{ delay: answer.promise }]);
    await reportMany(app, crowd('during'));
    await receiver.waitFor(2 * CROWD);
    behind.proxy.cut();
    answer.resolve();
    await behind.book.until('settlement.postponed', 2);
    await reportMany(app, crowd('meanwhile'));
    await letDaysPass(app, behind);
    expect(await readWebhook(app, id)).toEqual(well);
    behind.proxy.restore();

    const entries = await watching.until(seen('DELIVERED', 3 * CROWD));
    expect(entries.filter(({ kind }) => kind === 'ATTEMPT_FAILED' || kind === 'HELD')).toEqual([]);
    expect(await readWebhook(app, id)).toEqual(well);
    const deliveries = await readDeliveries(app);
    expect(deliveries.filter(({ status }) => status === 'DELIVERED')).toHaveLength(3 * CROWD);
    // What was under way is made once more where its lease ended before the outcome could be written down.
    expect(receiver.requests.length).toBeLessThanOrEqual(4 * CROWD);
  });

  test('is not disabled for one failure before and one after (A7)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver([500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60, 60, 2_592_000] });
    await using watching = watchLog(app);
    await using behind = await startBehindProxy(app);
    await reportMany(app, [{ importId: 'import' }]);
    await watching.until(seen('ATTEMPT_FAILED'));
    const before = await readWebhook(app, id);

    behind.proxy.cut();
    await letDaysPass(app, behind);
    expect(await readWebhook(app, id)).toEqual(before);
    behind.proxy.restore();
    await watching.until(seen('ATTEMPT_FAILED', 2));

    expect(await readWebhook(app, id)).toMatchObject({ enabled: true, destination: { health: 'FAILING' } });
    expect(watching.seen.filter(({ kind }) => kind === 'HELD')).toEqual([]);
  });
});
