/** Our own resolver or egress proxy out of order, often and for days: no receiver is charged with it. One that fails alone is. */

import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import type { Resolver } from '../../src/webhook/address.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Watching } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { delayOf, readDeliveries, type SeenEntry, seen, watchLog } from './observe.ts';
import { type Fault, givenEgressProxy, givenResolver } from './own-faults.ts';

/** More than the failures that open the breaker. */
const CROWD = 12;

/** Together longer than a webhook may fail before it is disabled, and none of them alone. */
const PAUSES_MS = Array.from({ length: 4 }, () => 1.5 * 86_400_000);

/** Past the hold after a fault of ours, and the pause before the next attempt. */
const HOLD_MS = 40_000;

const crowd = (prefix: string) => Array.from({ length: CROWD }, (_, index) => ({ importId: `${prefix}-${index}` }));

async function readWebhook(app: TestApp, id: string) {
  return await ask<object>(
    app,
    'query ($id: ID!) { webhook(id: $id) { enabled disabledReason destination { health holdReason failingSince } } }',
    { id },
  );
}

/** Has another host served once more: the last before what comes next. */
async function serveAnother(app: TestApp, watching: Watching<SeenEntry>): Promise<void> {
  const delivered = watching.seen.filter(({ kind }) => kind === 'DELIVERED').length;
  await reportMany(app, [{ importId: `another-${delivered}`, importIdentifier: 'others' }]);
  await watching.until(seen('DELIVERED', delivered + 1));
}

/** Has the fault last for days: first a crowd of attempts at once, then one at a time. Answers how many there were. */
async function sufferFor(app: TestApp, fault: Fault, watching: Watching<SeenEntry>): Promise<number> {
  await fault.begin();
  await reportMany(app, crowd('during'));
  await watching.until(seen('ATTEMPT_FAILED', CROWD));
  for (const [index, pauseMs] of PAUSES_MS.entries()) {
    await app.clock.advance(pauseMs);
    await watching.until(seen('ATTEMPT_FAILED', CROWD + index + 1));
  }
  return CROWD + PAUSES_MS.length;
}

const end = (text: string) => (socket: Duplex) => socket.end(text);

describe('a receiver', () => {
  test.each<[string, () => Promise<Fault>]>([
    ['our resolver answers SERVFAIL', () => givenResolver('SERVFAIL')],
    ['our resolver says nothing', () => givenResolver('silence')],
    ['our resolver is not there', () => givenResolver('absent')],
    ['our egress proxy is not there', () => givenEgressProxy('absent')],
    ['our egress proxy answers 403', () => givenEgressProxy(end('HTTP/1.1 403 Forbidden\r\n\r\n'))],
    ['our egress proxy answers 407', () => givenEgressProxy(end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))],
    ['our egress proxy answers 502', () => givenEgressProxy(end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))],
    ['our egress proxy hangs up', () => givenEgressProxy((socket) => socket.destroy())],
  ])('is not charged when %s for days, and gets everything afterwards', async (_what, begin) => {
    await using fault = await begin();
    // A single attempt that is charged would be the last.
    const config = { retryScheduleSeconds: [], destinationConcurrency: CROWD };
    await using app = await createTestApp({
      ...fault.options,
      dispatcher: true,
      config: { ...fault.options.config, ...config },
    });
    // A connection that is kept needs neither.
    await using receiver = await startReceiver([{ headers: { connection: 'close' } }]);
    await using other = await startReceiver([{ headers: { connection: 'close' } }]);
    const { id } = await givenWebhook(app, { url: `http://receiver.test:${receiver.port}/` });
    await givenWebhook(app, { url: `http://other.test:${other.port}/`, importIdentifiers: ['others'] });
    await using watching = watchLog(app);
    await reportMany(app, crowd('before'));
    await watching.until(seen('DELIVERED', CROWD));
    await serveAnother(app, watching);

    const faults = await sufferFor(app, fault, watching);

    expect(await readWebhook(app, id)).toEqual({
      enabled: true,
      disabledReason: null,
      destination: { health: 'HELD', holdReason: 'LOCAL_FAULT', failingSince: null },
    });
    const failed = watching.seen.filter(({ kind }) => kind === 'ATTEMPT_FAILED');
    expect(failed).toHaveLength(faults);
    for (const entry of failed) expect(entry).toMatchObject({ errorCode: fault.errorCode, deliveryStatus: 'PENDING' });
    const held = watching.seen.filter(({ kind }) => kind === 'HELD');
    for (const entry of held) expect(entry.reason).toMatch(/^A fault on our side, or what may be one, /);
    expect(new Set(held.map(delayOf))).toEqual(new Set([30_000])); // never longer, as the breaker's would be
    expect(receiver.requests).toHaveLength(CROWD);

    await fault.end();
    await app.clock.advance(HOLD_MS);
    await watching.until(seen('DELIVERED', 2 * CROWD + 1));
    expect(await readWebhook(app, id)).toMatchObject({ enabled: true, destination: { health: 'WELL' } });
    const attempts = (await readDeliveries(app)).filter(({ importId }) => importId?.startsWith('during'));
    expect(attempts.map(({ attemptCount }) => attemptCount - 1).reduce((sum, each) => sum + each)).toBe(faults);
    expect(receiver.requests).toHaveLength(2 * CROWD);
  });
});

