import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliveryLogKind, DeliveryStatus, EventType } from '../../prisma/client/client.ts';
import {
  formatCursor,
  isAfter,
  LOG_START,
  type LogFilter,
  matchesFilter,
  parseCursor,
  readLog,
} from '../../src/delivery/log.ts';
import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { createTestApp } from '../support/app.ts';
import { type Caller, post, watchWebSocket } from '../support/client.ts';
import { givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { report } from '../support/report.ts';
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

const number = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });
const positions = fc.record({ transaction: number, sequence: number });
/** So close together that their parts are often equal. */
const neighbours = fc.record({
  transaction: fc.bigInt({ min: 0n, max: 3n }),
  sequence: fc.bigInt({ min: 0n, max: 3n }),
});

describe('a cursor', () => {
  test('names the position that it was made from', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(parseCursor(formatCursor(position))).toEqual(position);
      }),
    );
  });

  test('of another position is another', () => {
    fc.assert(
      fc.property(neighbours, neighbours, (one, other) => {
        const isSame = one.transaction === other.transaction && one.sequence === other.sequence;
        expect(formatCursor(one) === formatCursor(other)).toBe(isSame);
      }),
    );
  });

  test.each([
    '',
    '1',
    '1.',
    '.1',
    '1.2.3',
    '-1.2',
    '1.-2',
    '1,2',
    ' 1.2',
    '1.2 ',
    '1.2\n',
    '0x1.2',
    '1e3.2',
    '１.２',
    '1.1234567890123456789',
    'DROP TABLE delivery',
  ])('is not %j', (text) => {
    expect(parseCursor(text)).toBeUndefined();
  });

  test('is nothing that any text could be taken for by mistake', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCursor(text) === undefined).toBe(!/^[0-9]{1,18}[.][0-9]{1,18}$/.test(text) || text.endsWith('\n'));
      }),
    );
  });
});

describe('the order of positions', () => {
  test('is total: of two that differ, one comes after the other', () => {
    fc.assert(
      fc.property(neighbours, neighbours, (one, other) => {
        const isSame = formatCursor(one) === formatCursor(other);
        expect([isAfter(one, other), isAfter(other, one)].filter(Boolean)).toHaveLength(isSame ? 0 : 1);
      }),
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(neighbours, neighbours, neighbours, (one, two, three) => {
        fc.pre(isAfter(three, two) && isAfter(two, one));
        expect(isAfter(three, one)).toBe(true);
      }),
    );
  });

  test('is that of the transactions, and within one of the sequence', () => {
    fc.assert(
      fc.property(positions, positions, (one, other) => {
        const compared =
          one.transaction === other.transaction ? one.sequence > other.sequence : one.transaction > other.transaction;
        expect(isAfter(one, other)).toBe(compared);
      }),
    );
  });

  test('begins at the start of the log', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(isAfter(LOG_START, position)).toBe(false);
      }),
    );
  });
});

