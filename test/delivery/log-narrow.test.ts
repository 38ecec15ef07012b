import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LARGEST_PAGE, MOST_EXAMINED } from '../../src/delivery/log.sql.ts';
import { isAfter, LOG_START, type LogPage, type Position, readLog, readLogEnd } from '../../src/delivery/log.ts';
import { cutIntoPages } from '../../src/delivery/log-pieces.ts';
import { createSubscriber, SILENCE_MS } from '../../src/delivery/log-subscriber.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { importsOf, NO_FILTER, readPage, writeReadableEntries } from './log-entries.ts';
import { startTail, subscribe, subscribePages, subscriptionOf, write } from './log-reader.ts';

/** Imports that few entries are about, by the places in the log, from 1, where these are. */
const PLACES = {
  'at the beginning': [1, 2],
  'at the bounds': [MOST_EXAMINED, 2 * MOST_EXAMINED],
  'around the bounds': [-1, 0, 1].flatMap((by) => [MOST_EXAMINED + by, 2 * MOST_EXAMINED + by]).sort((a, b) => a - b),
  'after the bounds': [MOST_EXAMINED + 1, 2 * MOST_EXAMINED + 1],
  'at the end': [2 * MOST_EXAMINED + 999, 2 * MOST_EXAMINED + 1_000],
  'now and then': Array.from({ length: 40 }, (_, index) => 17 + 1_009 * index),
  nowhere: [],
} as const satisfies Record<string, readonly number[]>;

type Wanted = keyof typeof PLACES;
const WANTED = Object.keys(PLACES) as Wanted[]; // the keys of a constant

/** Entries of a log: two stretches that are examined at once, and some more. */
const COUNT = 2 * MOST_EXAMINED + 1_000;

describe('the delivery log, read with a filter that lets few entries through', () => {
  test('is examined so far and no further at once, and gone on with from there', async () => {
    const app = await startWithLog('at the end');

    const first = await readOnce(app, 'at the end', LOG_START, 100);
    expect(first).toEqual({ entries: [], end: await positionAt(app, MOST_EXAMINED), hasMore: true });
    const second = await readOnce(app, 'at the end', first.end, 100);
    expect(second).toEqual({ entries: [], end: await positionAt(app, 2 * MOST_EXAMINED), hasMore: true });
    const third = await readOnce(app, 'at the end', second.end, 100);
    expect(third).toMatchObject({ entries: [{}, {}], hasMore: false });
  });

  test.each(WANTED)('shows each entry once, in order, where they are %s', { timeout: 60_000 }, async (wanted) => {
    const app = await startWithLog(wanted);
    const all = await Promise.all(PLACES[wanted].map((place) => positionAt(app, place)));
    const start = fc.constantFrom(1, 2, MOST_EXAMINED - 1, MOST_EXAMINED, MOST_EXAMINED + 1);
    const sizes = fc.array(fc.constantFrom(1, 2, 3, 39, LARGEST_PAGE), { minLength: 1, maxLength: 4 });

    await fc.assert(
      fc.asyncProperty(start, sizes, async (place, limits) => {
        const after = await positionAt(app, place);
        const seen: Position[] = [];
        for (let page: LogPage = { entries: [], end: after, hasMore: true }, turn = 0; page.hasMore; turn += 1) {
          const next = await readOnce(app, wanted, page.end, limits[turn % limits.length] ?? 1);
          if (next.hasMore) expect(isAfter(next.end, page.end)).toBe(true);
          seen.push(...next.entries.map(({ transaction, sequence }) => ({ transaction, sequence })));
          page = next;
        }
        expect(seen).toEqual(all.filter((position) => isAfter(position, after)));
      }),
      { numRuns: 8 },
    );
  });

  test('shows of its latest entries those among the last that are examined', async () => {
    const app = await startWithLog('around the bounds');
    const { endCursor } = await readPage(app, { last: 1 });
    const latest = (last: number) => readPage(app, { last, filter: { importId: 'around the bounds' } });

    expect(await latest(2)).toMatchObject({ entries: [{}, {}], endCursor, hasMore: true });
    // Of the six, those around the first bound are further back than is looked.
    expect(await latest(100)).toMatchObject({ entries: [{}, {}, {}], endCursor, hasMore: true });
    expect(await readPage(app, { last: 100, filter: { importId: 'nowhere' } })).toEqual({
      entries: [],
      endCursor,
      hasMore: true,
    });
  });
});

