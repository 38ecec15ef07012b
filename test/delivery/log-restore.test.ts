import { describe, expect, inject, test } from 'vitest';
import { rebaseLog } from '../../src/delivery/log-restore.ts';
import { removeLogEntries } from '../../src/delivery/retention.ts';
import { countLog } from '../../src/delivery/stats-keeper.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { watchWebSocket } from '../support/client.ts';
import {
  atLeast,
  importIds,
  importsOf,
  readPage,
  type SeenEntry,
  untilReadable,
  WATCH_LOG,
  writeReadableEntries,
} from './log-entries.ts';

describe('a delivery log that was restored on another server', () => {
  test('can be read again, in its order, and new entries come after it', async () => {
    await using app = await createTestApp();
    const ids = importIds('restored', 20);
    await write(app, ...ids);
    await restore(app, 10n ** 12n);
    expect((await readPage(app)).entries).toEqual([]);

    expect(await rebaseLog(app.db)).toBe(true);
    await write(app, 'new');

    expect(importsOf((await readPage(app, { first: 100 })).entries)).toEqual([...ids, 'new']);
    await using watching = watchWebSocket<SeenEntry>(app, WATCH_LOG, { after: '0.0' });
    expect(importsOf(await watching.until(atLeast(21)))).toEqual([...ids, 'new']);
  });

  test('keeps the cursors of entries that are not from beyond the server’s transactions', async () => {
    await using app = await createTestApp();
    await write(app, 'old-1', 'old-2');
    const [first] = (await readPage(app)).entries;
    await write(app, 'beyond-1', 'beyond-2');
    await app.db.query(`update delivery_log_entry set transaction = 10 ^ 12 where import_id like 'beyond-%'`);

    expect(await rebaseLog(app.db)).toBe(true);
    await write(app, 'new');

    const { entries } = await readPage(app, { after: first?.cursor ?? '' });
    expect(importsOf(entries)).toEqual(['old-2', 'beyond-1', 'beyond-2', 'new']);
  });

  test('keeps each delivery’s story in order, even where transactions overlapped', async () => {
    await using app = await createTestApp();
    await write(app, 'a', 'b', 'c', 'd');
    await app.db.query(
      `update delivery_log_entry set transaction = 10 ^ 12 + case import_id when 'b' then 5 when 'c' then 4 else 6 end`,
    );

    await rebaseLog(app.db);

    expect(importsOf((await readPage(app)).entries)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('has its beginning where retention left it, also when nothing else is left of it', async () => {
    await using app = await createTestApp();
    await write(app, 'removed-1', 'removed-2', 'kept-1', 'kept-2');
    await app.db.query(`update delivery_log_entry set at = '2001-01-01T00:00:00Z' where import_id like 'removed-%'`);
    await removeUpTo(app, '2002-01-01T00:00:00Z');
    await restore(app, 10n ** 12n);

    expect(await rebaseLog(app.db)).toBe(true);
    expect(importsOf((await readPage(app)).entries)).toEqual(['kept-1', 'kept-2']);
    await removeUpTo(app, '2999-01-01T00:00:00Z');
    await restore(app, 10n ** 12n);
    expect(await rebaseLog(app.db)).toBe(true);
    expect(await rebaseLog(app.db)).toBe(false);

    await write(app, 'new');
    expect(importsOf((await readPage(app)).entries)).toEqual(['new']);
  });

  test('goes on being counted from where it was', async () => {
    await using app = await createTestApp();
    await write(app, 'counted-1', 'counted-2');
    await countLog(app);
    await write(app, 'uncounted');
    await restore(app, 10n ** 12n);
    await app.db.query('update delivery_stat_progress set transaction = transaction + 10 ^ 12');

    await rebaseLog(app.db);
    await write(app, 'new');
    await countLog(app);

    const [counted] = await app.db.query(`select scheduled from delivery_stat where bucket = 'DAY'`);
    expect(counted).toEqual({ scheduled: 4 });
  });

  test.runIf(inject('database') === 'postgresql')(
    'is put right by one of several processes that start at once',
    async () => {
      await using app = await createTestApp();
      await write(app, ...importIds('restored', 20));
      await restore(app, 10n ** 12n);

      const done = await Promise.all(Array.from({ length: 5 }, () => rebaseLog(app.db)));
      expect(done.filter(Boolean)).toHaveLength(1);
    },
  );
});

describe('a delivery log that was not restored', () => {
  test('is left alone', async () => {
    await using app = await createTestApp();
    await write(app, ...importIds('entry', 5));
    const before = await readPage(app);

    expect(await rebaseLog(app.db)).toBe(false);
    expect(await readPage(app)).toEqual(before);
  });

  test('is left alone when it is empty', async () => {
    await using app = await createTestApp();
    expect(await rebaseLog(app.db)).toBe(false);
  });
});

async function write(app: TestApp, ...ids: string[]): Promise<void> {
  await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ids });
}

/** As if a server whose transactions were that many further on had written the entries. */
async function restore(app: TestApp, ahead: bigint): Promise<void> {
  await app.db.query('update delivery_log_entry set transaction = transaction + $1::bigint', [ahead]);
  await app.db.query('update delivery_log_start set transaction = transaction + $1::bigint', [ahead]);
}

/** What retention does. */
async function removeUpTo(app: TestApp, instant: string): Promise<void> {
  await untilReadable(app.db);
  await removeLogEntries({ ...app, signal: new AbortController().signal }, new Date(instant));
}
