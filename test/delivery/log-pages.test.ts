import { describe, expect, test } from 'vitest';
import { BUFFER_LIMIT, CATCH_UP_MS, SILENCE_MS } from '../../src/delivery/log-subscriber.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  atLeast,
  cursorOf,
  entriesOf,
  importIds,
  importsOf,
  NO_FILTER,
  readPage,
  type SeenEntry,
  type SeenPage,
  transports,
  WATCH_LOG,
  WATCH_PAGES,
  writeReadableEntries,
} from './log-entries.ts';
import { startTail, subscribePages, write } from './log-reader.ts';

const WANTED = { importId: 'wanted' };

describe.each(transports)('a subscription to pages of the delivery log over $over', ({ watch }) => {
  const watchPages = (app: TestApp, variables: Record<string, unknown>) => watch<SeenPage>(app, WATCH_PAGES, variables);

  test('shows what there is in pages, then what comes, in log order, without gap or repeat', async () => {
    await using app = await createTestApp();
    const missed = importIds('missed', 250);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: missed });

    await using watching = watchPages(app, { after: '0.0' });
    await watching.until(atLeast(3));
    expect(watching.seen.map(({ entries, hasMore }) => [entries.length, hasMore])).toEqual([
      [100, true],
      [100, true],
      [50, false],
    ]);

    const live = importIds('live', 250);
    for (let at = 0; at < live.length; at += 25) {
      await write(app, ...live.slice(at, at + 25));
      tell(app);
    }
    const pages = await watching.until((seen) => entriesOf(seen).length === 500);
    expect(importsOf(entriesOf(pages))).toEqual([...missed, ...live]);
    expect(Math.max(...pages.map(({ entries }) => entries.length))).toBe(100);
  });

  test('begins with an empty page that says from where on it shows everything', async () => {
    await using app = await createTestApp();
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['past'] });
    const { endCursor } = await readPage(app);

    await using watching = watchPages(app, {});
    await watching.until(atLeast(1));
    expect(watching.seen).toEqual([{ entries: [], endCursor, hasMore: false }]);

    await write(app, 'new');
    expect(importsOf(entriesOf(await watching.until(atLeast(2))))).toEqual(['new']);
  });

  test('goes on without a gap from the end of any of its pages', async () => {
    await using app = await createTestApp();
    const all = importIds('entry', 300);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: all });
    await using watching = watchPages(app, { after: '0.0' });
    const pages = await watching.until(atLeast(3));

    for (const [index, { endCursor }] of pages.entries()) {
      await using resumed = watchPages(app, { after: endCursor });
      const rest = (index + 1) * 100;
      await resumed.until((seen) => seen.at(-1)?.hasMore === false);
      expect(importsOf(entriesOf(resumed.seen))).toEqual(all.slice(rest));
    }
  });

  test('whose filter lets nothing through is told how far the log is, and misses nothing from there on', async () => {
    await using app = await createTestApp();
    await using watching = watchPages(app, { after: '0.0', filter: WANTED });
    await watching.until(atLeast(1));
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: importIds('other', 20) });
    tell(app);
    const { endCursor } = await readPage(app, { last: 1 });

    await app.clock.advance(SILENCE_MS);
    const [, told] = await watching.until(atLeast(2));
    expect(told).toEqual({ entries: [], endCursor, hasMore: false });
    await watching.close();

    await write(app, 'other', 'wanted', 'other');
    await using resumed = watchPages(app, { after: endCursor, filter: WANTED });
    await write(app, 'wanted');
    const seen = await resumed.until((pages) => entriesOf(pages).length >= 2);
    expect(importsOf(entriesOf(seen))).toEqual(['wanted', 'wanted']);
  });

  test('is told nothing while the log stays where it is', async () => {
    await using app = await createTestApp();
    await using watching = watchPages(app, { after: '0.0', filter: WANTED });
    await watching.until(atLeast(1));

    for (let round = 0; round < 4; round += 1) await app.clock.advance(SILENCE_MS);
    await write(app, 'wanted');
    tell(app);

    expect((await watching.until(atLeast(2))).map(({ entries }) => importsOf(entries))).toEqual([[], ['wanted']]);
  });

  test('ends with its key', async () => {
    await using app = await createTestApp();
    await using watching = watchPages(app, {});
    await watching.until(atLeast(1));

    const { id } = await app.db.prisma.apiKey.findFirstOrThrow({ where: { organizationId: app.organizationId } });
    app.signals.emit('key.revoked', [id]);
    expect(await watching.ended).toMatchObject([{ extensions: { code: 'KEY_REVOKED' } }]);
  });

  test.each([
    ['malformed', 'yesterday', 'BAD_ARGUMENT'],
    ['beyond the end of the log', '999999999999999999.1', 'CURSOR_UNKNOWN'],
  ])('refuses a cursor that is %s', async (_what, after, code) => {
    await using app = await createTestApp();
    await using watching = watchPages(app, { after });
    expect(await watching.ended).toMatchObject([{ extensions: { code } }]);
    expect(watching.seen).toEqual([]);
  });

  test.each([
    { name: 'any pages', text: WATCH_PAGES },
    { name: 'entries', text: WATCH_LOG },
  ])('says at its end where to go on, past what its filter left out, as does one to $name', async ({ text }) => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    const there = { url: sibling.url, key: app.key };
    await using everything = watch<SeenEntry>(there, WATCH_LOG, { after: '0.0' });
    await using filtered = watch<object>(there, text, { after: '0.0', filter: WANTED });
    await write(app, 'wanted');
    await everything.until(atLeast(1));
    await filtered.until((seen) => JSON.stringify(seen).includes('"wanted"'));
    await write(app, ...importIds('other', 30));
    const last = (await everything.until(atLeast(31))).at(-1);

    const stopped = sibling.stop();
    const end = await filtered.ended;
    await stopped;
    expect(end).toMatchObject([{ extensions: { code: 'STOPPING', cursor: last?.cursor } }]);

    await using resumed = watchPages(app, { after: cursorOf(end), filter: WANTED });
    await write(app, 'other', 'wanted');
    const seen = await resumed.until((pages) => entriesOf(pages).length > 0);
    expect(importsOf(entriesOf(seen))).toEqual(['wanted']);
  });
});

