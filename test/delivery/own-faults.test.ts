/** Our own resolver or egress proxy out of order, often and for days: no receiver is charged with it. */

import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Watching } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
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
    const { id } = await givenWebhook(app, { url: `http://${fault.host}:${receiver.port}/` });
    await using watching = watchLog(app);
    await reportMany(app, crowd('before'));
    await watching.until(seen('DELIVERED', CROWD));

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
    await watching.until(seen('DELIVERED', 2 * CROWD));
    expect(await readWebhook(app, id)).toMatchObject({ enabled: true, destination: { health: 'WELL' } });
    const attempts = (await readDeliveries(app)).filter(({ importId }) => importId?.startsWith('during'));
    expect(attempts.map(({ attemptCount }) => attemptCount - 1).reduce((sum, each) => sum + each)).toBe(faults);
    expect(receiver.requests).toHaveLength(2 * CROWD);
  });
});
