/** The rate limit of a webhook. */

import { describe, expect, test } from 'vitest';
import { leaseDueDeliveries } from '../../src/delivery/lease.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => ({ importId: `import-${index}` }));

/** How many deliveries a dispatcher gets that asks for thirty. */
async function leaseThirty(app: TestApp): Promise<number> {
  const [destination] = await app.db.prisma.destination.findMany();
  const lane = { destinationId: destination?.id ?? '', slots: 30 };
  return (await leaseDueDeliveries(app, [lane])).deliveries.length;
}

describe('a webhook with a rate limit', () => {
  test('gets a tenth of it at once, and after each instant as many as fit in, never more (E43)', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 1_000 } });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', maxAttemptsPerSecond: 50 });
    await reportMany(app, names(100));

    const before = performance.now();
    let leased = await leaseThirty(app);
    expect(leased).toBe(5);
    let passedMs = 0;
    for (const [ms, least] of [
      [40, 2],
      [40, 2],
      [2_000, 5],
      [0, 0],
    ] as const) {
      await app.clock.advance(ms);
      passedMs += ms;
      const got = await leaseThirty(app);
      leased += got;
      expect(got).toBeGreaterThanOrEqual(least);
      expect(got).toBeLessThanOrEqual(5);
      // Real time passes as well.
      expect(leased).toBeLessThanOrEqual(5 + ((performance.now() - before + passedMs) / 1_000) * 50);
    }
  });

  test('of less than one a second gets a single attempt at once', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', maxAttemptsPerSecond: 0.1 });
    await reportMany(app, names(10));

    expect(await leaseThirty(app)).toBe(1);
    await app.clock.advance(5_000);
    expect(await leaseThirty(app)).toBe(0);
    await app.clock.advance(5_000);
    expect(await leaseThirty(app)).toBe(1);
  });

  test('gets no more of it from two dispatchers than from one (E43)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await app.createSibling({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url, maxAttemptsPerSecond: 40 });
    await reportMany(app, names(60));

    await receiver.waitFor(60);
    const at = receiver.requests.map((request) => request.at.getTime()).toSorted((a, b) => a - b);
    const spanMs = (at.at(-1) ?? 0) - (at[0] ?? 0);
    // 60 attempts, of which 4 could be saved up, take 56 / 40 seconds at least.
    expect(spanMs).toBeGreaterThanOrEqual(1_400 - SCHEDULING_MS);
  });

  test('gets in no stretch of time more than its rate and a tenth of a second saved up, from two dispatchers together (E43)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await app.createSibling({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url, maxAttemptsPerSecond: 40 });
    await reportMany(app, names(80));
    await receiver.waitFor(80);

    // A lease is when the right to an attempt was given, by the one clock that counts, whenever the request got there.
    const leased = await app.db.query<{ at: number }>(
      `select extract(epoch from next_attempt_at)::float8 as at from delivery order by next_attempt_at`,
    );
    const mostAt = leased.map(({ at }, first) =>
      Math.max(...leased.slice(first).map((last, more) => more + 1 - 40 * (last.at - at))),
    );
    expect(leased).toHaveLength(80);
    expect(Math.max(...mostAt)).toBeLessThan(4 + MICROSECONDS);
  });

  test('can lose it again, and then gets everything at once', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/', maxAttemptsPerSecond: 1 });
    await reportMany(app, names(30));
    expect(await leaseThirty(app)).toBe(1);

    const { webhook } = await ask<{ webhook: object }>(
      app,
      `mutation ($id: ID!) {
        updateWebhook(input: { webhookId: $id, maxAttemptsPerSecond: 0 }) {
          ... on WebhookPayload { webhook { maxAttemptsPerSecond } }
        }
      }`,
      { id },
    );
    expect(webhook).toEqual({ maxAttemptsPerSecond: null });
    expect(await leaseThirty(app)).toBe(29);
  });

  test.each([-1, 0.001, 10_001])('of %d is refused, with what would be right', async (maxAttemptsPerSecond) => {
    await using app = await createTestApp();
    await expect(givenWebhook(app, { url: 'http://127.0.0.1:9/', maxAttemptsPerSecond })).rejects.toThrow(
      'must be from 0.01 to 10000, or 0 for no limit.',
    );
  });
});

/** How much later than it was leased the first attempt may reach the receiver, on a busy machine. */
const SCHEDULING_MS = 500;

/** What a rate comes to in the microseconds to which the database rounds. */
const MICROSECONDS = 0.001;