describe('a subscriber to pages of the delivery log', () => {
  test('gets all that came while it did not ask, in full pages', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const reading = subscribePages(tail, app);
    const waiting = subscribePages(tail, app);
    await reading.next();
    await waiting.next();
    const first = waiting.next(); // live from here on, since it is asked while there is nothing

    const all = importIds('entry', 251);
    await write(app, 'first');
    tell(app);
    expect(importsOf((await first).entries)).toEqual(['first']);
    await write(app, ...all);
    tell(app);
    await reading.take(252);

    const pages = [await waiting.next(), await waiting.next(), await waiting.next()];
    expect(pages.map(({ entries, hasMore }) => [entries.length, hasMore])).toEqual([
      [100, true],
      [100, true],
      [51, false],
    ]);
    expect(importsOf(pages.flatMap(({ entries }) => entries))).toEqual(all);
  });

  test('that takes nothing is told that it was too slow, and goes on from the last page it took (F50)', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const all = importIds('entry', 3 * BUFFER_LIMIT);
    const stuck = subscribePages(tail, app);
    const reading = subscribePages(tail, app);
    await stuck.next();
    await reading.next();
    const first = stuck.next();
    await write(app, ...all.slice(0, 1));
    tell(app);
    const seen = importsOf((await first).entries);

    await write(app, ...all.slice(1));
    tell(app);
    expect(await reading.take(all.length)).toEqual(all);
    await app.clock.advance(CATCH_UP_MS + 1);

    const { seen: rest, end } = await stuck.rest();
    expect(end).toMatchObject({ ended: 'TOO_SLOW' });
    seen.push(...rest);
    expect(seen.length).toBeLessThanOrEqual(BUFFER_LIMIT);
    const resumed = subscribePages(tail, app, { after: end.position });
    expect([...seen, ...(await resumed.take(all.length - seen.length))]).toEqual(all);
  });

  test('is told at most now and then how far the log is, however fast it moves', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const everything = subscribePages(tail, app);
    const filtered = subscribePages(tail, app, { filter: { ...NO_FILTER, ...WANTED } });
    const heard: number[] = [];
    await filtered.next();
    const told = (async () => {
      for (; heard.length < 2; heard.push(app.clock.now().getTime())) {
        expect((await filtered.next()).entries).toEqual([]);
      }
    })();
    const began = app.clock.now().getTime();

    for (let round = 0; heard.length < 2; round += 1) {
      await write(app, `other-${round}`);
      tell(app);
      await everything.take(1);
      await app.clock.advance(SILENCE_MS / 10);
    }
    await told;
    expect((heard[0] ?? 0) - began).toBeGreaterThanOrEqual(SILENCE_MS / 2);
    expect((heard[1] ?? 0) - (heard[0] ?? 0)).toBeGreaterThanOrEqual(SILENCE_MS / 2);
  });

  test('is forgotten when it leaves, whether or not it waits', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const [waiting, idle] = [subscribePages(tail, app), subscribePages(tail, app)];
    await waiting.next();
    await idle.next();
    const next = waiting.raw.next();
    expect(tail.subscribers).toBe(2);

    await Promise.all([waiting.leave(), idle.leave()]);
    expect(await next).toEqual({ done: true, value: undefined });
    expect(tail.subscribers).toBe(0);
  });
});

function tell(app: TestApp): void {
  app.signals.emit('log.appended', [app.organizationId]);
}
