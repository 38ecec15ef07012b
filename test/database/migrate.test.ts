import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type MigrationSession, migrate } from '../../src/database/migrate.ts';
import {
  MigrationEditedError,
  MigrationFailedError,
  MigrationUnknownError,
  MigrationUnresolvedError,
} from '../../src/database/migration-error.ts';
import { createDatabase, sessionOf } from '../support/postgresql.ts';

const database = inject('database');

let cleanups: (() => Promise<unknown>)[] = [];
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'posthorn-migrations-'));
  cleanups = [() => rm(directory, { recursive: true })];
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

describe('migrate', () => {
  test('applies every migration in order of name, and nothing the second time', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('2_fill', `insert into color values ('red; or -- not'); -- done; really`);
    await givenMigration('1_color', 'create table color (name text);');

    expect(await migrate(sql, { directory })).toEqual(['1_color', '2_fill']);
    expect(await migrate(sql, { directory })).toEqual([]);
    expect(await sql.query('select name from color')).toEqual([{ name: 'red; or -- not' }]);
  });

  test('applies only what is new to a database that was migrated before', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('1_color', 'create table color (name text);');
    await migrate(sql, { directory });
    await givenMigration('2_shade', 'alter table color add shade text;');

    expect(await migrate(sql, { directory })).toEqual(['2_shade']);
  });

  test('applies the real ones to an empty database', async () => {
    const sql = await openEmptyDatabase();

    expect(await migrate(sql)).toContainEqual(expect.stringMatching(/_init$/));
    expect(await migrate(sql)).toEqual([]);
  });

  test('undoes all of a migration that fails and says where, keeping those before it', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('1_color', 'create table color (name text);');
    await givenMigration('2_broken', 'create table shade (name text);\ninsert into nowhere values (1);');

    const error = await rejectionOf(migrate(sql, { directory }));

    expect(error).toBeInstanceOf(MigrationFailedError);
    expect(error).toMatchObject({ migration: '2_broken', sqlState: '42P01' });
    expect(error).toHaveProperty('message', expect.stringContaining('2_broken failed in line 2: 42P01'));
    expect(await tablesOf(sql)).toEqual(['_prisma_migrations', 'color']);
  });

  test('refuses again until the cause of a failure is gone, and then goes on', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('1_color', 'create table color (name text); insert into nowhere values (1);');

    await expect(migrate(sql, { directory })).rejects.toThrow(MigrationFailedError);
    await expect(migrate(sql, { directory })).rejects.toThrow('Remove the cause and start again');
    await givenMigration('1_color', 'create table color (name text);');
    expect(await migrate(sql, { directory })).toEqual(['1_color']);
  });

  test('refuses a database on which a Prisma command failed, naming the cure', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('1_color', 'create table color (name text);');
    await migrate(sql, { directory });
    await sql.query('update _prisma_migrations set finished_at = null');

    const error = await rejectionOf(migrate(sql, { directory }));

    expect(error).toBeInstanceOf(MigrationUnresolvedError);
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('npm run prisma -- migrate resolve --rolled-back 1_color'),
    );
  });

  test('refuses a migration that was edited after it was applied', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('1_color', 'create table color (name text);');
    await migrate(sql, { directory });
    await givenMigration('1_color', 'create table color (name text, shade text);');

    await expect(migrate(sql, { directory })).rejects.toThrow(MigrationEditedError);
  });

  test('takes other line ends for the same migration', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('1_color', 'create table color (\n  name text\n);\n');
    await migrate(sql, { directory });
    await givenMigration('1_color', 'create table color (\r\n  name text\r\n);\r\n');

    expect(await migrate(sql, { directory })).toEqual([]);
  });

  test('refuses a database that is newer than the program, changing nothing', async () => {
    const sql = await openEmptyDatabase();
    await givenMigration('3_newer', 'create table color (name text);');
    await migrate(sql, { directory });
    await rm(join(directory, '3_newer'), { recursive: true });
    await givenMigration('2_other', 'create table shade (name text);');

    await expect(migrate(sql, { directory })).rejects.toThrow(MigrationUnknownError);
    expect(await tablesOf(sql)).toEqual(['_prisma_migrations', 'color']);
  });
});

describe.runIf(database === 'postgresql')('several processes that migrate at once', () => {
  test('apply each migration once', async () => {
    const sessions = await openSessions(5);
    await givenMigration('1_color', 'select pg_sleep(0.3); create table color (name text);');
    await givenMigration('2_fill', `insert into color values ('red');`);

    const applied = await Promise.all(sessions.map((sql) => migrate(sql, { directory })));

    expect(applied.flat()).toEqual(['1_color', '2_fill']);
    expect(await sessions[0]?.query('select name from color')).toEqual([{ name: 'red' }]);
  });

  test('do not wait for one that failed', async () => {
    const [first, second] = await openSessions(2);
    if (!first || !second) throw new Error('there are two');
    await givenMigration('1_broken', 'insert into nowhere values (1);');

    await expect(migrate(first, { directory })).rejects.toThrow(MigrationFailedError);
    await expect(migrate(second, { directory })).rejects.toThrow(MigrationFailedError);
  });

  test('tell that they wait, once', async () => {
    const [first, second] = await openSessions(2);
    if (!first || !second) throw new Error('there are two');
    await first.query('select pg_advisory_lock(72707369)');
    const told: unknown[] = [];
    const waiting = Promise.withResolvers<void>();
    const info = (message: unknown) => {
      told.push(message);
      waiting.resolve();
    };

    const migrated = migrate(second, { directory, log: { info } });
    await waiting.promise;
    await first.query('select pg_sleep(1)');
    await first.query('select pg_advisory_unlock(72707369)');

    expect(await migrated).toEqual([]);
    expect(told).toEqual(['migration.awaited']);
  });

  test('can migrate an up-to-date database without the right to change it', async () => {
    const [owner, reader] = await openSessions(2);
    if (!owner || !reader) throw new Error('there are two');
    await migrate(owner);
    await owner.script('revoke create on schema public from public; grant select on _prisma_migrations to pg_monitor;');
    await reader.script('set role pg_monitor');

    expect(await migrate(reader)).toEqual([]);
  });
});

async function givenMigration(name: string, script: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), script);
}

async function openEmptyDatabase(): Promise<MigrationSession> {
  if (database === 'postgresql') {
    const [sql] = await openSessions(1);
    if (sql) return sql;
  }
  const pglite = await PGlite.create();
  cleanups.push(() => pglite.close());
  return {
    async query<Row>(text: string, parameters: readonly unknown[] = []) {
      const { rows } = await pglite.query<Row>(text, [...parameters]);
      return rows;
    },
    async script(text) {
      await pglite.exec(text);
    },
  };
}

/** Connections to one empty database. */
async function openSessions(count: number): Promise<MigrationSession[]> {
  const { url, drop } = await createDatabase({ empty: true });
  cleanups.push(drop);
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: url }));
  for (const client of clients) {
    await client.connect();
    cleanups.push(() => client.end());
  }
  return clients.map(sessionOf);
}

async function tablesOf(sql: MigrationSession): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `select relname::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
}

function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it was expected to be rejected'),
    (error: unknown) => error,
  );
}
