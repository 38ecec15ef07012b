/** Applies the migrations in `prisma/migrations`, so that a running server needs no Prisma command. */

import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../lib/logger.ts';
import {
  MigrationEditedError,
  MigrationFailedError,
  MigrationUnknownError,
  MigrationUnresolvedError,
} from './migration-error.ts';

/** One connection to the database, which nothing else uses while it migrates. */
export interface MigrationSession {
  /** Runs one statement with `$1` parameters. */
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs any number of statements, sent as one text. */
  script(text: string): Promise<void>;
}

/** Where the migrations are, and who is told about them. */
export interface MigrateOptions {
  /** Holds one directory per migration with a `migration.sql` in it. Default: those of this program. */
  readonly directory?: string;
  readonly log?: Pick<Logger, 'info'>;
}

/**
 * Applies what is missing, in the order of the names, and returns the names of what it applied.
 *
 * Each migration is one transaction together with its record, so a crash or a failure leaves the ones before it and
 * nothing of it, and the next start tries again. Any number of processes may start at once: one migrates, and the
 * others wait for as long as it takes. The lock and the records are Prisma's, whose own commands can be used beside.
 * An up-to-date database is only read, for which no right to change tables is needed.
 *
 * @throws {MigrationFailedError} when the database refused a migration; those before it stay.
 * @throws {MigrationUnresolvedError} when Prisma's own commands left a failed migration.
 * @throws {MigrationEditedError} when an applied migration reads differently now.
 * @throws {MigrationUnknownError} when the database is newer than this program.
 */
export async function migrate(
  sql: MigrationSession,
  { directory = MIGRATIONS, log }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = await readMigrations(directory);
  await takeLock(sql, log);
  try {
    const pending = findPending(migrations, await readRecords(sql));
    for (const migration of pending) {
      await apply(sql, migration);
      log?.info({ migration: migration.name }, 'migration.applied');
    }
    return pending.map(({ name }) => name);
  } finally {
    // A session that cannot be told any more has lost its locks with its connection.
    await sql.query('select pg_advisory_unlock($1::bigint)', [LOCK]).catch(() => undefined);
  }
}

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** The key that Prisma's schema engine locks: `schema-engine/connectors/sql-schema-connector/src/flavour/postgres.rs`. */
const LOCK = 72_707_369;

const LOCK_POLL_MS = 200;

interface Migration {
  readonly name: string;
  readonly script: string;
}

interface MigrationRecord {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names
      .sort()
      .map(async (name) => ({ name, script: await readFile(join(directory, name, 'migration.sql'), 'utf8') })),
  );
}

/**
 * Asks again and again rather than waiting inside the database: a waiting statement holds a snapshot, and a
 * `create index concurrently` of the process that migrates would wait for that in turn.
 */
async function takeLock(sql: MigrationSession, log: MigrateOptions['log']): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const [answer] = await sql.query<{ taken: boolean }>('select pg_try_advisory_lock($1::bigint) as taken', [LOCK]);
    if (answer?.taken) return;
    if (tries === 0) log?.info('migration.awaited');
    await delay(LOCK_POLL_MS);
  }
}

/** The table exactly as Prisma makes it. It is made under the lock, because two `create table if not exists` can collide. */
const CREATE_RECORDS = `
  create table "_prisma_migrations" (
    "id" varchar(36) primary key not null,
    "checksum" varchar(64) not null,
    "finished_at" timestamptz,
    "migration_name" varchar(255) not null,
    "logs" text,
    "rolled_back_at" timestamptz,
    "started_at" timestamptz not null default now(),
    "applied_steps_count" integer not null default 0
  )`;

async function readRecords(sql: MigrationSession): Promise<MigrationRecord[]> {
  const [table] = await sql.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as "exists"`,
  );
  if (!table?.exists) {
    await sql.script(CREATE_RECORDS);
    return [];
  }
  return sql.query<MigrationRecord>(
    `select migration_name as "name", checksum, finished_at is not null as "isFinished"
     from "_prisma_migrations" where rolled_back_at is null order by migration_name`,
  );
}

function findPending(migrations: readonly Migration[], records: readonly MigrationRecord[]): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, isFinished } of records) {
    const migration = known.get(name);
    if (!isFinished) throw new MigrationUnresolvedError(name);
    if (!migration) throw new MigrationUnknownError(name);
    if (!matches(migration.script, checksum)) throw new MigrationEditedError(name);
  }
  const applied = new Set(records.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

/** Git may have checked the same text out with other line ends. Prisma compares in the same way. */
function matches(script: string, checksum: string): boolean {
  const unix = script.replaceAll('\r\n', '\n');
  return [script, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === checksum);
}

function checksumOf(script: string): string {
  return createHash('sha256').update(script).digest('hex');
}

async function apply(sql: MigrationSession, { name, script }: Migration): Promise<void> {
  try {
    await sql.script('begin');
    await sql.script(script);
    await sql.query(
      `insert into "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksumOf(script), name],
    );
    await sql.script('commit');
  } catch (error) {
    // Fails only when the connection is lost, and then the server has rolled back by itself.
    await sql.script('rollback').catch(() => undefined);
    throw new MigrationFailedError(name, script, error);
  }
}
