/** What holds over all processes. */

import type { ServerResponse } from 'node:http';
import { describe, expect, inject, test } from 'vitest';
import { givenWebhook } from '../support/given.ts';
import { givenInstallation, startDispatcherProcess, startServer } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

describe.runIf(inject('database') === 'postgresql')('four dispatcher processes', () => {
  test('together never have more requests at a receiver than its destination may get, whoever makes them (E43)', async () => {
    const limit = 5;
    const total = 12 * limit;
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    const underWay = new Set<ServerResponse>();
    let most = 0;
    /** Answers in waves: only when as many requests are there as may be. */
    await using receiver = await startReceiver((_request, response) => {
      underWay.add(response);
      most = Math.max(most, underWay.size);
      if (underWay.size < limit) return;
      for (const waiting of underWay) waiting.end();
      underWay.clear();
    });
    await givenWebhook(api, { url: receiver.url });
    const dispatchers = await Promise.all(
      Array.from({ length: 4 }, () =>
        startDispatcherProcess(installation, { DESTINATION_CONCURRENCY: String(limit), DISPATCH_CONCURRENCY: '3' }),
      ),
    );

    await reportMany(
      api,
      Array.from({ length: total }, (_, index) => ({ importId: `import-${index}` })),
    );
    await receiver.waitFor(total);

    expect(most).toBe(limit);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(total);
    const shares = dispatchers.map(({ log }) => log.match(/delivery\.attempted/g)?.length ?? 0);
    // Each begins with two at once, so it takes three of them to fill the first wave.
    expect(shares.filter((share) => share > 0).length, `of ${shares}`).toBeGreaterThanOrEqual(3);
  });
});
