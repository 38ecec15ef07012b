/** Databases on the PostgreSQL server that the test run has found or started. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { sqlState } from '../../src/database/database-error.ts';
import type { MigrationSession } from '../../src/database/migrate.ts';
import type { PgliteTemplate } from './pglite-setup.ts';

/** Where this run's databases are; given to every test by `postgresql-setup.ts`. */
export interface TestServer {
  /** A URL that may create and drop databases. */
  readonly url: string;
  /** The database that has all migrations and nothing else. */
  readonly template: string;
  /** What the names of all databases of this run begin with, so that nothing is left behind. */
  readonly prefix: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The database that the project of the test is about. */
    database: 'pglite' | 'postgresql';
    /** Only in the project `postgresql`. */
    postgresql: TestServer;
    /** Only in the project `pglite`. */
    pglite: PgliteTemplate;
  }
}

/** A database of one test. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, ending whoever is connected. */
  drop(): Promise<void>;
}

/** Makes a database with all migrations applied, in some 50 ms, or one with nothing in it. */
export async function createDatabase({ empty = false }: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('postgresql');
  const name = `${server.prefix}${randomBytes(6).toString('hex')}`;
  await asAdmin(server.url, (client) => copyDatabase(client, name, empty ? 'template0' : server.template));
  return {
    url: databaseUrl(server.url, name),
    drop: () => asAdmin(server.url, (client) => dropDatabase(client, name)),
  };
}

/** The URL of another database on the same server. */
export function databaseUrl(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}

/** Runs `work` on a connection to `url`, which is closed afterwards. */
export async function asAdmin<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Drops a database, if it is there, with everybody who is connected to it. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}

/** A connection as `migrate` wants it. */
export function sessionOf(client: pg.Client): MigrationSession {
  return {
    async query(text, parameters = []) {
      const { rows } = await client.query(text, [...parameters]);
      return rows;
    },
    async script(text) {
      await client.query(text);
    },
  };
}

/** SQLSTATE `object_in_use`: somebody, such as autovacuum, is connected to the template. */
const OBJECT_IN_USE = '55006';

/** PostgreSQL itself waits five seconds for the others to leave, so trying again soon is not pressing. */
async function copyDatabase(client: pg.Client, name: string, template: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`);
      return;
    } catch (error) {
      if (sqlState(error) !== OBJECT_IN_USE || tries === 5) throw error;
    }
  }
}
