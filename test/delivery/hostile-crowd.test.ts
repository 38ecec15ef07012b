/** Hundreds of hostile receivers at once: what they cost, and whom they hold up. */

import { fork } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { HOSTILITIES, type Hostility, SLOW_HOSTILITIES } from '../support/hostile.ts';
import type { AttemptOrders, AttemptReport } from '../support/hostile-attempts.ts';
import { startReceiver } from '../support/receiver.ts';
import { startTcpServer } from '../support/tcp.ts';

/** Has a process of its own attempt to send to 500 receivers of these kinds at once, and 100 times to a healthy one. */
async function attemptAmong(
  kinds: readonly Hostility[],
  how: Pick<AttemptOrders, 'waitForHostile' | 'timeoutMs'>,
): Promise<AttemptReport> {
  await using closing = new AsyncDisposableStack();
  const servers = await Promise.all(kinds.map(({ talk }) => startTcpServer(talk)));
  for (const server of servers) closing.use(server);
  const healthy = closing.use(await startReceiver());
  const orders: AttemptOrders = {
    hostile: Array.from({ length: CROWD }, (_, index) => `http://127.0.0.1:${servers[index % kinds.length]?.port}/`),
    healthy: healthy.url,
    healthyCount: HEALTHY,
    ...how,
  };
  const child = fork(new URL('../support/hostile-attempts.ts', import.meta.url));
  closing.defer(() => {
    child.kill();
  });
  return await new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as AttemptReport));
    child.once('exit', () => reject(new Error('The process ended without a report.')));
    child.send(orders);
  });
}

const CROWD = 500;
const HEALTHY = 100;
/** For a healthy attempt among all of them, on a busy machine; a slow receiver takes as long. */
const LONG_ENOUGH_MS = 15_000;

describe('500 hostile receivers of all kinds at once', () => {
  test('B16, B17: do not keep a healthy one from any of its deliveries, while the slow ones of them hang', async () => {
    const { delivered, hanging } = await attemptAmong(HOSTILITIES, { waitForHostile: false });

    const slow = Array.from({ length: CROWD }, (_, index) => HOSTILITIES[index % HOSTILITIES.length]);
    expect(delivered).toBe(HEALTHY);
    expect(hanging).toBeGreaterThanOrEqual(slow.filter((kind) => kind && SLOW_HOSTILITIES.includes(kind)).length);
  });

  test.each<[string, readonly Hostility[], number | undefined]>([
    ['with bombs', HOSTILITIES.filter(({ what }) => what.includes('bomb')), undefined],
    ['without end', HOSTILITIES.filter(({ end }) => end === 'CUT'), undefined],
    [
      'with headers that are too large',
      HOSTILITIES.filter(({ comesTo }) => comesTo === 'HEADERS_TOO_LARGE'),
      undefined,
    ],
    ['until the deadline', SLOW_HOSTILITIES, LONG_ENOUGH_MS],
  ])('B16, B17: that answer %s cost less than a megabyte each', async (_what, kinds, timeoutMs) => {
    expect(kinds.length).toBeGreaterThanOrEqual(3);

    const { delivered, grownBytes } = await attemptAmong(kinds, { waitForHostile: true, timeoutMs });

    expect(delivered).toBe(HEALTHY);
    expect(grownBytes).toBeLessThan(CROWD * 1_000_000);
  });
});
