/** Dispatchers at work: several at once, without hints, and with what they cannot read. */

import { randomBytes } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { createSignals } from '../../src/database/signals.ts';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { dueHint } from '../../src/delivery/due.ts';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createSecretBox } from '../../src/lib/secret-box.ts';
import type { Service } from '../../src/lib/service.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { documentedImport, givenWebhook, reportCompleted } from '../support/given.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { createLogBook, type LogBook, readDeliveries, seen, watchLog } from './observe.ts';

/** Dispatchers that stop, in time for their database to be closed, at the end of a test. */
async function startDispatchers(apps: readonly App[]): Promise<AsyncDisposable> {
  const services: Service[] = apps.map(createDispatcher);
  await Promise.all(services.map((service) => service.start()));
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(services.map((service) => service.stop(AbortSignal.timeout(STOP_WITHIN_MS))));
    },
  };
}

/** Enough, on a busy machine, to write down all that is under way. */
const STOP_WITHIN_MS = 30_000;

/** Reports `count` imports in one mutation. */
async function reportMany(app: TestApp, count: number, importIdentifier = 'contacts'): Promise<void> {
  const imports = Array.from({ length: count }, (_, index) => ({
    ...documentedImport,
    importId: `${importIdentifier}-${index}`,
    importIdentifier,
  }));
  await ask(app, `mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { __typename } }`, {
    input: { imports },
  });
}

/** How many attempts each dispatcher made, by its own log. */
function sharesOf(books: readonly LogBook[]): number[] {
  return books.map(({ lines }) => lines.filter(({ msg }) => msg === 'delivery.attempted').length);
}

describe('twenty dispatchers', () => {
  // PGlite has one connection for all of them, so there they share a tenth of the work.
  const imports = inject('database') === 'pglite' ? 10 : 100;
  const total = imports * 40;

  test(`attempt each of ${total} deliveries to 40 destinations once, and none of them starves (A4)`, {
    timeout: 120_000,
  }, async () => {
    await using app = await createTestApp({
      // On a busy machine nothing may time out, or it would rightly be attempted again.
      config: { dispatchConcurrency: 16, attemptTimeoutMs: 100_000, leaseMs: 200_000 },
    });
    const attempts = new Map<string, number>();
    const all = Promise.withResolvers<void>();
    await using receiver = await startReceiver((request, response) => {
      const id = String(request.headers['posthorn-delivery-id']);
      attempts.set(id, (attempts.get(id) ?? 0) + 1);
      response.end();
      if (attempts.size === total) all.resolve();
    });
    for (let index = 0; index < 40; index += 1) await givenWebhook(app, { url: `${receiver.url}/${index}` });
    await reportMany(app, imports);
    const siblings = await Promise.all(Array.from({ length: 10 }, () => app.createSibling()));
    const books = Array.from({ length: 20 }, createLogBook);

    {
      await using _dispatchers = await startDispatchers(
        books.map(({ log }, index) => ({ ...(siblings[index % siblings.length] ?? app), log })),
      );
      await all.promise;
    }

    expect([...attempts.values()].filter((count) => count !== 1)).toEqual([]);
    // On a busy machine a connection may be closed as a request comes; what was not received is then sent once more.
    expect(await app.db.prisma.attempt.count({ where: { leaseLost: false, status: 'SUCCEEDED' } })).toBe(total);
    expect(await app.db.prisma.delivery.count({ where: { status: 'DELIVERED' } })).toBe(total);
    const shares = sharesOf(books);
    const equalShare = total / books.length;
    expect(Math.min(...shares), `of ${shares}`).toBeGreaterThanOrEqual(equalShare / 10);
  });
});

