import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Position } from '../../src/delivery/log.ts';
import { BUFFER_LIMIT, CATCH_UP_MS, type SubscriptionEnd } from '../../src/delivery/log-subscriber.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenOrganization } from '../support/given.ts';
import { importIds, writeEntries } from './log-entries.ts';
import { type Reader, type Rest, startTail, subscribe, write } from './log-reader.ts';

describe('the tail of the delivery log', () => {
  test('reads nothing while nobody subscribes, whatever happens', async () => {
    await using app = await createTestApp();
    const { tail, db } = await startTail(app);

    await write(app, 'a');
    app.signals.emit('log.appended', [app.organizationId]);
    await app.clock.advance(60_000);

    expect(tail.subscribers).toBe(0);
    expect(db.statements).toEqual([]);
  });

  test('reads once for all who are live', async () => {
    await using app = await createTestApp();
    const { tail, db } = await startTail(app);
    const readers = Array.from({ length: 20 }, () => subscribe(tail, app));
    await write(app, 'first');
    app.signals.emit('log.appended', [app.organizationId]);
    for (const reader of readers) await reader.take(1);
    const before = db.statements.length;

    await write(app, ...importIds('next', 10));
    app.signals.emit('log.appended', [app.organizationId]);
    for (const reader of readers) expect(await reader.take(10)).toEqual(importIds('next', 10));

    // Two statements at each look, and looking is triggered by hints and by the clock: not by readers.
    expect(db.statements.length - before).toBeLessThan(20);
  });

  test.each(['while it waits', 'between two entries'])(
    'stops reading when its last subscriber leaves %s',
    async (when) => {
      await using app = await createTestApp();
      const { tail, db } = await startTail(app);
      const reader = subscribe(tail, app);
      await write(app, 'one', 'two');
      await reader.take(when === 'while it waits' ? 2 : 1);
      const waiting = when === 'while it waits' ? reader.next() : undefined;

      expect(await reader.leave()).toEqual({ done: true, value: undefined });
      if (waiting) expect(await waiting).toEqual({ done: true, value: undefined });
      expect(tail.subscribers).toBe(0);
      expect(await reader.next()).toEqual({ done: true, value: undefined });

      await db.idle();
      const before = db.statements.length;
      await write(app, 'three');
      app.signals.emit('log.appended', [app.organizationId]);
      await app.clock.advance(60_000);
      await app.db.query('select 1');
      expect(db.statements.length).toBe(before);
    },
  );

  test('forgets a subscriber that leaves before it has asked for anything', async () => {
    await using app = await createTestApp();
    const { tail, db } = await startTail(app);
    const reader = subscribe(tail, app);

    await reader.leave();

    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(tail.subscribers).toBe(0);
    expect(db.statements).toEqual([]);
  });

  test('finds what nobody told it about, within a second or so', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const reader = subscribe(tail, app);
    await write(app, 'told');
    app.signals.emit('log.appended', [app.organizationId]);
    await reader.take(1);

    const next = reader.take(1);
    await write(app, 'untold');
    expect(await next).toEqual(['untold']);
  });

  test('serves subscribers that join at any moment while it reads', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const all = importIds('entry', 400);
    const readers: Reader[] = [];
    for (let at = 0; at < all.length; at += 20) {
      await write(app, ...all.slice(at, at + 20));
      app.signals.emit('log.appended', [app.organizationId]);
      readers.push(subscribe(tail, app));
      // One in three leaves again, so that the tail now and then has nobody.
      if (at % 60 === 0) await readers.shift()?.leave();
    }
    for (const reader of readers) expect(await reader.take(all.length)).toEqual(all);
  });

  test('lets a burst of any size pass by a subscriber that keeps reading', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const reader = subscribe(tail, app);
    const all = ['first', ...importIds('burst', 4 * BUFFER_LIMIT)];
    await write(app, 'first');
    const first = await reader.take(1);

    const rest = reader.take(4 * BUFFER_LIMIT, () => new Promise(setImmediate));
    await write(app, ...all.slice(1));
    app.signals.emit('log.appended', [app.organizationId]);

    expect([...first, ...(await rest)]).toEqual(all);
  });

  test('keeps a bounded number of entries for one that does not read, tells it, and serves the others (F50)', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const stuck = subscribe(tail, app);
    const reading = subscribe(tail, app);
    const all = importIds('entry', 3 * BUFFER_LIMIT);
    await goLive(app, stuck, reading);

    await write(app, ...all);
    app.signals.emit('log.appended', [app.organizationId]);
    expect(await reading.take(all.length)).toEqual(all);
    await app.clock.advance(CATCH_UP_MS + 1);

    const { seen, end } = await stuck.rest();
    expect(seen.length).toBeLessThanOrEqual(BUFFER_LIMIT);
    expect(end).toMatchObject({ ended: 'TOO_SLOW' });

    const resumed = subscribe(tail, app, { after: end.position });
    expect([...seen, ...(await resumed.take(all.length - seen.length))]).toEqual(all);
  });

  test('lets one that was behind for a moment catch up', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const pausing = subscribe(tail, app);
    const reading = subscribe(tail, app);
    const all = importIds('entry', 3 * BUFFER_LIMIT);
    await goLive(app, pausing, reading);

    await write(app, ...all);
    app.signals.emit('log.appended', [app.organizationId]);
    await reading.take(all.length);
    await app.clock.advance(CATCH_UP_MS / 2);

    expect(await pausing.take(all.length)).toEqual(all);
    await app.clock.advance(CATCH_UP_MS);
    await write(app, 'later');
    app.signals.emit('log.appended', [app.organizationId]);
    expect(await pausing.take(1)).toEqual(['later']);
  });

  test('ends those whose key was revoked, also one that is still catching up', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const [keyId, otherKeyId] = [randomUUID(), randomUUID()];
    const all = importIds('entry', 50);
    await write(app, ...all);
    const catchingUp = subscribe(tail, app, { keyId });
    await catchingUp.take(10);
    const live = subscribe(tail, app, { keyId });
    await live.take(50);
    const waiting = live.rest();
    const other = subscribe(tail, app, { keyId: otherKeyId });
    await other.take(50);

    app.signals.emit('key.revoked', [keyId]);

    expect(await catchingUp.rest()).toMatchObject({ seen: [], end: { ended: 'KEY_REVOKED' } });
    expect(await waiting).toMatchObject({ seen: [], end: { ended: 'KEY_REVOKED' } });
    await write(app, 'later');
    expect(await other.take(1)).toEqual(['later']);
  });

  test.each([
    { what: 'was revoked, when the hint was lost', ended: 'KEY_REVOKED', field: 'revokedAt' },
    { what: 'has expired, when its own clock says otherwise', ended: 'KEY_EXPIRED', field: 'expiresAt' },
  ])('finds out by itself that a key $what', async ({ ended, field }) => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const { id } = await app.db.prisma.apiKey.findFirstOrThrow({ where: { organizationId: app.organizationId } });
    const reader = subscribe(tail, app, { keyId: id });
    await write(app, 'one');
    await reader.take(1);
    const waiting = reader.rest();

    await app.db.prisma.apiKey.updateMany({ where: { id }, data: { [field]: app.clock.now() } });
    await app.clock.advance(60_000);

    expect(await waiting).toMatchObject({ end: { ended } });
  });

  test('tells all subscribers when it stops, with where to go on, and takes no more', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    await write(app, ...importIds('entry', 10));
    const catchingUp = subscribe(tail, app);
    await catchingUp.take(4);
    const live = subscribe(tail, app);
    await live.take(10);
    const fresh = subscribe(tail, app, { after: undefined });
    const ends = [live.rest(), fresh.rest()];

    const stopped = tail.stop(AbortSignal.timeout(5_000));
    const [{ end: liveEnd }, { end: freshEnd }] = [await ends[0], await ends[1]] as [Rest, Rest]; // as many as above
    const { seen, end } = await catchingUp.rest();
    await stopped;

    expect(seen).toEqual([]);
    for (const ended of [end, liveEnd]) expect(ended).toMatchObject({ ended: 'STOPPING' });
    expect(freshEnd).toMatchObject({ ended: 'STOPPING', position: positionOf(liveEnd) });
    expect(tail.subscribers).toBe(0);

    const { tail: next } = await startTail(app);
    await write(app, 'later');
    const after = importIds('entry', 10);
    expect(await subscribe(next, app, { after: end.position }).take(7)).toEqual([...after.slice(4), 'later']);
    expect(await subscribe(next, app, { after: liveEnd.position }).take(1)).toEqual(['later']);
    expect(await subscribe(tail, app).rest()).toMatchObject({ seen: [], end: { ended: 'STOPPING' } });
  });

  test('does not wait for long for one that takes nothing when it stops', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    await write(app, 'one', 'two');
    await subscribe(tail, app).take(1);

    await tail.stop(AbortSignal.abort());
  });

  test('refuses a position beyond the end of the log', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    await write(app, 'one');

    const { seen, end } = await subscribe(tail, app, { after: { transaction: 10n ** 15n, sequence: 1n } }).rest();
    expect(seen).toEqual([]);
    expect(end).toEqual({ ended: 'CURSOR_UNKNOWN', position: undefined });
  });

  test('goes on when everything that was there has been deleted', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    await write(app, 'one', 'two');
    const live = subscribe(tail, app);
    await live.take(2);
    await app.db.query('delete from delivery_log_entry');

    const joining = subscribe(tail, app);
    const next = [live.take(1), joining.take(1)];
    await write(app, 'three');
    app.signals.emit('log.appended', [app.organizationId]);
    expect(await Promise.all(next)).toEqual([['three'], ['three']]);
  });

  test('keeps organizations apart', async () => {
    await using app = await createTestApp();
    const { tail } = await startTail(app);
    const other = await givenOrganization(app);
    const ours = subscribe(tail, app);
    const theirs = subscribe(tail, app, { organizationId: other.organizationId });
    const seen = Promise.all([ours.take(1), theirs.take(1)]);

    await writeEntries(app.db, { organizationId: other.organizationId, importIds: ['theirs'] });
    await write(app, 'ours');

    expect(await seen).toEqual([['ours'], ['theirs']]);
  });
});

function positionOf({ position }: SubscriptionEnd): Position | undefined {
  return position && { transaction: position.transaction, sequence: position.sequence };
}

/** Each has seen an entry that was written while it waited, and so it did not come from a page. */
async function goLive(app: TestApp, ...readers: Reader[]): Promise<void> {
  await write(app, 'read');
  for (const reader of readers) await reader.take(1);
  const waiting = readers.map((reader) => reader.take(1));
  await write(app, 'live');
  app.signals.emit('log.appended', [app.organizationId]);
  await Promise.all(waiting);
}
