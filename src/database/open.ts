/** Opening the database that the configuration names, up to date and ready. */

import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from './database.ts';
import { lockDirectory } from './lock.ts';
import { migrate } from './migrate.ts';
import { migrationSession, openPglite, wrapPglite } from './pglite.ts';
import { openPostgresql, withMigrationSession } from './postgresql.ts';
import { INDEX_WALK_SETTINGS } from './settings.ts';

/**
 * Opens and migrates the database: the PostgreSQL server of `DATABASE_URL`, else PGlite in `DATA_DIR`, which stays
 * locked until the database is closed.
 *
 * @throws {DataDirectoryLockedError} when another process uses the directory.
 * @throws a migration's error when the database cannot be brought up to date, or the driver's when it is away.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'databaseConnections' | 'dataDir'>,
  log: Logger,
): Promise<Database> {
  const { databaseUrl } = config;
  if (databaseUrl) {
    await withMigrationSession(databaseUrl, (session) => migrate(session, { log }));
    return openPostgresql(databaseUrl, config.databaseConnections, log);
  }
  const unlock = lockDirectory(config.dataDir);
  try {
    const db = await openEmbedded(join(config.dataDir, 'database'), log);
    return {
      ...db,
      async close() {
        await db.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** PGlite with its data in `directory`, or without one in memory, migrated. Takes no lock. */
export async function openEmbedded(directory: string | undefined, log: Logger): Promise<Database> {
  const pglite = await openPglite(directory);
  await migrate(migrationSession(pglite), { log });
  await pglite.exec(INDEX_WALK_SETTINGS);
  return wrapPglite(pglite);
}