describe('two dispatchers', () => {
  test('together never exceed the limit of a destination, and use it to the full (E43)', async () => {
    const limit = 3;
    const waves = 4;
    // Neither could reach the limit alone.
    await using app = await createTestApp({ config: { destinationConcurrency: limit, dispatchConcurrency: 2 } });
    const sibling = await app.createSibling();
    const leasesPerWave: number[] = [];
    const answers: (() => void)[] = [];
    let answering = Promise.resolve();
    await using receiver = await startReceiver((_request, response) => {
      answers.push(() => response.end());
      if (answers.length === limit) answering = answering.then(answerWave);
    });
    /** Answers once both dispatchers have been told to look for more, and have had the time to find it. */
    async function answerWave(): Promise<void> {
      const all = await app.db.prisma.destination.findMany();
      const hints = all.map(({ id, organizationId }) => dueHint({ organizationId, destinationId: id }));
      for (const { signals } of [app, sibling]) signals.emit('destination.due', hints);
      for (let looks = 0; looks < 20; looks += 1) await scanLanes(app, 0);
      leasesPerWave.push(await app.db.prisma.delivery.count({ where: { leaseToken: { not: null } } }));
      for (const end of answers.splice(0)) end();
    }
    await givenWebhook(app, { url: receiver.url });
    await reportMany(app, waves * limit);
    const books = [createLogBook(), createLogBook()] as const;

    {
      await using _dispatchers = await startDispatchers([
        { ...app, log: books[0].log },
        { ...sibling, log: books[1].log },
      ]);
      await receiver.waitFor(waves * limit);
      await answering;
    }

    expect(leasesPerWave).toEqual(Array.from({ length: waves }, () => limit));
    expect(Math.min(...sharesOf(books))).toBeGreaterThan(0);
  });
});

describe('a dispatcher', () => {
  test('finds what is due by looking, when every hint is lost', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    // Signals that were never started hear nothing of what others do.
    await using _dispatcher = await startDispatchers([{ ...app, signals: createSignals(app.db, app.log) }]);
    await reportCompleted(app, { importId: 'first' });
    await receiver.waitFor(1);

    await reportCompleted(app, { importId: 'second' });

    await receiver.waitFor(2);
  });

  test('delivers to others while a destination with a backlog answers nothing', async () => {
    await using app = await createTestApp({ config: { dispatchConcurrency: 8, destinationConcurrency: 4 } });
    await using silent = await startReceiver([{ delay: never }]);
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: silent.url, importIdentifiers: ['silent'] });
    await givenWebhook(app, { url: receiver.url });
    await reportMany(app, 50, 'silent');
    await app.startDispatcher();
    await silent.waitFor(2);

    await reportMany(app, 20);

    await receiver.waitFor(20);
    expect(silent.requests).toHaveLength(2);
  });

  test('delivers to others while more destinations hang than it makes attempts at once (E41)', async () => {
    await using app = await createTestApp({ config: { dispatchConcurrency: 4 } });
    await using silent = await startReceiver([{ delay: never }]);
    await using receiver = await startReceiver();
    const hanging = 12;
    for (let index = 0; index < hanging; index += 1) {
      await givenWebhook(app, { url: `${silent.url}/${index}`, importIdentifiers: ['silent'] });
    }
    await givenWebhook(app, { url: receiver.url });
    await reportMany(app, 5, 'silent');
    await app.startDispatcher();
    await silent.waitFor(4);

    await reportMany(app, 20);

    await receiver.waitFor(20);
    await silent.waitFor(2 * hanging);
    expect(await app.db.prisma.attempt.count({ where: { url: { startsWith: silent.url } } })).toBe(0);
  });

  test('goes on with other deliveries when a secret is of another ENCRYPTION_KEY, and says so once per try', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    const { log, lines, until } = createLogBook();
    const other = { ...app, box: createSecretBox(randomBytes(32)) };
    await givenWebhook(app, { url: `${receiver.url}/unreadable` });
    await app.db.query(`update webhook_secret set ciphertext = $1`, [other.box.seal('whsec_c2VjcmV0')]);
    await givenWebhook(app, { url: `${receiver.url}/readable` });
    await using watching = watchLog(app);
    await using _dispatcher = await startDispatchers([{ ...app, log }]);

    await reportCompleted(app);
    await until('attempt.failed');
    await watching.until(seen('DELIVERED'));

    expect(receiver.requests.map(({ url }) => url)).toEqual(['/readable']);
    expect(lines.filter(({ msg }) => msg === 'attempt.failed')).toMatchObject([
      { level: 'error', error: { name: 'SecretBoxError', message: expect.stringContaining('ENCRYPTION_KEY') } },
    ]);
    await app.clock.advance(app.config.leaseMs);
    await until('attempt.failed', 2);
    expect((await readDeliveries(app)).map(({ status }) => status).toSorted()).toEqual(['DELIVERED', 'PENDING']);
  });
});
