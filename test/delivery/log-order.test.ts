import fc from 'fast-check';
import { describe, expect, inject, test, vi } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { formatCursor, type Position, readLogEnd } from '../../src/delivery/log.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createLogClient, type LogClient } from './log-client.ts';
import {
  atLeast,
  begin,
  importIds,
  importsOf,
  type OpenTransaction,
  readPage,
  type SeenEntry,
  transports,
  WATCH_LOG,
  watchDatabase,
  writeEntries,
  writeReadableEntries,
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
      const written = when === 'before' ? ['older', 'younger'] : ['younger', 'older'];
      expect(importsOf(live)).toEqual(['first', ...written]);
      expect(importsOf([...page.entries, ...missed])).toEqual(written);
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

/** In which of two processes. */
type Where = 'here' | 'elsewhere';

/** Something that happens to the log or to one of its clients. */
type Step =
  | { readonly do: 'write'; readonly writer: number; readonly importIds: readonly string[] }
  | { readonly do: 'commit'; readonly writer: number; readonly tells: Where | 'nobody' }
  | { readonly do: 'roll back'; readonly writer: number }
  | { readonly do: 'page'; readonly client: number; readonly first: number }
  | { readonly do: 'subscribe'; readonly client: number }
  | { readonly do: 'leave'; readonly client: number };

const IMPORT_IDS = ['a', 'b', 'c'] as const;

/** What clients may want; all of them want something of each transaction that writes for every import. */
const FILTERS = [{}, { importId: 'a' }, { importId: 'b', kinds: ['SCHEDULED'] }, { eventTypes: ['IMPORT_COMPLETED'] }];

const WHERE: readonly Where[] = ['here', 'elsewhere'];

/** Every way to read: in which process, over what, in what form. */
const WAYS = WHERE.flatMap((where) =>
  transports.flatMap(({ watch }) => (['entries', 'pages'] as const).map((takes) => ({ where, watch, takes }))),
);

const writer = fc.nat({ max: 3 });
const client = fc.nat({ max: WAYS.length - 1 });
const tells = fc.constantFrom(...WHERE, 'nobody' as const);
const written = fc.array(fc.constantFrom(...IMPORT_IDS), { minLength: 1, maxLength: 40, size: 'max' });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write'), writer, importIds: written }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit'), writer, tells }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roll back'), writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('page'), client, first: fc.integer({ min: 1, max: 100 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('subscribe'), client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave'), client }) },
);
const story = fc.record({
  steps: fc.array(step, { minLength: 20, maxLength: 100 }),
  filters: fc.array(fc.constantFrom(...FILTERS), { minLength: WAYS.length, maxLength: WAYS.length }),
});

describe('the order of the delivery log', () => {
  test('is one for all clients, without gap or repeat, however they and the writers interleave (F46, F47, F48)', {
    timeout: 240_000,
  }, async () => {
    const here = watching();
    const elsewhere = watching();
    await using app = await createTestApp({ between: here.between });
    const sibling = await app.createSibling({ between: elsewhere.between });
    const processes = { here: { ...here, app }, elsewhere: { ...elsewhere, app: sibling } };
    const writersDb = app.database.connect();
    let compared = 0;

    const runs = fc.asyncProperty(story, async ({ steps, filters }) => {
      const start = (await readLogEnd(app.db)).position;
      const clients = WAYS.map(({ where, ...way }, index) => {
        const { url } = processes[where].app;
        const filter = filters[index] ?? {};
        const caller = { url, key: app.key };
        return { where, filter, log: createLogClient({ ...way, filter, after: formatCursor(start), caller }) };
      });
      const open = new Map<number, OpenTransaction>();
      for (const taken of steps) {
        if ('client' in taken) await takeAsClient(clients[taken.client]?.log, taken);
        else await takeAsWriter(app, writersDb, open, taken);
        if (taken.do === 'commit' && taken.tells !== 'nobody') tell(processes[taken.tells].app, app);
        if (taken.do === 'write') continue;
        // What is open stays open until both processes have read all that they would: else nothing is read meanwhile.
        for (const where of WHERE) {
          const subscribed = clients.filter((client) => client.where === where && client.log.isSubscribed).length;
          await vi.waitUntil(() => processes[where].app.tail.subscribers === subscribed, {
            timeout: 10_000,
            interval: 1,
          });
          await processes[where].idle();
        }
      }
      await Promise.all([...open.values()].map((transaction) => transaction.commit()));
      // Whatever is shown twice or too much is shown before this.
      await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: IMPORT_IDS });

      for (const { filter, log } of clients) {
        const table = await readTable(app, start, filter);
        expect(await log.readUntil(table.at(-1))).toEqual(table);
        compared += table.length;
      }
    });
    await fc.assert(runs, { numRuns: 20, endOnFailure: true });
    expect(compared).toBeGreaterThan(10_000);
  });

  test('is that of the transactions, when each begins after the other has ended', async () => {
    await using app = await createTestApp();
    const { organizationId } = app;
    const ids = importIds('entry', 12);
    for (let at = 0; at < ids.length; at += 4) {
      await app.db.transaction(async (sql) => {
        await writeEntries(sql, { organizationId, importIds: ids.slice(at, at + 2) });
        await writeEntries(sql, { organizationId, importIds: ids.slice(at + 2, at + 4) });
      });
    }
    await writeReadableEntries(app.db, { organizationId, importIds: ['last'] });
    expect(importsOf((await readPage(app)).entries)).toEqual([...ids, 'last']);
  });
});

/** A process whose database is watched, so that one can wait until it has read. */
function watching() {
  let idle = () => Promise.resolve();
  return {
    between: (db: Database): Database => {
      const watched = watchDatabase(db);
      idle = watched.idle;
      return watched;
    },
    idle: () => idle(),
  };
}

async function takeAsClient(
  log: LogClient | undefined,
  taken: Extract<Step, { readonly client: number }>,
): Promise<void> {
  if (taken.do === 'page') await log?.page(taken.first);
  else if (taken.do === 'leave') await log?.leave();
  else log?.subscribe();
}

/** On PGlite, whose one connection cannot be kept by a transaction, each write is one of its own. */
async function takeAsWriter(
  app: TestApp,
  writersDb: TestApp['db'],
  open: Map<number, OpenTransaction>,
  taken: Extract<Step, { readonly writer: number }>,
): Promise<void> {
  const { organizationId } = app;
  const transaction = open.get(taken.writer);
  if (taken.do === 'write') {
    const entries = { organizationId, importIds: taken.importIds };
    if (!isPostgresql) return await writeEntries(writersDb, entries);
    const begun = transaction ?? (await begin(writersDb));
    open.set(taken.writer, begun);
    return await writeEntries(begun.sql, entries);
  }
  open.delete(taken.writer);
  if (taken.do === 'roll back') return await transaction?.rollBack();
  await transaction?.commit();
}

function tell({ signals }: Pick<TestApp, 'signals'>, { organizationId }: TestApp): void {
  signals.emit('log.appended', [organizationId]);
}

/** The cursors of all entries after `start` that a client with this filter wants. */
async function readTable(
  app: TestApp,
  { transaction, sequence }: Position,
  { importId }: { readonly importId?: string },
): Promise<string[]> {
  const rows = await app.db.query<Position>(
    `select transaction, sequence from delivery_log_entry
     where (transaction, sequence) > ($1::bigint, $2::bigint) and ($3::text is null or import_id = $3)
     order by transaction, sequence`,
    [transaction, sequence, importId ?? null],
  );
  return rows.map(formatCursor);
}
