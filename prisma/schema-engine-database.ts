/** The databases that the schema engine works on: PostgreSQL servers, and directories of PGlite. */

import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { z } from 'zod';

/** One-shot commands that the Prisma CLI gives instead of talking to the engine. */
export const DATABASE_COMMANDS = ['can-connect-to-database', 'create-database', 'drop-database'] as const;

/** One of `DATABASE_COMMANDS`. */
export type DatabaseCommand = (typeof DATABASE_COMMANDS)[number];

/** Why a one-shot command failed, with Prisma's code for it. */
export interface DatabaseProblem {
  readonly code: string;
  readonly message: string;
  readonly meta: Readonly<Record<string, string>>;
}

/** An open database. */
export interface EngineDatabase {
  readonly adapters: SqlMigrationAwareDriverAdapterFactory;
  /** Lets go of it. What was committed stays. */
  close(): Promise<void>;
}

/**
 * Opens `pglite:<directory>` or `postgresql://…`; without a URL, for commands that only compare files, an empty PGlite
 * in memory. Whichever it is, the shadow database, where Prisma tries out the
 * migrations, is a PGlite in memory: that needs no right to create databases.
 */
export async function openEngineDatabase(url = 'pglite:memory://'): Promise<EngineDatabase> {
  const directory = pgliteDirectory(url);
  if (directory) {
    const pglite = await PGlite.create(directory);
    return { adapters: adaptersOf(() => connectPglite(pglite)), close: () => pglite.close() };
  }
  letCharThrough();
  const pool = new pg.Pool({ connectionString: url, max: 1 }); // one session, because the engine takes session locks
  return { adapters: adaptersOf(() => connectPostgresql(pool)), close: () => pool.end() };
}

/** Carries out a one-shot command. A directory of PGlite needs none of them: it is made when it is opened. */
export async function runDatabaseCommand(url: string, command: DatabaseCommand): Promise<DatabaseProblem | undefined> {
  if (pgliteDirectory(url)) return undefined;
  const target = new URL(url);
  const database = decodeURIComponent(target.pathname.slice(1));
  const name = pg.escapeIdentifier(database);
  if (command !== 'can-connect-to-database') target.pathname = '/postgres';

  const client = new pg.Client({ connectionString: target.href });
  try {
    await client.connect();
    if (command === 'create-database') await client.query(`create database ${name}`);
    if (command === 'drop-database') await client.query(`drop database if exists ${name}`);
    return undefined;
  } catch (error) {
    return describeProblem(error, database, target.host);
  } finally {
    await client.end();
  }
}

function pgliteDirectory(url: string): string | undefined {
  return url.startsWith('pglite:') ? url.slice('pglite:'.length) : undefined;
}

function adaptersOf(connect: () => Promise<SqlDriverAdapter>): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg', // the engine knows the official adapters only
    connect,
    connectToShadowDb: () => connectPglite(new PGlite()),
  };
}

async function connectPostgresql(pool: pg.Pool): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg(pool).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    return {
      ...result,
      columnTypes: result.columnTypes.map((type) => (type === CHARS ? ColumnTypeEnum.Character : type)),
    };
  };
  // Its own splits the text at every semicolon, also at those in comments, strings and functions.
  adapter.executeScript = (script) => runScript(() => pool.query(script));
  return adapter;
}

async function connectPglite(pglite: PGlite): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPGlite(pglite).connect();
  // Its own does not wait for the statements, so their failures are lost.
  adapter.executeScript = (script) => runScript(() => pglite.exec(script));
  return adapter;
}

async function runScript(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const failure = ServerFailure.safeParse(error);
    if (!failure.success) throw error;
    throw new DriverAdapterError({ kind: 'postgres', ...failure.data });
  }
}

/** An error as PostgreSQL reports it, through either driver. */
const ServerFailure = z.object({
  code: z.string().length(5),
  severity: z.string(),
  message: z.string(),
  detail: z.string().or(z.undefined()),
  column: z.string().or(z.undefined()),
  hint: z.string().or(z.undefined()),
});

/** OIDs of `pg_catalog."char"`, which the catalogue is full of and the adapter refuses, and of an array of it. */
const CHAR = 18;
const CHAR_ARRAY = 1002;

/** What the adapter calls an array of `"char"`. */
const CHARS = ColumnTypeEnum.CharacterArray;

/**
 * Lets values of type `"char"` through the adapter under the name of an array of them, of which the catalogue has none.
 * node-postgres has no public place for this; the patch lives as long as this process, which serves the CLI only.
 */
function letCharThrough(): void {
  const addFields: unknown = Reflect.get(pg.Result.prototype, 'addFields');
  if (typeof addFields !== 'function') throw new Error('This version of pg has no Result.prototype.addFields.');
  Reflect.set(pg.Result.prototype, 'addFields', function (this: unknown, fields: readonly { dataTypeID: number }[]) {
    Reflect.apply(addFields, this, [fields]);
    for (const field of fields) if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY;
  });
}

/** Codes: https://www.prisma.io/docs/orm/reference/error-reference */
function describeProblem(error: unknown, database: string, host: string): DatabaseProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === '3D000') {
    return { code: 'P1003', message: `Database \`${database}\` does not exist`, meta: { database_name: database } };
  }
  const reason = error instanceof Error ? error.message || String(code) : String(error);
  return { code: 'P1001', message: `Can't reach database server at ${host}: ${reason}`, meta: {} };
}
