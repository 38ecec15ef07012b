/** A database of one test, on whichever the project is about. */

import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { inject } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { wrapPglite } from '../../src/database/pglite.ts';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { INDEX_WALK_SETTINGS } from '../../src/database/settings.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { INSTALL_CLOCK, SEARCH_PATH } from './clock.ts';
import { asAdmin, createDatabase } from './postgresql.ts';

/** A database with all migrations, nothing in it, and a movable clock. */
export interface OpenTestDatabase {
  readonly db: Database;
  /** Absent on PGlite, which no other process can reach. */
  readonly url: string | undefined;
  /** The same database by connections of its own, as another process would have it; on PGlite the same connection. */
  connect(): Database;
  /** Closes all connections and forgets the data. */
  close(): Promise<void>;
}

/** Connections per open database: few, since many tests run at once. */
const CONNECTIONS = 6;

/** Opens one. On PGlite, tests of a file share one, which is emptied in between: so one test app at a time. */
export async function openTestDatabase(): Promise<OpenTestDatabase> {
  return inject('database') === 'pglite' ? await openOnPglite() : await openOnPostgresql();
}

async function openOnPostgresql(): Promise<OpenTestDatabase> {
  const database = await createDatabase();
  await asAdmin(database.url, async (client) => void (await client.query(INSTALL_CLOCK)));
  const url = new URL(database.url);
  url.searchParams.set('options', `-c search_path=${SEARCH_PATH.replaceAll(' ', '')}`);
  const opened: Database[] = [];
  const connect = () => {
    const db = openPostgresql(url.href, CONNECTIONS, createLogger('silent'));
    opened.push(db);
    return db;
  };
  return {
    db: connect(),
    url: url.href,
    connect,
    async close() {
      await Promise.all(opened.map((db) => db.close()));
      await database.drop();
    },
  };
}

let shared: Promise<PGlite> | undefined;

async function openOnPglite(): Promise<OpenTestDatabase> {
  shared ??= openTemplate().then(async (pglite) => {
    await pglite.exec(`${INSTALL_CLOCK} set search_path = ${SEARCH_PATH}; ${INDEX_WALK_SETTINGS}`);
    return pglite;
  });
  const pglite = await shared;
  await pglite.exec(EMPTY);
  const open = wrapPglite(pglite);
  const db: Database = { ...open, close: () => open.prisma.$disconnect() };
  return { db, url: undefined, connect: () => db, close: () => db.close() };
}

async function openTemplate(): Promise<PGlite> {
  return await PGlite.create({ loadDataDir: new Blob([await readFile(inject('pglite').dump)]) });
}

const EMPTY = `
  update test_clock.jump set by = '0';
  do $$ begin
    execute (
      select 'truncate ' || string_agg(format('public.%I', tablename), ', ')
      from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'
    );
  end $$;`;