describe('a host that fails alone', () => {
  const servfail = () => Promise.reject(Object.assign(new Error('queryA ESERVFAIL'), { code: 'ESERVFAIL' }));

  test.each<[string, Resolver, string]>([
    ['answer SERVFAIL', servfail, 'DNS_FAILED'],
    ['say nothing', () => never, 'DNS_TIMEOUT'],
  ])(
    'whose name servers %s is charged after five minutes in which others were served',
    async (_what, fail, errorCode) => {
      let isLame = false;
      await using app = await createTestApp({
        resolver: (hostname) =>
          isLame && hostname === 'lame.test' ? fail(hostname) : Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
        config: { retryScheduleSeconds: [], attemptTimeoutMs: 1_500 },
      });
      let elapsedMs = 0;
      const dispatcher = createDispatcher({ ...app, clock: { ...app.clock, elapsed: () => elapsedMs } });
      await dispatcher.start();
      await using _stopping = { [Symbol.asyncDispose]: () => dispatcher.stop(AbortSignal.timeout(5_000)) };
      await using other = await startReceiver([{ headers: { connection: 'close' } }]);
      const { id } = await givenWebhook(app, { url: `http://lame.test:${other.port}/` });
      await givenWebhook(app, { url: `http://other.test:${other.port}/`, importIdentifiers: ['others'] });
      await using watching = watchLog(app);

      isLame = true;
      await serveAnother(app, watching);
      await reportMany(app, [{ importId: 'lame' }]);
      await watching.until(seen('ATTEMPT_FAILED'));
      const rounds = Math.ceil(300_000 / HOLD_MS);
      for (let round = 1; round <= rounds; round += 1) {
        expect(await readWebhook(app, id)).toMatchObject({ destination: { failingSince: null } });
        await serveAnother(app, watching);
        elapsedMs += HOLD_MS;
        await app.clock.advance(HOLD_MS);
        await watching.until(seen('ATTEMPT_FAILED', 1 + round));
      }

      const failed = watching.seen.filter(({ kind }) => kind === 'ATTEMPT_FAILED');
      expect(failed.map((entry) => entry.errorCode)).toEqual([...Array(rounds).fill('RESOLVER_FAILED'), errorCode]);
      expect(await readWebhook(app, id)).toMatchObject({ destination: { failingSince: expect.any(String) } });
      expect(await readDeliveries(app)).toContainEqual(expect.objectContaining({ importId: 'lame', status: 'FAILED' }));
    },
  );
});
