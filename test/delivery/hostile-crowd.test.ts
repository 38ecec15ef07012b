/** Hundreds of hostile receivers at once: what they cost, and whom they hold up. */

import { fork } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { HOSTILITIES, type Hostility, SLOW_HOSTILITIES } from '../support/hostile.ts';
import type { AttemptOrders, AttemptReport } from '../support/hostile-attempts.ts';
import { startReceiver } from '../support/receiver.ts';
import { startTcpServer } from '../support/tcp.ts';

/** Has a process of its own attempt to send to 500 receivers of these kinds at once, and 100 times to a healthy one. */
async function attemptAmong(kinds: readonly Hostility[], waitForHostile: boolean): Promise<AttemptReport> {
  await using closing = new AsyncDisposableStack();
  const servers = await Promise.all(kinds.map(({ talk }) => startTcpServer(talk)));
  for (const server of servers) closing.use(server);
  const healthy = closing.use(await startReceiver());
  const orders: AttemptOrders = {
    hostile: Array.from({ length: CROWD }, (_, index) => `http://127.0.0.1:${servers[index % kinds.length]?.port}/`),
    healthy: healthy.url,
    healthyCount: HEALTHY,
    waitForHostile,
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

describe('500 hostile receivers of all kinds at once', () => {
  test('B16, B17: do not keep a healthy one from any of its deliveries, while the slow ones of them hang', async () => {
    const { delivered, hanging } = await attemptAmong(HOSTILITIES, false);

    const slow = Array.from({ length: CROWD }, (_, index) => HOSTILITIES[index % HOSTILITIES.length]);
    expect(delivered).toBe(HEALTHY);
    expect(hanging).toBeGreaterThanOrEqual(slow.filter((kind) => kind && SLOW_HOSTILITIES.includes(kind)).length);
  });

  test.each([
    ['with bombs', HOSTILITIES.filter(({ what }) => what.includes('bomb'))],
    ['without end', HOSTILITIES.filter(({ end }) => end === 'CUT')],
  ])('B17: that answer %s cost less than a megabyte each', async (_what, kinds) => {
    expect(kinds.length).toBeGreaterThanOrEqual(3);

    const { delivered, grownBytes } = await attemptAmong(kinds, true);

    expect(delivered).toBe(HEALTHY);
    expect(grownBytes).toBeLessThan(CROWD * 1_000_000);
  });
});
