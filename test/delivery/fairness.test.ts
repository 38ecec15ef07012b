/** An organization with a backlog, and one that has next to nothing to deliver. */

import { describe, expect, inject, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp } from '../support/app.ts';
import { givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { begin, untilBlocked } from './log-entries.ts';

/** How many attempts the dispatcher makes at once; the backlog is at many more destinations. */
const SLOTS = 4;
const DESTINATIONS = 20;
const IMPORTS = 12;

describe('an organization', () => {
  test('has its delivery sent in the next turn, however much another has waiting at however many destinations (E42)', async () => {
    await using app = await createTestApp({
      config: { dispatchConcurrency: SLOTS, attemptTimeoutMs: 100_000, leaseMs: 200_000 },
    });
    const quiet = await givenOrganization(app);
    const isBusy = Promise.withResolvers<void>();
    const isSent = Promise.withResolvers<void>();
    const held: (() => void)[] = [];
    let holding = true;
    /** Answers a few, and then nobody before the quiet one's delivery is there. */
    await using receiver = await startReceiver(({ url }, response, index) => {
      if (url === '/quiet') isSent.resolve();
      if (index < 2 * DESTINATIONS || url === '/quiet' || !holding) return response.end();
      held.push(() => response.end());
      if (held.length === SLOTS) isBusy.resolve();
    });
    for (let index = 0; index < DESTINATIONS; index += 1) {
      await givenWebhook(app, { url: `${receiver.url}/busy/${index}` });
    }
    await givenWebhook(quiet, { url: `${receiver.url}/quiet` });
    await reportMany(
      app,
      Array.from({ length: IMPORTS }, (_, index) => ({ importId: `import-${index}` })),
    );

    // Its clock stands still, so that no attempt counts as one that only waits, and makes room for others.
    const dispatcher = createDispatcher({ ...app, clock: { ...app.clock, elapsed: () => 0 } });
    await dispatcher.start();
    try {
      await isBusy.promise;
      await reportCompleted(quiet, { importId: 'quiet' });
      const before = receiver.requests.length;
      for (const answer of held.splice(0)) answer();
      await isSent.promise;

      // Of the attempts that those made room for, one was the quiet one's.
      const turn = receiver.requests.slice(before).map(({ url }) => url);
      expect(turn.indexOf('/quiet')).toBeLessThan(SLOTS);

      holding = false;
      for (const answer of held.splice(0)) answer();
      await receiver.waitFor(DESTINATIONS * IMPORTS + 1);
    } finally {
      await dispatcher.stop(AbortSignal.timeout(5_000));
    }
  });
});

describe('a dispatcher', () => {
  test('never has more attempts under way than it may, though it leases twice at once', async () => {
    await using app = await createTestApp({ config: { dispatchConcurrency: SLOTS, attemptTimeoutMs: 100_000 } });
    const held: (() => void)[] = [];
    let mostAtOnce = 0;
    let isHolding = true;
    await using receiver = await startReceiver((_request, response) => {
      if (!isHolding) return response.end();
      held.push(() => response.end());
      mostAtOnce = Math.max(mostAtOnce, held.length);
    });
    for (let index = 0; index < DESTINATIONS; index += 1) await givenWebhook(app, { url: `${receiver.url}/${index}` });
    await reportMany(app, [{ importId: 'first' }, { importId: 'second' }]);

    // Its clock stands still, so that no attempt counts as one that only waits, and makes room for others.
    const dispatcher = createDispatcher({ ...app, clock: { ...app.clock, elapsed: () => 0 } });
    await dispatcher.start();
    try {
      for (let rounds = 1; rounds <= 5; rounds += 1) {
        await receiver.waitFor(rounds * SLOTS);
        for (let looks = 0; looks < 10; looks += 1) await scanLanes(app, 0); // long enough for a lease that is too many
        for (const answer of held.splice(0)) answer();
      }
      isHolding = false;
      for (const answer of held.splice(0)) answer();
      await receiver.waitFor(2 * DESTINATIONS);
    } finally {
      await dispatcher.stop(AbortSignal.timeout(5_000));
    }

    expect(mostAtOnce).toBe(SLOTS);
  });
});

describe.runIf(inject('database') === 'postgresql')('an organization whose lease takes its time', () => {
  test('does not hold up another whose delivery is due meanwhile (E42)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    const quiet = await givenOrganization(app);
    await givenWebhook(quiet, { url: `${receiver.url}/quiet` });
    await givenWebhook(app, { url: `${receiver.url}/slow`, maxAttemptsPerSecond: 10 });
    await reportCompleted(app, { importId: 'slow' });
    // A lease writes down what it uses of a rate limit.
    const other = await begin(app.db);
    await other.sql.query('select id from destination for no key update');
    await app.startDispatcher();
    await untilBlocked(app.db, 1);

    await reportCompleted(quiet, { importId: 'quiet' });
    await receiver.waitFor(1);
    await other.commit();
    await receiver.waitFor(2);

    expect(receiver.requests.map(({ url }) => url)).toEqual(['/quiet', '/slow']);
  });
});
