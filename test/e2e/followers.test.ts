/** What one dispatcher does for all, when it is killed. */

import { describe, expect, inject, test } from 'vitest';
import { ask, type Caller } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { givenInstallation, startDispatcherProcess, startServer } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

const COUNT = 60;

/** Of today and yesterday, should it be midnight. */
async function delivered(caller: Caller): Promise<number> {
  const from = new Date(Date.now() - 86_400_000).toISOString();
  const stats = await ask<{ total: { delivered: number } }>(
    caller,
    'query ($from: DateTime!) { deliveryStats(bucket: DAY, from: $from) { total { delivered } } }',
    { from },
  );
  return stats.total.delivered;
}

describe.runIf(inject('database') === 'postgresql')('the statistics', () => {
  test('count every delivery once, whichever of two dispatchers that started at the same moment is killed', async () => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    await givenWebhook(api, { url: receiver.url });
    const start = () => startDispatcherProcess(installation, { ATTEMPT_TIMEOUT_SECONDS: '0.5', LEASE_SECONDS: '10.5' });
    const untilCounted = (expected: number) =>
      expect.poll(() => delivered(api), { timeout: 30_000, interval: 100 }).toBe(expected);
    const report = (round: string) =>
      reportMany(
        api,
        Array.from({ length: COUNT }, (_, index) => ({ importId: `${round}-${index}` })),
      );

    const [first, second] = await Promise.all([start(), start()]);
    await report('both');
    await untilCounted(COUNT);
    first?.kill('SIGKILL');
    await report('second');
    await untilCounted(2 * COUNT);
    await start();
    second?.kill('SIGKILL');
    await report('third');
    await untilCounted(3 * COUNT);
  });
});