describe('a subscriber to the delivery log whose filter lets few entries through', () => {
  test.each(['at the end', 'around the bounds'] as const)(
    'gets those that it missed, %s, and goes on live',
    async (wanted) => {
      const app = await startWithLog(wanted);
      const { tail } = await startTail(app);
      const reading = subscribe(tail, app, { filter: { ...NO_FILTER, importId: wanted } });
      const missed = PLACES[wanted].length;
      expect(await reading.take(missed)).toHaveLength(missed);

      const next = reading.take(1);
      await write(app, 'other', wanted);
      app.signals.emit('log.appended', [app.organizationId]);
      expect(await next).toEqual([wanted]);
      await write(app, 'last', wanted);
      app.signals.emit('log.appended', [app.organizationId]);
      expect(await reading.take(1)).toEqual([wanted]);
    },
  );

  test('is told in pages that it has caught up, also where the last of them is empty', async () => {
    const app = await startWithLog('at the beginning');
    const { tail } = await startTail(app);
    const reading = subscribePages(tail, app, { filter: { ...NO_FILTER, importId: 'at the beginning' } });

    expect(await reading.next()).toMatchObject({
      entries: [{}, {}],
      end: await positionAt(app, MOST_EXAMINED),
      hasMore: true,
    });
    const { position: end } = await readLogEnd(app.db);
    expect(await reading.next()).toEqual({ entries: [], end, hasMore: false });
  });

  test('is told now and then in pages how far it has come, and not each time', async () => {
    await using app = await createTestApp();
    const cut = cutIntoPages(app, createSubscriber(subscriptionOf(app)));
    const pageTo = (sequence: bigint): LogPage => ({ entries: [], end: { transaction: 1n, sequence }, hasMore: true });
    const told = (page: LogPage) => [...cut(page)].map(({ item }) => item);

    expect(told(pageTo(1n))).toEqual([pageTo(1n)]);
    expect(told(pageTo(2n))).toEqual([]);
    await app.clock.advance(SILENCE_MS);
    expect(told(pageTo(3n))).toEqual([pageTo(3n)]);
    expect(told(pageTo(4n))).toEqual([]);
    expect(told({ ...pageTo(4n), hasMore: false })).toEqual([{ ...pageTo(4n), hasMore: false }]);
    expect(told({ ...pageTo(5n), hasMore: false })).toEqual([]);
  });
});

/** An app whose log has {@link COUNT} entries, of which those at the places of `wanted` have it as their import. */
async function startWithLog(wanted: Wanted): Promise<TestApp> {
  const app = await createTestApp();
  onTestFinished(() => app[Symbol.asyncDispose]());
  const places = new Set<number>(PLACES[wanted]);
  const importIds = Array.from({ length: COUNT }, (_, index) => (places.has(index + 1) ? wanted : 'other'));
  await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds });
  return app;
}

async function readOnce(app: TestApp, wanted: Wanted, after: Position, limit: number): Promise<LogPage> {
  const page = await readLog(app, app.organizationId, { after, limit }, { ...NO_FILTER, importId: wanted });
  expect(new Set(importsOf(page.entries))).toEqual(new Set(page.entries.length === 0 ? [] : [wanted]));
  return page;
}

/** The position of the entry at a place in the log, from 1. */
async function positionAt(app: TestApp, place: number): Promise<Position> {
  const [position] = await app.db.query<Position>(
    'select transaction, sequence from delivery_log_entry order by transaction, sequence offset $1 limit 1',
    [place - 1],
  );
  if (!position) throw new Error(`there are fewer than ${place} entries`);
  return position;
}
