/** The database as the program sees it: PGlite and PostgreSQL behave alike. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isPassing, sqlState } from '../../src/database/database-error.ts';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { parseTimestamptz } from '../../src/database/types.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { type OpenTestDatabase, openTestDatabase } from '../support/database.ts';
import { asAdmin, databaseUrl } from '../support/postgresql.ts';

let database: OpenTestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query('create table if not exists public.note (id int primary key, text text)');
});

afterAll(async () => {
  await database.db.query('drop table public.note');
  await database.close();
});

/** The error that `work` rejects with. */
async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => expect.unreachable('it should have been rejected'),
    (error: unknown) => error,
  );
}

/** Bytes, of whichever class. */
const plain = (value: unknown) => (value instanceof Uint8Array ? [...value] : value);

describe('a value', () => {
  test.each<[string, unknown]>([
    ['int8', 9_007_199_254_740_993n],
    ['int8', -9_223_372_036_854_775_808n],
    ['int4', -2_147_483_648],
    ['float8', 0.1],
    ['boolean', false],
    ['text', 'Zoë 🪶 \' " \\ $1 %s'],
    ['text', ''],
    ['uuid', '01a1ff9f-9ef9-78a1-b44e-bc9368cc8548'],
    ['timestamptz', new Date('2026-11-21T19:22:50.123Z')],
    ['timestamptz', new Date('1969-12-31T23:59:59.999Z')],
    ['timestamptz', new Date('9999-12-31T00:00:00Z')],
    ['bytea', Uint8Array.of(0, 1, 127, 128, 255, 92, 39)],
    ['bytea', new Uint8Array()],
    ['text[]', ['a', '', 'with, comma', '"quoted"', 'back\\slash', '{brace}', 'NULL', 'Zoë 🪶', null]],
    ['text[]', []],
    ['uuid[]', ['01a1ff9f-9ef9-78a1-b44e-bc9368cc8548']],
    ['int4[]', [1, -2, null]],
    ['boolean[]', [true, false]],
    ['text', null],
    ['text[]', null],
    ['bytea', null],
  ])('of type %s comes back as it went in: %s', async (type, value) => {
    const [row] = await database.db.query<{ value: unknown }>(`select $1::${type} as value`, [value]);
    expect(plain(row?.value)).toEqual(plain(value));
  });

  test('that is counted is a bigint', async () => {
    expect(await database.db.query('select count(*) as n from (values (1), (2)) as two')).toEqual([{ n: 2n }]);
  });

  test('of time keeps its milliseconds whatever the session’s time zone', async () => {
    const written = await database.db.transaction(async (sql) => {
      await sql.query(`set local timezone = 'Asia/Kolkata'`);
      return await sql.query(`select timestamptz '2026-11-21 19:22:50.123456Z' as at`);
    });
    expect(written).toEqual([{ at: new Date('2026-11-21T19:22:50.123Z') }]);
    expect(parseTimestamptz('2026-11-22 00:52:50.123456+05:30')).toEqual(new Date('2026-11-21T19:22:50.123Z'));
    expect(parseTimestamptz('2026-11-21 15:22:50-04')).toEqual(new Date('2026-11-21T19:22:50Z'));
  });
});

describe('a transaction', () => {
  const notes = () => database.db.query('select id, text from note order by id');
  const empty = () => database.db.query('delete from note');

  test('keeps everything when its work resolves, and passes on what it resolves with', async () => {
    await empty();
    const result = await database.db.transaction(async (sql) => {
      await sql.query('insert into note values ($1, $2)', [1, 'one']);
      return await sql.query('select text from note');
    });
    expect(result).toEqual([{ text: 'one' }]);
    expect(await notes()).toEqual([{ id: 1, text: 'one' }]);
  });

  test('keeps nothing when its work rejects, and rejects with the same error', async () => {
    await empty();
    const problem = new Error('changed my mind');
    const failing = database.db.transaction(async (sql) => {
      await sql.query('insert into note values (1, null)');
      throw problem;
    });
    expect(await errorOf(failing)).toBe(problem);
    expect(await notes()).toEqual([]);
  });

  test('keeps nothing when one of its statements fails, even if nobody minds', async () => {
    await empty();
    await database.db
      .transaction(async (sql) => {
        await sql.query('insert into note values (1, null)');
        await sql.query('insert into note values (1, null)').catch(() => undefined);
      })
      .catch(() => undefined);
    expect(await notes()).toEqual([]);
  });

  test('of many at once takes its turn, and no update is lost', async () => {
    await empty();
    await database.db.query(`insert into note values (1, '0')`);
    await Promise.all(
      Array.from({ length: 30 }, () =>
        database.db.transaction(async (sql) => {
          const [row] = await sql.query<{ text: string }>('select text from note where id = 1 for update');
          await sql.query('update note set text = $1 where id = 1', [String(Number(row?.text) + 1)]);
        }),
      ),
    );
    expect(await notes()).toEqual([{ id: 1, text: '30' }]);
  });

  test('of statements that go together keeps everything, and has the rows of each', async () => {
    await empty();
    const [first, second, third] = await database.db.together<[{ set: string }, { id: number }, { read: string }]>(
      [`select set_config('posthorn.test', $1, true) as set`, ['left by the first']],
      [`insert into note values (1, 'one'), (2, 'two') returning id`],
      [`select current_setting('posthorn.test') as read`],
    );
    expect(first).toEqual([{ set: 'left by the first' }]);
    expect(second).toEqual([{ id: 1 }, { id: 2 }]);
    expect(third).toEqual([{ read: 'left by the first' }]);
    expect(await notes()).toEqual([
      { id: 1, text: 'one' },
      { id: 2, text: 'two' },
    ]);
    expect(await database.db.query(`select current_setting('posthorn.test', true) as read`)).not.toEqual(third);
  });

  test.each([
    ['first', ['select no_such_column', `insert into note values (1, 'one')`], '42703'],
    ['last', [`insert into note values (1, 'one')`, `insert into note values (1, 'again')`], '23505'],
  ])(
    'of statements that go together keeps nothing when the %s fails, and says why',
    async (_which, statements, why) => {
      await empty();
      const failing = database.db.together(...statements.map((statement) => [statement] as const));
      expect(sqlState(await errorOf(failing))).toBe(why);
      expect(await notes()).toEqual([]);
      expect(await database.db.together<[{ one: number }]>(['select 1 as one'])).toEqual([[{ one: 1 }]]);
    },
  );

  test('is followed by others as if nothing had been, having failed', async () => {
    await errorOf(database.db.transaction((sql) => sql.query('select no_such_column')));
    expect(await database.db.query('select 1 as one')).toEqual([{ one: 1 }]);
    expect(await database.db.transaction((sql) => sql.query('select 1 as one'))).toEqual([{ one: 1 }]);
  });
});

