/** A host of many webhooks that hangs: how much of a dispatcher it takes. */

import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

/** Attempts that may work at once, and the most that there can be with those that wait: sixteen times as many. */
const CONCURRENCY = 2;
const MOST = 17 * CONCURRENCY;
const HALF = Math.ceil(MOST / 2);

/** Fewer than the most: so there is room for others, though not at this host. */
const WEBHOOKS = MOST - 6;

/** A dispatcher for which a second passes in a fiftieth: it soon takes an attempt for one that only waits. */
async function startHastyDispatcher(app: TestApp): Promise<AsyncDisposable> {
  const clock = { ...app.clock, elapsed: () => 50 * app.clock.elapsed() };
  const dispatcher = createDispatcher({ ...app, clock });
  await dispatcher.start();
  return { [Symbol.asyncDispose]: () => dispatcher.stop(AbortSignal.abort()) };
}

/** Resolves once so many deliveries are being attempted, or wait for a connection; the test times out when it is fewer. */
async function untilLeased(app: TestApp, count: number): Promise<void> {
  while ((await app.db.prisma.delivery.count({ where: { leaseToken: { not: null } } })) < count) await setImmediate();
}

describe('a host that hangs', () => {
  test('has half of the connections for all its webhooks together, and others get their deliveries meanwhile (E41)', {
    timeout: 120_000,
  }, async () => {
    await using app = await createTestApp({
      config: { dispatchConcurrency: CONCURRENCY, attemptTimeoutMs: 300_000, leaseMs: 600_000 },
    });
    await using silent = await startReceiver([{ delay: never }]);
    await using healthy = await startReceiver();
    for (let index = 0; index < WEBHOOKS; index += 1) {
      await givenWebhook(app, { url: `${silent.url}/${index}`, importIdentifiers: ['silent'] });
    }
    await givenWebhook(app, { url: healthy.url });
    await reportCompleted(app, { importIdentifier: 'silent' });

    {
      await using _dispatcher = await startHastyDispatcher(app);
      await silent.waitFor(HALF);
      await untilLeased(app, WEBHOOKS);
      expect(silent.connections).toBe(HALF);

      await reportMany(
        app,
        Array.from({ length: 20 }, (_, index) => ({ importId: `healthy-${index}` })),
      );
      await healthy.waitFor(20);
    }

    expect(silent.connections).toBe(HALF);
    expect(silent.requests).toHaveLength(HALF);
    expect(await app.db.prisma.attempt.count({ where: { url: { startsWith: silent.url } } })).toBe(0);
  });
});
