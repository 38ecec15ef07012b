import { describe, expect, inject, test } from 'vitest';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { MOST_EXAMINED } from '../../src/delivery/log.sql.ts';
import { createDeliveryLogTail } from '../../src/delivery/log-tail.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { startProxy } from '../support/proxy.ts';
import { importIds, NO_FILTER, untilReadable } from './log-entries.ts';
import { subscribe, subscribePages, write } from './log-reader.ts';

const forms = [
  { form: 'entries', begin: subscribe },
  { form: 'pages', begin: subscribePages },
] as const;

describe.runIf(inject('database') === 'postgresql')('the tail of the delivery log, when its database', () => {
  test.each(forms)(
    'goes away, shows those who are live what they missed once it is back, as $form',
    async ({ begin }) => {
      await using app = await createTestApp();
      await using away = await startTailBehindProxy(app);
      const reader = begin(away.tail, app);
      await write(app, 'before');
      await reader.take(1);
      const next = reader.take(2);

      away.proxy.cut();
      await write(app, 'during');
      app.signals.emit('log.appended', [app.organizationId]);
      away.proxy.restore();
      await write(app, 'after');

      expect(await next).toEqual(['during', 'after']);
    },
  );

  test.each(forms)('goes away, ends those who are catching up on $form with where to go on', async ({ begin }) => {
    await using app = await createTestApp();
    await using away = await startTailBehindProxy(app);
    const all = importIds('entry', 1_200);
    await write(app, ...all);
    await untilReadable(app.db);
    const reader = begin(away.tail, app);
    const before = await reader.take(10);

    away.proxy.cut();
    const { seen, end } = await reader.rest();
    expect(end.ended).toBe('UNAVAILABLE');

    away.proxy.restore();
    const resumed = begin(away.tail, app, { after: end.position });
    const rest = await resumed.take(all.length - before.length - seen.length);
    expect([...before, ...seen, ...rest]).toEqual(all);
  });

  test('goes away, ends one for whom there was nothing yet with how far it had looked', async () => {
    await using app = await createTestApp();
    await using away = await startTailBehindProxy(app);
    const others = Array.from({ length: MOST_EXAMINED + 10 }, () => 'other');
    await write(app, ...others, 'wanted');
    await untilReadable(app.db);
    const wanted = { filter: { ...NO_FILTER, importId: 'wanted' } };
    const reader = subscribePages(away.tail, app, wanted);
    const { entries, end: looked } = await reader.next();
    expect(entries).toEqual([]);

    away.proxy.cut();
    expect(await reader.rest()).toEqual({ seen: [], end: { ended: 'UNAVAILABLE', position: looked } });

    away.proxy.restore();
    const resumed = subscribePages(away.tail, app, { ...wanted, after: looked });
    expect(await resumed.next()).toMatchObject({ entries: [{ importId: 'wanted' }], hasMore: false });
  });

  test.each(forms)(
    'is away from the beginning, ends a new subscriber to $form, which has seen nothing',
    async ({ begin }) => {
      await using app = await createTestApp();
      await using away = await startTailBehindProxy(app);
      away.proxy.cut();

      expect(await begin(away.tail, app, { after: undefined }).rest()).toEqual({
        seen: [],
        end: { ended: 'UNAVAILABLE', position: undefined },
      });
      expect(away.tail.subscribers).toBe(0);
    },
  );

  test('drops the connection that brings hints, misses nothing', async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    const reader = subscribe(sibling.tail, app);
    await write(app, 'before');
    await reader.take(1);

    const [{ ended } = { ended: 0n }] = await app.db.query<{ ended: bigint }>(
      `select count(pg_terminate_backend(pid)) as ended from pg_stat_activity
       where datname = current_database() and query like 'listen%'`,
    );
    expect(ended).toBe(2n);
    const lost = importIds('lost', 20);
    const started = performance.now();
    for (const id of lost) {
      await write(app, id);
      app.signals.emit('log.appended', [app.organizationId]);
    }

    expect(await reader.take(20)).toEqual(lost);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

/** A tail whose database, and nobody else's, can be taken away. */
async function startTailBehindProxy(app: TestApp) {
  const proxy = await startProxy(app.database.url ?? '');
  const db = openPostgresql(proxy.url, 3, createLogger('silent'));
  const tail = createDeliveryLogTail({ ...app, db });
  await tail.start();
  return {
    proxy,
    tail,
    async [Symbol.asyncDispose]() {
      await tail.stop(AbortSignal.abort());
      await db.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}