describe('a listener', () => {
  test('hears what is said on its channel, in order, until it is stopped', async () => {
    const heard: string[] = [];
    const last = Promise.withResolvers<void>();
    const listening = await database.db.listen('ours', {
      onNotification: (payload) => {
        heard.push(payload);
        if (payload === 'last') last.resolve();
      },
      onGap: () => heard.push('gap'),
    });
    const say = (channel: string, text: string) => database.db.query('select pg_notify($1, $2)', [channel, text]);

    await say('ours', 'Zoë 🪶');
    await say('theirs', 'not for us');
    await say('ours', '');
    await say('ours', 'last');
    await last.promise;
    expect(heard).toEqual(['Zoë 🪶', '', 'last']);

    await listening.stop();
    await say('ours', 'too late');
    await database.db.query('select 1');
    expect(heard).toHaveLength(3);
  });
});

describe('an error that would come back for ever', () => {
  test.each([
    ['42601', 'selec 1'],
    ['42P01', 'select * from no_such_table'],
    ['22012', 'select 1 / 0'],
    ['22P02', `select 'x'::int`],
    ['23505', 'insert into note values (7, null), (7, null)'],
    ['23502', 'insert into note values (null, null)'],
  ])('does not count as passing: %s', async (state, statement) => {
    const error = await errorOf(database.db.query(statement));
    expect(sqlState(error)).toBe(state);
    expect(isPassing(error)).toBe(false);
  });

  test('does not count as passing from Prisma either', async () => {
    const organization = { id: '01a1ff9f-9ef9-78a1-b44e-bc9368cc8548', name: 'Twice', createdAt: new Date() };
    const { prisma } = database.db;
    await prisma.organization.create({ data: organization });
    expect(isPassing(await errorOf(prisma.organization.create({ data: organization })))).toBe(false);
    expect(isPassing(await errorOf(prisma.$queryRaw`select no_such_column`))).toBe(false);
  });

  test('is not one of the operating system about the connection', () => {
    for (const code of ['EPIPE', 'ECONNRESET']) {
      expect(isPassing(Object.assign(new Error(`write ${code}`), { code })), code).toBe(true);
    }
  });

  test('is anything that is no error of a database', () => {
    for (const value of [new Error('no'), new TypeError('x is not a function'), undefined, null, 'ECONNREFUSED']) {
      expect(isPassing(value)).toBe(false);
    }
  });
});

