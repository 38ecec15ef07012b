/** Cursors that are older than what is kept of the delivery log. */

import { describe, expect, test } from 'vitest';
import { formatCursor, LOG_START, readLog, readLogEnd } from '../../src/delivery/log.ts';
import { removeLogEntries } from '../../src/delivery/retention.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
import {
  atLeast,
  importIds,
  importsOf,
  NO_FILTER,
  readPage,
  type SeenEntry,
  transports,
  untilReadable,
  WATCH_LOG,
  writeEntries,
  writeReadableEntries,
} from './log-entries.ts';
import { startTail, subscribe } from './log-reader.ts';

/** What retention does to a log when it finds all that is there too old. */
async function removeAll(app: TestApp): Promise<number> {
  await untilReadable(app.db);
  return await removeLogEntries({ ...app, signal: new AbortController().signal }, new Date('2999-01-01T00:00:00Z'));
}

const write = (app: TestApp, ...ids: string[]) =>
  writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ids });

async function cursors(app: TestApp): Promise<string[]> {
  return (await readPage(app, { first: 100 })).entries.map(({ cursor }) => cursor);
}

/** Removes everything, whether it can be read or not. */
const REMOVE_UNSEEN = `
  with gone as (delete from delivery_log_entry returning transaction, sequence)
  insert into delivery_log_start (transaction, sequence)
  select transaction, sequence from gone order by transaction desc, sequence desc limit 1`;

const expired = (oldestCursor: string | undefined) => [
  expect.objectContaining({ extensions: expect.objectContaining({ code: 'CURSOR_EXPIRED', oldestCursor }) }),
];

const READ = 'query ($after: String, $last: Int) { deliveryLog(after: $after, last: $last) { entries { importId } } }';

describe('a cursor from before what is left of the log (F49)', () => {
  test.each([{}, { last: 10 }])('is refused by the query with %j, which names the oldest one', async (arguments_) => {
    await using app = await createTestApp();
    await write(app, 'one', 'two', 'three');
    const [first, , last] = await cursors(app);
    await removeAll(app);
    await write(app, 'four');

    for (const after of ['0.0', first]) {
      expect((await post(app, READ, { after, ...arguments_ })).errors).toEqual(expired(last));
    }
    expect(importsOf((await readPage(app, { after: last ?? '' })).entries)).toEqual(['four']);
  });

  test.each(transports)('ends a subscription over $over, which names the oldest one', async ({ watch }) => {
    await using app = await createTestApp();
    await write(app, 'one', 'two');
    const [first, last] = await cursors(app);
    await removeAll(app);
    await write(app, 'three');

    for (const after of ['0.0', first]) {
      await using refused = watch<SeenEntry>(app, WATCH_LOG, { after });
      expect(await refused.ended).toEqual(expired(last));
      expect(refused.seen).toEqual([]);
    }
    await using watching = watch<SeenEntry>(app, WATCH_LOG, { after: last });
    expect(importsOf(await watching.until(atLeast(1)))).toEqual(['three']);
  });

  test('is not the last one that was removed, nor any other while the log is empty', async () => {
    await using app = await createTestApp();
    await write(app, 'one', 'two');
    const [first, last] = await cursors(app);
    await removeAll(app);

    expect(await readPage(app, { after: last ?? '' })).toEqual({ entries: [], endCursor: last, hasMore: false });
    expect((await post(app, READ, { after: first })).errors).toEqual(expired(last));
  });
});

describe('a log whose beginning was removed', () => {
  test('is read from the beginning of what is left without a cursor', async () => {
    await using app = await createTestApp();
    await write(app, 'one', 'two');
    await removeAll(app);
    expect(await readPage(app)).toMatchObject({ entries: [], hasMore: false });

    await write(app, 'three', 'four');
    expect(importsOf((await readPage(app)).entries)).toEqual(['three', 'four']);
    expect(importsOf((await readPage(app, { last: 1 })).entries)).toEqual(['four']);
  });

  test('keeps what is not old, in whole and from there on, even where older entries come later', async () => {
    await using app = await createTestApp();
    await write(app, 'old', 'young', 'old-again');
    await app.db.query(`update delivery_log_entry set at = '2001-01-01T00:00:00Z' where import_id like 'old%'`);
    await untilReadable(app.db);

    const signal = new AbortController().signal;
    expect(await removeLogEntries({ ...app, signal }, new Date('2002-01-01T00:00:00Z'))).toBe(1);

    expect(importsOf((await readPage(app)).entries)).toEqual(['young', 'old-again']);
  });
});

describe('a reader that is overtaken', () => {
  test('between two pages is ended rather than shown a gap', async () => {
    await using app = await createTestApp();
    const ids = importIds('entry', 700);
    await write(app, ...ids);
    const { tail } = await startTail(app);
    const reader = subscribe(tail, app);
    expect(await reader.take(1)).toEqual(ids.slice(0, 1));

    await removeAll(app);
    await write(app, 'new');

    // The rest of the page that it has been given already, and no more.
    const { seen, end } = await reader.rest();
    expect(seen).toEqual(ids.slice(1, 500));
    expect(end).toEqual({ ended: 'CURSOR_EXPIRED', position: (await readLogEnd(app.db)).start });
  });

  test('while a page is read is refused', async () => {
    await using app = await createTestApp();
    await write(app, 'one', 'two');
    let removed = 0;
    const reads = {
      ...app.db.reads,
      async query<Row>(statement: string, parameters?: readonly unknown[]): Promise<Row[]> {
        const answer = await app.db.reads.query<Row>(statement, parameters);
        removed ||= await removeAll(app); // after the end was read, before the entries are
        return answer;
      },
    };

    const reading = readLog(
      { db: { ...app.db, reads } },
      app.organizationId,
      { after: LOG_START, limit: 10 },
      NO_FILTER,
    );

    await expect(reading).rejects.toMatchObject({ extensions: { code: 'CURSOR_EXPIRED' } });
    expect(removed).toBe(2);
  });

  test('while it is live goes on by pages, and is ended when it had not seen everything', async () => {
    await using app = await createTestApp();
    await write(app, 'one');
    const { tail, db } = await startTail(app);
    const reader = subscribe(tail, app);
    expect(await reader.take(1)).toEqual(['one']);
    const next = reader.next();
    await db.idle();

    // At one moment, so that no look of the tail falls between.
    await app.db.transaction(async (sql) => {
      await writeEntries(sql, { organizationId: app.organizationId, importIds: ['two'] });
      await sql.query(REMOVE_UNSEEN);
    });
    await untilReadable(app.db);
    app.signals.emit('log.appended', [app.organizationId]);

    expect(await next).toEqual({
      done: false,
      value: { ended: 'CURSOR_EXPIRED', position: (await readLogEnd(app.db)).start },
    });
  });

  test('goes on without a gap from the place that it was told', async () => {
    await using app = await createTestApp();
    await write(app, ...importIds('old', 3));
    await removeAll(app);
    await write(app, 'new');

    const { start } = await readLogEnd(app.db);

    expect(importsOf((await readPage(app, { after: formatCursor(start) })).entries)).toEqual(['new']);
  });
});
