/** How long a webhook may fail before it is disabled, when it is configured. */

import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { seen, watchLog } from './observe.ts';

const MINUTE_MS = 60_000;

/** Retries so far away that each attempt is that of an import just reported. */
const NEVER_AGAIN = [2_592_000];

async function readWebhook(app: TestApp, id: string) {
  return await ask<{ enabled: boolean; disabledReason: string | null }>(
    app,
    'query ($id: ID!) { webhook(id: $id) { enabled disabledReason } }',
    { id },
  );
}

describe('a webhook with DISABLE_AFTER_SECONDS at an hour', () => {
  test('that fails is disabled after an hour and not before, once, with the reason, and one entry in the log (B24)', async () => {
    const { disableAfterMs } = readConfig({ DISABLE_AFTER_SECONDS: '3600' });
    await using app = await createTestApp({ dispatcher: true, config: { disableAfterMs } });
    await using receiver = await startReceiver([500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });
    await using watching = watchLog(app);
    let attempts = 0;
    const attempt = async (count: number) => {
      await reportMany(
        app,
        Array.from({ length: count }, (_, index) => ({ importId: `import-${attempts + index}` })),
      );
      attempts += count;
      await watching.until(seen('ATTEMPT_FAILED', attempts));
    };

    await attempt(1);
    for (const minutes of [20, 20, 18]) {
      await app.clock.advance(minutes * MINUTE_MS);
      await attempt(2);
    }
    expect(await readWebhook(app, id)).toEqual({ enabled: true, disabledReason: null });
    expect(watching.seen.filter(({ kind }) => kind === 'HELD')).toEqual([]);

    await app.clock.advance(2 * MINUTE_MS);
    await reportMany(app, [{ importId: 'the-last-straw' }, { importId: 'waits' }]);
    await watching.until(seen('HELD'));
    await app.clock.advance(60 * MINUTE_MS);
    expect(await scanLanes(app, 0)).toEqual([]);

    const { enabled, disabledReason } = await readWebhook(app, id);
    expect(enabled).toBe(false);
    expect(disabledReason).toMatch(/^Every attempt since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC failed\.$/);
    expect(watching.seen.filter(({ kind }) => kind === 'HELD')).toMatchObject([
      { webhookId: id, nextAttemptAt: null, reason: disabledReason },
    ]);
    expect(receiver.requests).toHaveLength(attempts + 1);
  });

  test('that fails once more than an hour later is not disabled, and begins anew (B24)', async () => {
    const { disableAfterMs } = readConfig({ DISABLE_AFTER_SECONDS: '3600' });
    await using app = await createTestApp({ dispatcher: true, config: { disableAfterMs } });
    await using receiver = await startReceiver([500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });
    await using watching = watchLog(app);

    for (const [index, importId] of ['first', 'second', 'third'].entries()) {
      await reportMany(app, [{ importId }]);
      await watching.until(seen('ATTEMPT_FAILED', index + 1));
      await app.clock.advance(61 * MINUTE_MS);
    }

    expect(await readWebhook(app, id)).toEqual({ enabled: true, disabledReason: null });
  });
});