describe.skipIf(inject('database') === 'pglite')('on a PostgreSQL server', () => {
  /** The URL of this test's database. */
  function url(): string {
    if (!database.url) throw new Error('the database is not on a server');
    return database.url;
  }

  /** Ends the backends of this database whose last statement matches, as a restart of the server would. */
  async function terminate(pattern: string): Promise<number> {
    return await asAdmin(url(), async (client) => {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and query like $1`,
        [pattern],
      );
      return rowCount ?? 0;
    });
  }

  test('what others have not committed is not seen', async () => {
    const other = database.connect();
    const [written, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const writing = database.db.transaction(async (sql) => {
      await sql.query('delete from note');
      await sql.query(`insert into note values (1, 'uncommitted')`);
      written.resolve();
      await seen.promise;
    });
    await written.promise;
    expect(await other.query(`select from note where text = 'uncommitted'`)).toEqual([]);
    seen.resolve();
    await writing;
    expect(await other.query(`select from note where text = 'uncommitted'`)).toHaveLength(1);
  });

  test('a listener whose connection was cut is told of the gap, and hears again from then on (A7)', async () => {
    const heard: string[] = [];
    const gap = Promise.withResolvers<void>();
    const again = Promise.withResolvers<void>();
    const listening = await database.db.listen('cut', {
      onNotification: (payload) => {
        heard.push(payload);
        if (payload === 'after') again.resolve();
      },
      onGap: gap.resolve,
    });

    expect(await terminate('listen "cut"%')).toBe(1);
    await gap.promise;
    await database.db.query(`select pg_notify('cut', 'after')`);
    await again.promise;
    expect(heard).toEqual(['after']);
    await listening.stop();
  });

  test('a listener that was stopped does not come back when its connection ends', async () => {
    const listening = await database.db.listen('stopped', { onNotification: () => {}, onGap: () => {} });
    await listening.stop();
    expect(await terminate('listen "stopped"%')).toBe(0);
  });

  test.each(['resolved', 'rejected'])(
    'a transaction whose work has %s takes no statement of a branch that goes on',
    async (how) => {
      await database.db.query('delete from note');
      const over = Promise.withResolvers<void>();
      let branch: Promise<unknown> = Promise.resolve();
      const work = database.db.transaction(async (sql) => {
        branch = errorOf(over.promise.then(() => sql.query(`insert into note values (1, 'late')`)));
        await sql.query('select 1');
        if (how === 'rejected') throw new Error('changed my mind');
      });
      await work.catch(() => undefined);
      over.resolve();
      expect(await branch).toMatchObject({ message: expect.stringContaining('transaction was over') });
      expect(await database.db.query('select id from note')).toEqual([]);
    },
  );

  test('a transaction whose connection was cut fails with a passing error, and the next one has another (A7)', async () => {
    const error = await errorOf(
      database.db.transaction(async (sql) => {
        await sql.query(`select 'cut me'`);
        await terminate(`select 'cut me'%`);
        await sql.query('select 1');
      }),
    );
    expect(isPassing(error)).toBe(true);
    expect(await database.db.transaction((sql) => sql.query('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('statements that go together keep nothing when their connection is cut, and the next ones have another (A7)', async () => {
    await database.db.query('delete from note');
    const failing = database.db.together(
      ['select pg_terminate_backend(pg_backend_pid())'],
      [`insert into note values (1, 'one')`],
    );
    expect(isPassing(await errorOf(failing))).toBe(true);
    expect(await database.db.together<[{ id: number }]>(['select id from note'])).toEqual([[]]);
  });

  test('a statement whose connection was cut under way fails with a passing error (A7)', async () => {
    const sleeping = errorOf(database.db.query('select pg_sleep(60)'));
    while ((await terminate('select pg_sleep(60)')) === 0);
    expect(isPassing(await sleeping)).toBe(true);
    expect(await database.db.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a deadlock is passing: one of the two goes on, the other may try again', async () => {
    await database.db.query(`delete from note`);
    await database.db.query(`insert into note values (1, null), (2, null)`);
    const bothHold = Promise.withResolvers<void>();
    let holding = 0;
    const lockBoth = (first: number, second: number) =>
      database.db.transaction(async (sql) => {
        await sql.query('select from note where id = $1 for update', [first]);
        holding += 1;
        if (holding === 2) bothHold.resolve();
        await bothHold.promise;
        await sql.query('select from note where id = $1 for update', [second]);
      });
    const results = await Promise.allSettled([lockBoth(1, 2), lockBoth(2, 1)]);
    const errors = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
    expect(errors.map(sqlState)).toEqual(['40P01']);
    expect(errors.map(isPassing)).toEqual([true]);
  });

  test('a server that is not there is passing, for statements, transactions and Prisma', async () => {
    const nowhere = new URL(url());
    nowhere.port = '1';
    const db = openPostgresql(nowhere.href, 2, createLogger('silent'));
    const errors = [
      await errorOf(db.query('select 1')),
      await errorOf(db.transaction((sql) => sql.query('select 1'))),
      await errorOf(db.prisma.organization.findFirst()),
      await errorOf(db.listen('nowhere', { onNotification: () => {}, onGap: () => {} })),
    ];
    expect(errors.map(isPassing)).toEqual([true, true, true, true]);
    await db.close();
  });

  test('a wrong password or a missing database is not passing: waiting will not mend it', async () => {
    const locked = new URL(url());
    locked.username = 'nobody-of-that-name';
    for (const [wrong, state] of [
      [locked.href, /^28/],
      [databaseUrl(url(), 'no_such_database'), /^3D000$/],
    ] as const) {
      const db = openPostgresql(wrong, 1, createLogger('silent'));
      const error = await errorOf(db.query('select 1'));
      expect(sqlState(error)).toMatch(state);
      expect(isPassing(error)).toBe(false);
      await db.close();
    }
  });
});