describe('the delivery log', () => {
  test('is read page by page to its end, each entry once, in order', async () => {
    await using app = await createTestApp();
    const ids = importIds('paged', 25);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ids });

    const seen: SeenEntry[] = [];
    let after = '0.0';
    for (let hasMore = true; hasMore; ) {
      const page = await readPage(app, { after, first: 4 });
      seen.push(...page.entries);
      after = page.endCursor;
      hasMore = page.hasMore;
    }

    expect(importsOf(seen)).toEqual(ids);
    expect(after).toBe(seen.at(-1)?.cursor);
    expect(await readPage(app, { after })).toEqual({ entries: [], endCursor: after, hasMore: false });
  });

  test('shows its latest entries with `last`, and goes on from there', async () => {
    await using app = await createTestApp();
    const ids = importIds('latest', 10);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ids });

    const latest = await readPage(app, { last: 3 });
    expect(importsOf(latest.entries)).toEqual(ids.slice(-3));
    expect(latest.hasMore).toBe(true);

    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['next'] });
    expect(importsOf((await readPage(app, { after: latest.endCursor })).entries)).toEqual(['next']);
  });

  test('can be gone on from although nothing in it matched yet', async () => {
    await using app = await createTestApp();
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: importIds('other', 3) });
    const filter = { importId: 'wanted' };

    const before = await readPage(app, { filter });
    expect(before.entries).toEqual([]);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['wanted', 'other'] });

    const after = await readPage(app, { filter, after: before.endCursor });
    expect(importsOf(after.entries)).toEqual(['wanted']);
  });

  test('ends with its last entry, whatever transactions came to nothing since', async () => {
    await using app = await createTestApp();
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['last'] });
    const { entries } = await readPage(app);

    const failed = app.db.transaction(async (sql) => {
      await writeEntries(sql, { organizationId: app.organizationId, importIds: ['never'] });
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');

    expect(await readPage(app)).toEqual({ entries, endCursor: entries[0]?.cursor, hasMore: false });
  });

  test('is each organization’s own', async () => {
    await using app = await createTestApp();
    const other = await givenOrganization(app);
    await writeReadableEntries(app.db, { organizationId: app.organizationId, importIds: ['ours'] });
    await writeReadableEntries(app.db, { organizationId: other.organizationId, importIds: ['theirs'] });

    expect(importsOf((await readPage(app)).entries)).toEqual(['ours']);
    expect(importsOf((await readPage(other)).entries)).toEqual(['theirs']);
  });

  test('takes the filter of a webhook, an import, statuses, kinds and types of events', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const webhooks = await givenTwoWebhooks(app, receiver.url);
    await using watching = watchWebSocket<SeenEntry>(app, WATCH_LOG, { after: '0.0' });
    await reportToThem(app);
    await watching.until(atLeast(9));

    for (const { filter, expected } of filtersOf(webhooks)) {
      const { entries } = await readPage(app, { filter, first: 100 });
      expect(summary(entries), JSON.stringify(filter)).toEqual(expected);
    }
  });

  test.each(transports)('takes the same filters when it is watched over $over', async ({ watch }) => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const webhooks = await givenTwoWebhooks(app, receiver.url);
    await using stack = new AsyncDisposableStack();
    const watched = filtersOf(webhooks).map(({ filter, expected }) => {
      const watching = stack.use(watch<SeenEntry>(app, WATCH_LOG, { after: '0.0', filter }));
      return { filter, expected, watching };
    });

    await reportToThem(app);
    for (const { filter, expected, watching } of watched) {
      expect(summary(await watching.until(atLeast(expected.length))), JSON.stringify(filter)).toEqual(expected);
    }
  });

  test('is filtered alike by the database and by the tail', async () => {
    await using app = await createTestApp();
    const one = await givenWebhook(app, { url: 'http://127.0.0.1:9/one' });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/two' });
    await reportCompleted(app, { importId: 'a' });
    await report(app, 'headlessImportNeedsReview', { importId: 'b' });
    await untilReadable(app.db);
    const range = { after: LOG_START, limit: 100 };
    const webhook = await app.db.prisma.webhook.findFirstOrThrow({ where: { url: { endsWith: '/one' } } });
    expect(one.id).toBe(encodeGlobalId('Webhook', webhook.id));

    const all = await readLog(app, app.organizationId, range, NO_FILTER);
    expect(all.entries).toHaveLength(4);
    const filters = fc.record<LogFilter>({
      webhookId: fc.constantFrom(null, webhook.id, app.organizationId),
      importId: fc.constantFrom(null, 'a', 'b', 'c'),
      statuses: fc.option(fc.subarray<DeliveryStatus>(['PENDING', 'DELIVERED'])),
      kinds: fc.option(fc.subarray<DeliveryLogKind>(['SCHEDULED', 'DELIVERED'])),
      eventTypes: fc.option(fc.subarray<EventType>(['IMPORT_COMPLETED', 'HEADLESS_IMPORT_NEEDS_REVIEW'])),
    });
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const { entries } = await readLog(app, app.organizationId, range, filter);
        expect(entries).toEqual(all.entries.filter((entry) => matchesFilter(entry, filter)));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['malformed', 'yesterday', 'BAD_ARGUMENT'],
    ['empty', '', 'BAD_ARGUMENT'],
    ['beyond the end of the log', '999999999999999999.1', 'CURSOR_UNKNOWN'],
  ])('refuses a cursor that is %s', async (_what, after, code) => {
    await using app = await createTestApp();

    const { data, errors } = await post(
      app,
      '{ deliveryLog(after: $after) { endCursor } }'.replace('{', 'query ($after: String) {'),
      { after },
    );
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });
});

async function givenTwoWebhooks(app: Caller, receiverUrl: string): Promise<{ one: string; two: string }> {
  const one = await givenWebhook(app, { url: `${receiverUrl}/one`, importIdentifiers: ['a', 'b'] });
  const two = await givenWebhook(app, { url: `${receiverUrl}/two`, importIdentifiers: ['a'] });
  return { one: one.id, two: two.id };
}

/** `a-1` goes to both of them, `b-1` to the first. */
async function reportToThem(app: Caller): Promise<void> {
  await reportCompleted(app, { importId: 'a-1', importIdentifier: 'a' });
  await reportCompleted(app, { importId: 'b-1', importIdentifier: 'b' });
}

/** Filters, and what they let through once everything is delivered. */
function filtersOf({ one, two }: { readonly one: string; readonly two: string }) {
  const all = ['ATTEMPT_SUCCEEDED', 'DELIVERED', 'SCHEDULED'];
  const of = (kinds: readonly string[], ...ids: string[]) => ids.flatMap((id) => kinds.map((kind) => `${id} ${kind}`));
  return [
    { filter: {}, expected: of(all, 'a-1', 'a-1', 'b-1') },
    { filter: { webhookId: one }, expected: of(all, 'a-1', 'b-1') },
    { filter: { webhookId: two }, expected: of(all, 'a-1') },
    { filter: { importId: 'b-1' }, expected: of(all, 'b-1') },
    { filter: { kinds: ['SCHEDULED'] }, expected: of(['SCHEDULED'], 'a-1', 'a-1', 'b-1') },
    { filter: { kinds: ['SCHEDULED', 'DELIVERED'], importId: 'b-1' }, expected: of(['DELIVERED', 'SCHEDULED'], 'b-1') },
    { filter: { statuses: ['PENDING'] }, expected: of(['SCHEDULED'], 'a-1', 'a-1', 'b-1') },
    { filter: { eventTypes: ['IMPORT_COMPLETED'], importId: 'b-1' }, expected: of(all, 'b-1') },
    { filter: { eventTypes: ['HEADLESS_IMPORT_FAILED'] }, expected: [] },
    { filter: { statuses: ['DELIVERED'], webhookId: two }, expected: of(['ATTEMPT_SUCCEEDED', 'DELIVERED'], 'a-1') },
  ].map(({ filter, expected }) => ({ filter, expected: expected.toSorted() }));
}

function summary(entries: readonly SeenEntry[]): string[] {
  return entries.map(({ importId, kind }) => `${importId} ${kind}`).toSorted();
}
