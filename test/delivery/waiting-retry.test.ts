/** A retry that waits, while its webhook is disabled, enabled or deleted. */

import { describe, expect, test } from 'vitest';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp } from '../support/app.ts';
import { documentedImport, givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { deleteWebhook, deliveriesOf } from './manual.ts';
import { delayOf, kindsOf, readDeliveries, type SeenEntry, seen, watchLog } from './observe.ts';

/** Far less than the delay of the retry, and far more than a test takes on a busy machine. */
const MEANWHILE_MS = 600_000;

describe('a retry that waits', () => {
  test('stays scheduled when its webhook is disabled and enabled before, and is made when it is due (B23)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 200]);
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [7_200] });
    await reportCompleted(app);
    const failed = (await watching.until(seen('ATTEMPT_FAILED'))).at(-1) as SeenEntry;
    const scheduled = [{ status: 'PENDING', nextAttemptAt: failed.nextAttemptAt, attemptCount: 1 }];

    await manage(app, 'disableWebhook', { webhookId });
    expect(await deliveriesOf(app, documentedImport.importId)).toMatchObject(scheduled);
    await app.clock.advance(MEANWHILE_MS);
    await manage(app, 'enableWebhook', { webhookId });

    expect(await deliveriesOf(app, documentedImport.importId)).toMatchObject(scheduled);
    await app.clock.advance(delayOf(failed) - 2 * MEANWHILE_MS);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
    await app.clock.advance(MEANWHILE_MS);
    await watching.until(seen('DELIVERED'));
    expect(await readDeliveries(app)).toMatchObject([{ status: 'DELIVERED', attemptCount: 2 }]);
  });

  test('stays scheduled when its webhook is enabled during a Retry-After, which ends for what is due (B23)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([{ status: 429, headers: { 'retry-after': '7200' } }, 200]);
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'refused' });
    await watching.until(seen('HELD'));
    await reportCompleted(app, { importId: 'due' });
    expect(await scanLanes(app, 0)).toEqual([]);

    await manage(app, 'disableWebhook', { webhookId });
    await manage(app, 'enableWebhook', { webhookId });

    await watching.until(seen('DELIVERED'));
    expect((await readDeliveries(app)).map(({ importId, status }) => [importId, status])).toEqual([
      ['refused', 'PENDING'],
      ['due', 'DELIVERED'],
    ]);
    expect(receiver.requests).toHaveLength(2);
  });

  test('is cancelled when its webhook is deleted, and nothing more is sent (B26)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    await watching.until(seen('ATTEMPT_FAILED'));

    expect(await deleteWebhook(app, webhookId)).toMatchObject({ cancelledDeliveries: 1 });

    expect(kindsOf(await watching.until(seen('CANCELLED')))).toEqual(['SCHEDULED', 'ATTEMPT_FAILED', 'CANCELLED']);
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'CANCELLED', attemptCount: 1, attempts: [{ responseStatus: 500, leaseLost: false }] },
    ]);
    await app.clock.advance(30 * 86_400_000);
    expect(await scanLanes(app, 0)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });
});
