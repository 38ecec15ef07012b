import { describe, expect, test } from 'vitest';
import { revokeApiKey } from '../../src/organization/api-key.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenKey, givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';
import { startProxy } from '../support/proxy.ts';
import { startReceiver } from '../support/receiver.ts';
import {
  atLeast,
  cursorOf,
  importIds,
  importsOf,
  readPage,
  reportAll,
  type SeenEntry,
  transports,
  untilReadable,
  WATCH_LOG,
  writeEntries,
  writeReadableEntries,
} from './log-entries.ts';

describe.each(transports)('a subscription to the delivery log over $over', ({ watch }) => {
  test('shows every change of state once, in order per delivery (F46)', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { retryScheduleSeconds: [0, 0.05] } });
    await using steady = await startReceiver();
    await using flaky = await startReceiver((_request, response, index) => {
      response.statusCode = index % 3 === 0 ? 500 : 200;
      response.end();
    });
    await givenWebhook(app, { url: steady.url });
    await givenWebhook(app, { url: flaky.url });
    await using watching = watch<SeenEntry & { readonly delivery: { readonly id: string } }>(
      app,
      'subscription { deliveryLog(after: "0.0") { cursor kind importId delivery { id } } }',
    );

    await Promise.all(importIds('seen', 20).map((importId) => reportCompleted(app, { importId })));
    const isLast = ({ kind }: SeenEntry) => kind === 'DELIVERED' || kind === 'EXHAUSTED';
    const seen = await watching.until((entries) => entries.filter(isLast).length === 40);

    expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
    const stories = Map.groupBy(seen, ({ delivery }) => delivery.id);
    expect(stories.size).toBe(40);
    for (const story of stories.values()) {
      expect(story.map(({ kind }) => kind).join(' ')).toMatch(
        /^SCHEDULED( ATTEMPT_FAILED){0,2} (ATTEMPT_SUCCEEDED DELIVERED|ATTEMPT_FAILED EXHAUSTED)$/,
      );
    }
    expect(await tableOf(app)).toEqual(seen.map(({ cursor }) => cursor));
  });

  test('that was cut goes on from its last cursor with exactly what it missed (F47)', async () => {
    await using app = await createTestApp();
    await using network = await startProxy(app.url);
    await givenWebhook(app, { url: 'http://127.0.0.1:9/never' });
    const cut = watch<SeenEntry>({ url: network.url.replace(/\/$/, ''), key: app.key }, WATCH_LOG, { after: '0.0' });
    await reportAll(app, importIds('before', 10));
    const before = [...(await cut.until(atLeast(10)))];

    network.cut();
    expect(await cut.ended).toBeDefined();
    await reportAll(app, importIds('missed', 500));

    await using resumed = watch<SeenEntry>(app, WATCH_LOG, { after: before.at(-1)?.cursor });
    const missed = [...(await resumed.until(atLeast(500)))];
    expect(importsOf(missed).toSorted()).toEqual(importIds('missed', 500));

    await reportAll(app, importIds('after', 10));
    const all = [...before, ...(await resumed.until(atLeast(510)))].map(({ cursor }) => cursor);
    expect(all).toEqual(await tableOf(app));
    await cut.close();
  });

  test('takes over exactly where a page of the query ends', async () => {
    await using app = await createTestApp();
    const write = (...ids: string[]) =>
      writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ids });
    await write(...importIds('snapshot', 30));

    const { entries, endCursor } = await readPage(app, { last: 10 });
    await write('between');
    await using watching = watch<SeenEntry>(app, WATCH_LOG, { after: endCursor });
    await write('live');

    const seen = await watching.until(atLeast(2));
    expect(importsOf([...entries, ...seen])).toEqual([...importIds('snapshot', 30).slice(-10), 'between', 'live']);
  });

  test('without a cursor begins now', async () => {
    await using app = await createTestApp();
    const write = (...ids: string[]) => writeEntries(app.db, { organizationId: app.organizationId, importIds: ids });
    await write(...importIds('past', 20));
    await untilReadable(app.db);
    await using watching = watch<SeenEntry>(app, WATCH_LOG);

    // Nobody is told when "now" was, so something new is written until the first of it is seen.
    const first = watching.until(atLeast(1));
    let isSeen = false;
    void first.finally(() => {
      isSeen = true;
    });
    let written = 0;
    for (; !isSeen; written += 1) {
      await write(`new-${written}`);
      await new Promise(setImmediate); // PGlite answers without letting sockets have their turn
    }
    await write('last');

    const seen = await watching.until((entries) => entries.at(-1)?.importId === 'last');
    const all = [...Array.from({ length: written }, (_, index) => `new-${index}`), 'last'];
    expect(importsOf(seen)).toEqual(all.slice(-seen.length));
  });

  test('shows one organization nothing of another (E45)', async () => {
    await using app = await createTestApp();
    const other = await givenOrganization(app);
    await using watching = watch<SeenEntry>(other, WATCH_LOG, { after: '0.0' });

    await writeEntries(app.db, { organizationId: app.organizationId, importIds: importIds('ours', 5) });
    await writeEntries(app.db, { organizationId: other.organizationId, importIds: ['theirs'] });

    expect(importsOf(await watching.until(atLeast(1)))).toEqual(['theirs']);
  });

  test.each([
    ['malformed', 'yesterday', 'BAD_ARGUMENT'],
    ['empty', '', 'BAD_ARGUMENT'],
    ['beyond the end of the log', '999999999999999999.1', 'CURSOR_UNKNOWN'],
  ])('refuses a cursor that is %s', async (_what, after, code) => {
    await using app = await createTestApp();
    await using watching = watch<SeenEntry>(app, WATCH_LOG, { after });

    expect(await watching.ended).toMatchObject([{ extensions: { code } }]);
    expect(watching.seen).toEqual([]);
  });

  test('ends with its key (F51)', async () => {
    await using app = await createTestApp();
    const caller = await givenKey(app, 'OPERATOR');
    await using watching = watch<SeenEntry>(caller, WATCH_LOG, { after: '0.0' });
    await writeEntries(app.db, { organizationId: app.organizationId, importIds: ['seen'] });
    await watching.until(atLeast(1));

    const { id } = await app.db.prisma.apiKey.findFirstOrThrow({ where: { role: 'OPERATOR' } });
    await revokeApiKey(app, app.organizationId, id);

    expect(await watching.ended).toMatchObject([{ extensions: { code: 'KEY_REVOKED' } }]);
  });

  test('leaves nothing behind when its client goes while it waits', async () => {
    await using app = await createTestApp();
    const watching = watch<SeenEntry>(app, WATCH_LOG, { after: '0.0' });
    await writeEntries(app.db, { organizationId: app.organizationId, importIds: ['one'] });
    await watching.until(atLeast(1));
    expect(app.tail.subscribers).toBe(1);

    await watching.close();
    await expect.poll(() => app.tail.subscribers).toBe(0);
  });

  test('leaves nothing behind when its network goes', async () => {
    await using app = await createTestApp();
    await using network = await startProxy(app.url);
    await using watching = watch<SeenEntry>({ url: network.url.replace(/\/$/, ''), key: app.key }, WATCH_LOG, {
      after: '0.0',
    });
    await writeEntries(app.db, { organizationId: app.organizationId, importIds: ['one'] });
    await watching.until(atLeast(1));

    network.cut();
    await expect.poll(() => app.tail.subscribers).toBe(0);
  });

  test('is told when its server stops, and goes on at another without a gap (F51)', async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    const write = (...ids: string[]) => writeEntries(app.db, { organizationId: app.organizationId, importIds: ids });
    await using watching = watch<SeenEntry>({ url: sibling.url, key: app.key }, WATCH_LOG, { after: '0.0' });
    await write('before');
    await watching.until(atLeast(1));

    const stopped = sibling.stop();
    const end = await watching.ended;
    await write('meanwhile');
    await stopped;
    expect(end).toMatchObject([{ extensions: { code: 'STOPPING', cursor: watching.seen.at(-1)?.cursor } }]);

    await using resumed = watch<SeenEntry>(app, WATCH_LOG, { after: cursorOf(end) });
    await write('after');
    const all = [...watching.seen, ...(await resumed.until((seen) => seen.at(-1)?.importId === 'after'))];
    expect(importsOf(all)).toEqual(['before', 'meanwhile', 'after']);
  });

  test('sees what another process dispatches', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    const dispatching = await app.createSibling({ dispatcher: true });
    await givenWebhook(app, { url: receiver.url });
    await using watching = watch<SeenEntry>(app, WATCH_LOG, { after: '0.0' });
    await using watchingThere = watch<SeenEntry>({ url: dispatching.url, key: app.key }, WATCH_LOG, { after: '0.0' });

    await reportCompleted(app);
    const seen = await watching.until(atLeast(3));
    expect(seen.map(({ kind }) => kind)).toEqual(['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED']);
    expect(await watchingThere.until(atLeast(3))).toEqual(seen);
  });
});

/** The cursors of all entries, in the order of the table. */
async function tableOf(app: TestApp): Promise<string[]> {
  const rows = await app.db.query<{ cursor: string }>(
    `select transaction || '.' || sequence as cursor from delivery_log_entry order by transaction, sequence`,
  );
  return rows.map(({ cursor }) => cursor);
}
