/** Leasing: who may attempt what, and until when. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LOCK_LANES } from '../../src/delivery/lanes.sql.ts';
import { LEASE_DUE } from '../../src/delivery/lease.sql.ts';
import { leaseDueDeliveries, releaseLeases, scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';

/** A webhook at which `count` deliveries are due, and the lane to lease them from. */
async function givenDue(app: TestApp, count: number, importIdentifier = 'contacts') {
  const webhook = await givenWebhook(app, { url: 'http://127.0.0.1:9/', importIdentifiers: [importIdentifier] });
  const known = new Set((await scanLanes(app, 0)).map(({ destinationId }) => destinationId));
  for (let index = 0; index < count; index += 1) {
    await reportCompleted(app, { importId: `${importIdentifier}-${index}`, importIdentifier });
  }
  const added = (await scanLanes(app, 0)).find(({ destinationId }) => !known.has(destinationId));
  if (!added) throw new Error('the deliveries are not due');
  return { webhook, lane: { destinationId: added.destinationId, slots: count } };
}

describe('a lease', () => {
  test('that ended makes the delivery due again, with its retry budget as it was (A6)', async () => {
    await using app = await createTestApp();
    const { lane } = await givenDue(app, 1);
    const first = await leaseDueDeliveries(app, [lane]);
    expect(first.deliveries).toMatchObject([{ attemptCount: 0, failedAttempts: 0 }]);

    await app.clock.advance(app.config.leaseMs - 2_000);
    expect(await leaseDueDeliveries(app, [lane])).toEqual({ deliveries: [], full: new Set(), busy: [] });
    await app.clock.advance(2_000);

    const second = await leaseDueDeliveries(app, [lane]);
    expect(second.deliveries).toMatchObject([{ id: first.deliveries[0]?.id, attemptCount: 0, failedAttempts: 0 }]);
    expect(second.deliveries[0]?.leaseToken).not.toBe(first.deliveries[0]?.leaseToken);
  });

  test('is had by one dispatcher only, however many ask at the same moment (A4)', async () => {
    await using app = await createTestApp();
    const { lane } = await givenDue(app, 12);
    const sibling = await app.createSibling();

    const leases = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        leaseDueDeliveries(index % 2 === 0 ? app : sibling, [{ ...lane, slots: 6 }]),
      ),
    );

    const ids = leases.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(6);
  });

  test('never makes more than the limit of a destination, over all dispatchers (E43)', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 5 } });
    const { lane } = await givenDue(app, 12);
    const sibling = await app.createSibling();

    const leases = await Promise.all(
      Array.from({ length: 8 }, (_, index) => leaseDueDeliveries(index % 2 === 0 ? app : sibling, [lane])),
    );
    expect(leases.flatMap(({ deliveries }) => deliveries)).toHaveLength(5);

    expect((await leaseDueDeliveries(app, [lane])).deliveries).toEqual([]);
    expect((await leaseDueDeliveries(sibling, [lane])).deliveries).toEqual([]);
  });

  test('is not had where the locks of its lanes are not held, as when BEGIN failed', async () => {
    await using app = await createTestApp();
    const { lane } = await givenDue(app, 3);
    const lanes = [lane.destinationId];
    const ask = [LEASE_DUE, [lanes, [3], 32, app.config.leaseMs, randomUUID()]] as const;

    expect(await app.db.query(...ask)).toEqual([]);
    await app.db.query(LOCK_LANES, [lanes]);
    expect(await app.db.query(...ask)).toEqual([]);
    expect((await app.db.together<[object, object]>([LOCK_LANES, [lanes]], ask))[1]).toHaveLength(3);
  });

  test('says when it took the last room of a destination', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 5 } });
    const { lane } = await givenDue(app, 12);
    const leaseOf = async (slots: number) => {
      const { deliveries, full } = await leaseDueDeliveries(app, [{ ...lane, slots }]);
      return { got: deliveries.length, isFull: full.has(lane.destinationId) };
    };

    expect(await leaseOf(3)).toEqual({ got: 3, isFull: false });
    expect(await leaseOf(3)).toEqual({ got: 2, isFull: true });
    expect(await leaseOf(3)).toEqual({ got: 0, isFull: false });
  });

  test('does not say so when it got all that was due, with room left', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 5 } });
    const { lane } = await givenDue(app, 4);

    const { deliveries, full } = await leaseDueDeliveries(app, [{ ...lane, slots: 9 }]);

    expect(deliveries).toHaveLength(4);
    expect(full).toEqual(new Set());
  });

  test('that is given back makes the delivery due at once, and makes room for another', async () => {
    await using app = await createTestApp({ config: { destinationConcurrency: 1 } });
    const { lane } = await givenDue(app, 2);
    const { deliveries } = await leaseDueDeliveries(app, [lane]);
    expect(deliveries).toHaveLength(1);

    await releaseLeases(app, deliveries);

    expect((await leaseDueDeliveries(app, [lane])).deliveries).toHaveLength(1);
  });

  test('that was stolen cannot be given back by the one who lost it (A5)', async () => {
    await using app = await createTestApp();
    const { lane } = await givenDue(app, 1);
    const { deliveries: lost } = await leaseDueDeliveries(app, [lane]);
    await app.clock.advance(app.config.leaseMs);
    const { deliveries: held } = await leaseDueDeliveries(app, [lane]);
    expect(held).toHaveLength(1);

    await releaseLeases(app, lost);

    expect((await leaseDueDeliveries(app, [lane])).deliveries).toEqual([]);
  });

  test('takes what has been due for longest first', async () => {
    await using app = await createTestApp();
    const { lane } = await givenDue(app, 6);

    const order: (string | null)[] = [];
    for (let index = 0; index < 6; index += 1) {
      const { deliveries } = await leaseDueDeliveries(app, [{ ...lane, slots: 1 }]);
      order.push(...deliveries.map(({ importId }) => importId));
    }

    expect(order).toEqual(Array.from({ length: 6 }, (_, index) => `contacts-${index}`));
  });

  test('leaves a held destination alone, and goes on with others', async () => {
    await using app = await createTestApp();
    const held = await givenDue(app, 2, 'held');
    const free = await givenDue(app, 2, 'free');
    await ask(app, `mutation ($input: DisableWebhookInput!) { disableWebhook(input: $input) { __typename } }`, {
      input: { webhookId: held.webhook.id },
    });

    const { deliveries } = await leaseDueDeliveries(app, [held.lane, free.lane]);

    expect(deliveries.map(({ importId }) => importId).toSorted()).toEqual(['free-0', 'free-1']);
    expect(await scanLanes(app, 1_000)).toEqual([]);
  });
});
