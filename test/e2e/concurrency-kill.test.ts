/** What holds over all processes when one of them is killed. */

import type { ServerResponse } from 'node:http';
import { describe, expect, inject, test } from 'vitest';
import { givenWebhook } from '../support/given.ts';
import { givenInstallation, type Program, startDispatcherProcess, startServer } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

const LIMIT = 5;

/** A dispatcher begins with so many requests at once at a destination that it does not know. */
const FIRST = 2;

/** Deliveries: as many as there may be at once, and six times as many as the killed process leaves to the others. */
const TOTAL = LIMIT + 6 * (LIMIT - FIRST);

const LEASE_MS = 17_000;

/** Five processes begin, and a lease ends; a busy machine makes that longer. */
const RUN_MS = 240_000;

describe.runIf(inject('database') === 'postgresql')('four dispatcher processes, one of which is killed', () => {
  test('never have more requests at a receiver than its destination may get: what the killed one had counts until its leases end (E43)', {
    timeout: RUN_MS,
  }, async () => {
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    /** Requests that have neither been answered nor lost their connection: whoever is gone waits for nothing any more. */
    const underWay = new Map<ServerResponse, string>();
    const abandoned: string[] = [];
    const isFull = Promise.withResolvers<void>();
    const isAbandoned = Promise.withResolvers<void>();
    let [most, mostMeanwhile, leasedUntil] = [0, 0, Number.POSITIVE_INFINITY];
    await using receiver = await startReceiver(({ headers }, response) => {
      const id = String(headers['webhook-id']);
      underWay.set(response, id);
      most = Math.max(most, underWay.size);
      response.once('close', () => {
        if (!underWay.delete(response)) return;
        if (abandoned.push(id) === FIRST) isAbandoned.resolve();
      });
      if (underWay.size === LIMIT) isFull.resolve();
      if (abandoned.length < FIRST) return;
      if (performance.now() < leasedUntil) mostMeanwhile = Math.max(mostMeanwhile, underWay.size);
      if (abandoned.includes(id) || underWay.size >= LIMIT - FIRST) answerAll();
    });
    function answerAll(): void {
      for (const response of underWay.keys()) response.end();
      underWay.clear();
    }
    await givenWebhook(api, { url: receiver.url });
    const env = {
      DESTINATION_CONCURRENCY: String(LIMIT),
      ATTEMPT_TIMEOUT_SECONDS: '7',
      LEASE_SECONDS: `${LEASE_MS / 1_000}`,
    };
    const killed = await startDispatcherProcess(installation, env);
    const others: Program[] = [];
    while (others.length < 3) others.push(await startDispatcherProcess(installation, env));

    // The others stand still until the one that will be killed has what it may have.
    for (const other of others) other.kill('SIGSTOP');
    leasedUntil = performance.now() + LEASE_MS;
    await reportMany(
      api,
      Array.from({ length: TOTAL }, (_, index) => ({ importId: `import-${index}` })),
    );
    await receiver.waitFor(FIRST);
    for (const other of others) other.kill('SIGCONT');
    await isFull.promise;
    killed.kill('SIGKILL');
    await isAbandoned.promise;
    answerAll();
    await receiver.waitFor(TOTAL);
    await receiver.waitFor(TOTAL + FIRST);

    expect(most).toBe(LIMIT);
    expect(mostMeanwhile).toBe(LIMIT - FIRST);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(TOTAL);
    expect(new Set(ids.slice(-FIRST))).toEqual(new Set(abandoned));
    expect(new Set(receiver.requests.map(({ headers }) => headers['posthorn-attempt']))).toEqual(new Set(['1']));
  });
});
