import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { formatCursor, type Position, readLog, readLogEnd } from '../../src/delivery/log.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  atLeast,
  begin,
  importIds,
  importsOf,
  NO_FILTER,
  type OpenTransaction,
  readPage,
  type SeenEntry,
  transports,
  WATCH_LOG,
  writeEntries,
} from './log-entries.ts';

const isPostgresql = inject('database') === 'postgresql';

describe.runIf(isPostgresql).each(transports)('of two writers that commit out of order, over $over', ({ watch }) => {
  test.each(['before', 'after'])(
    'a client that resumes misses neither, when the older one wrote %s the younger (F48)',
    async (when) => {
      await using app = await createTestApp();
      const { organizationId } = app;
      await writeEntries(app.db, { organizationId, importIds: ['first'] });
      await using watching = watch<SeenEntry>(app, WATCH_LOG, { after: '0.0' });
      await watching.until(atLeast(1));

      const older = await begin(app.db);
      if (when === 'before') await writeEntries(older.sql, { organizationId, importIds: ['older'] });
      await writeEntries(app.db, { organizationId, importIds: ['younger'] });
      app.signals.emit('log.appended', [organizationId]);
      const page = await readPage(app, { after: watching.seen[0]?.cursor ?? '' });
      await using resumed = watch<SeenEntry>(app, WATCH_LOG, { after: page.endCursor });
      if (when === 'after') await writeEntries(older.sql, { organizationId, importIds: ['older'] });
      await older.commit();

      const [live, missed] = await Promise.all([watching.until(atLeast(3)), resumed.until(atLeast(2))]);
      expect(importsOf(live)).toEqual(['first', 'older', 'younger']);
      expect(importsOf([...page.entries, ...missed])).toEqual(['older', 'younger']);
    },
  );
});

describe.runIf(isPostgresql)('an entry', () => {
  test('is not held up for long by a transaction that tells nobody of its end', async () => {
    await using app = await createTestApp();
    const { organizationId } = app;
    await using watching = transports[0].watch<SeenEntry>(app, WATCH_LOG, { after: '0.0' });
    const unrelated = await begin(app.db);
    await writeEntries(app.db, { organizationId, importIds: ['held up'] });
    app.signals.emit('log.appended', [organizationId]);
    await readPage(app);
    expect(watching.seen).toEqual([]);

    await unrelated.rollBack();
    expect(importsOf(await watching.until(atLeast(1)))).toEqual(['held up']);
  });
});

/** Something that happens to the log or to one of its readers. */
type Step =
  | { readonly do: 'write'; readonly writer: number; readonly count: number }
  | { readonly do: 'commit'; readonly writer: number; readonly isTold: boolean }
  | { readonly do: 'roll back'; readonly writer: number }
  | { readonly do: 'page'; readonly reader: number; readonly limit: number }
  | { readonly do: 'subscribe'; readonly reader: number }
  | { readonly do: 'leave'; readonly reader: number };

const writer = fc.nat({ max: 3 });
const reader = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write'), writer, count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit'), writer, isTold: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roll back'), writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('page'), reader, limit: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('subscribe'), reader }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave'), reader }) },
);

