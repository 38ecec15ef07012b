/** "Look now": hints within a process, and between those that share a database. */

import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { createSignals, type Signals, type Topic } from '../../src/database/signals.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { asAdmin } from '../support/postgresql.ts';

type Told = ReadonlySet<string> | undefined;

/** Writes down what is told about `topic`. */
function listenTo(signals: Signals, topic: Topic) {
  const told: Told[] = [];
  let changed = () => {};
  const stop = signals.on(topic, (items) => {
    told.push(items);
    changed();
  });
  return {
    told,
    stop,
    /** Resolves once `enough` says so of everything told so far. */
    until: (enough: (told: readonly Told[]) => boolean): Promise<void> =>
      new Promise((resolve) => {
        changed = () => enough(told) && resolve();
        changed();
      }),
  };
}

/** Signals of another process, whose notifications wait until `held` is resolved; `begun` is when the first one does. */
function createHeldSignals(app: TestApp) {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let sent = 0;
  const query: Database['query'] = async (...asked) => {
    begun.resolve();
    sent += 1;
    await held.promise;
    return await app.db.query(...asked);
  };
  return { signals: createSignals({ ...app.db, query }, app.log), begun, held, sent: () => sent };
}

const itemsOf = (told: readonly Told[]): ReadonlySet<string> => new Set(told.flatMap((items) => [...(items ?? [])]));

describe('a signal', () => {
  test('reaches those of its topic in the same process at once, and once', async () => {
    await using app = await createTestApp();
    const due = [listenTo(app.signals, 'destination.due'), listenTo(app.signals, 'destination.due')];
    const revoked = listenTo(app.signals, 'key.revoked');

    app.signals.emit('destination.due', ['a', 'b', 'a']);

    expect(due.map(({ told }) => told)).toEqual([[new Set(['a', 'b'])], [new Set(['a', 'b'])]]);
    expect(revoked.told).toEqual([]);
  });

  test('about nothing tells nobody', async () => {
    await using app = await createTestApp();
    const due = listenTo(app.signals, 'destination.due');
    app.signals.emit('destination.due', []);
    expect(due.told).toEqual([]);
  });

  test('does not reach who has stopped listening', async () => {
    await using app = await createTestApp();
    const [gone, there] = [listenTo(app.signals, 'destination.due'), listenTo(app.signals, 'destination.due')];
    gone.stop();
    gone.stop();
    app.signals.emit('destination.due', ['a']);
    expect([gone.told, there.told]).toEqual([[], [new Set(['a'])]]);
  });
});

describe.skipIf(inject('database') === 'pglite')('between two processes on one PostgreSQL server, signals', () => {
  test('given in quick succession arrive as one, and do not come back to who gave them', async () => {
    await using app = await createTestApp();
    const other = await app.createSibling();
    const [here, there] = [listenTo(app.signals, 'destination.due'), listenTo(other.signals, 'destination.due')];

    app.signals.emit('destination.due', ['a']);
    app.signals.emit('destination.due', ['b', 'a']);
    app.signals.emit('destination.due', ['c']);
    await there.until((told) => told.length > 0);
    expect(there.told).toEqual([new Set(['a', 'b', 'c'])]);

    // An echo would have arrived before the answer to this one.
    other.signals.emit('destination.due', ['back']);
    await here.until((told) => itemsOf(told).has('back'));
    expect(here.told).toEqual([new Set(['a']), new Set(['b', 'a']), new Set(['c']), new Set(['back'])]);
  });

  test('of different topics stay apart', async () => {
    await using app = await createTestApp();
    const other = await app.createSibling();
    const [due, appended] = [listenTo(other.signals, 'destination.due'), listenTo(other.signals, 'log.appended')];

    app.signals.emit('destination.due', ['a']);
    app.signals.emit('log.appended', ['b']);
    await Promise.all([due.until((told) => told.length > 0), appended.until((told) => told.length > 0)]);
    expect([due.told, appended.told]).toEqual([[new Set(['a'])], [new Set(['b'])]]);
  });

  test('about more than one notification can carry arrive whole, in a few', async () => {
    await using app = await createTestApp();
    const other = await app.createSibling();
    const there = listenTo(other.signals, 'destination.due');
    const ids = Array.from({ length: 1_000 }, () => randomUUID());

    app.signals.emit('destination.due', ids);
    await there.until((told) => itemsOf(told).size === 1_000);
    expect(itemsOf(there.told)).toEqual(new Set(ids));
    expect(there.told).toHaveLength(13);
  });

  test('given just before a process stops are still sent', async () => {
    await using app = await createTestApp();
    const other = await app.createSibling();
    const here = listenTo(app.signals, 'destination.due');

    other.signals.emit('destination.due', ['last words']);
    await other.stop();
    await here.until((told) => itemsOf(told).has('last words'));
  });

  test('given while others are on their way go after them, together', async () => {
    await using app = await createTestApp();
    const { signals, begun, held, sent } = createHeldSignals(app);
    const there = listenTo(app.signals, 'destination.due');
    signals.emit('destination.due', ['first']);
    await begun.promise;

    signals.emit('destination.due', ['second']);
    signals.emit('log.appended', ['organization']);
    signals.emit('destination.due', ['third']);
    held.resolve();

    await there.until((told) => itemsOf(told).has('third'));
    expect(there.told).toEqual([new Set(['first']), new Set(['second', 'third'])]);
    await signals.stop(AbortSignal.timeout(5_000));
    expect(sent()).toBe(2);
  });

  test('that are on their way when a process stops are sent before it has stopped', async () => {
    await using app = await createTestApp();
    const { signals, begun, held } = createHeldSignals(app);
    const here = listenTo(app.signals, 'destination.due');
    signals.emit('destination.due', ['on its way']);
    await begun.promise;

    let isStopped = false;
    const stopped = signals.stop(AbortSignal.timeout(5_000)).then(() => {
      isStopped = true;
    });
    await app.db.query('select 1');
    expect(isStopped).toBe(false);
    held.resolve();
    await stopped;
    await here.until((told) => itemsOf(told).has('on its way'));
  });

  test('may have been lost with the connection, and then everyone is told to look for themselves (A7)', async () => {
    await using app = await createTestApp();
    const other = await app.createSibling();
    const [due, revoked] = [listenTo(other.signals, 'destination.due'), listenTo(other.signals, 'key.revoked')];

    await asAdmin(app.database.url ?? '', (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'listen "posthorn"%'`,
      ),
    );
    await Promise.all([due, revoked].map(({ until }) => until((told) => told.includes(undefined))));

    app.signals.emit('destination.due', ['again']);
    await due.until((told) => itemsOf(told).has('again'));
    expect(due.told).toEqual([undefined, new Set(['again'])]);
    expect(revoked.told).toEqual([undefined]);
  });

  test('that cannot be carried, because the database is away, are lost and fail nobody', async () => {
    const lost = Promise.withResolvers<string>();
    const log = createLogger('warn', { write: lost.resolve });
    const db = openPostgresql('postgresql://127.0.0.1:1/nowhere', 1, log);
    const signals = createSignals(db, log);
    const here = listenTo(signals, 'log.appended');

    signals.emit('log.appended', ['a']);
    expect(here.told).toEqual([new Set(['a'])]);
    expect(JSON.parse(await lost.promise)).toMatchObject({ msg: 'signal.lost', level: 'warn' });
    await signals.stop(AbortSignal.timeout(5_000));
    await db.close();
  });
});