describe('the order of the delivery log', () => {
  test('is one for all readers, without gap or repeat, however writers and readers interleave (F46, F47, F48)', {
    timeout: 120_000,
  }, async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    const writersDb = app.database.connect();
    let entries = 0;

    const runs = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 100 }), async (steps) => {
      const start = (await readLogEnd(app)).position;
      const readers = [app, sibling, app, sibling].map((at) => createReader(at, app.organizationId, start));
      const open = new Map<number, OpenTransaction>();
      for (const taken of steps) {
        if (taken.do === 'page') await readers[taken.reader]?.page(taken.limit);
        else if (taken.do === 'subscribe') readers[taken.reader]?.subscribe();
        else if (taken.do === 'leave') await readers[taken.reader]?.leave();
        else await takeAsWriter(app, writersDb, open, taken);
      }
      for (const transaction of open.values()) await transaction.commit();
      tell(app);

      const table = await readTable(app, start);
      for (const each of readers) expect(await each.readUntil(table.at(-1))).toEqual(table);
      entries += table.length;
    });
    await fc.assert(runs, { numRuns: 40 });
    expect(entries).toBeGreaterThan(1_000);
  });

  test('is that of the transactions, whole transactions together', async () => {
    await using app = await createTestApp();
    const { organizationId } = app;
    const ids = importIds('entry', 12);
    for (let at = 0; at < ids.length; at += 4) {
      await app.db.transaction(async (sql) => {
        await writeEntries(sql, { organizationId, importIds: ids.slice(at, at + 2) });
        await writeEntries(sql, { organizationId, importIds: ids.slice(at + 2, at + 4) });
      });
    }
    expect(importsOf((await readPage(app)).entries)).toEqual(ids);
  });
});

/** On PGlite, whose one connection cannot be kept by a transaction, each write is one of its own. */
async function takeAsWriter(
  app: TestApp,
  writersDb: App['db'],
  open: Map<number, OpenTransaction>,
  taken: Extract<Step, { readonly writer: number }>,
): Promise<void> {
  const { organizationId } = app;
  const transaction = open.get(taken.writer);
  if (taken.do === 'write') {
    const entries = { organizationId, importIds: importIds('any', taken.count) };
    if (!isPostgresql) return await writeEntries(writersDb, entries);
    const begun = transaction ?? (await begin(writersDb));
    open.set(taken.writer, begun);
    return await writeEntries(begun.sql, entries);
  }
  open.delete(taken.writer);
  if (taken.do === 'roll back') return await transaction?.rollBack();
  await transaction?.commit();
  if (taken.isTold) tell(app);
}

function tell(app: TestApp): void {
  app.signals.emit('log.appended', [app.organizationId]);
}

/** The cursors of all entries after `start`. */
async function readTable(app: TestApp, { transaction, sequence }: Position): Promise<string[]> {
  const rows = await app.db.query<Position>(
    `select transaction, sequence from delivery_log_entry
     where (transaction, sequence) > ($1::bigint, $2::bigint) order by transaction, sequence`,
    [transaction, sequence],
  );
  return rows.map(formatCursor);
}

/** A client of the process `at`, which pages and subscribes in turn, and remembers the cursors that it has seen. */
function createReader(at: App, organizationId: string, start: Position) {
  const seen: string[] = [];
  let after = start;
  let subscription: { readonly leave: () => Promise<unknown>; readonly over: Promise<void> } | undefined;
  let changed = () => {};

  function see(entries: readonly Position[]): void {
    seen.push(...entries.map(formatCursor));
    changed();
  }

  function subscribe(): void {
    if (subscription) return;
    const entries = at.tail.subscribe({ organizationId, keyId: randomUUID(), after, filter: NO_FILTER });
    const over = (async () => {
      for await (const item of entries) {
        if ('ended' in item) throw new Error(`the subscription ended: ${item.ended}`);
        after = item;
        see([item]);
      }
    })();
    subscription = { leave: async () => entries.return?.(), over };
  }

  async function leave(): Promise<void> {
    await subscription?.leave();
    await subscription?.over;
    subscription = undefined;
  }

  return {
    subscribe,
    leave,
    async page(limit: number): Promise<void> {
      await leave();
      const { entries, end } = await readLog(at, organizationId, { after, limit }, NO_FILTER);
      after = end;
      see(entries);
    },
    /** Everything seen, once `last` is among it. */
    async readUntil(last: string | undefined): Promise<readonly string[]> {
      subscribe();
      await new Promise<void>((resolve) => {
        changed = () => {
          if (last === undefined || seen.includes(last)) resolve();
        };
        changed();
      });
      await leave();
      return seen;
    },
  };
}
