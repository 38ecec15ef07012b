/** `migrate`: the database brought up to date, and nothing else. */

import { readConfig } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { createLogger } from '../lib/logger.ts';

/** Migrates the database of the configuration. @throws a migration's error, or the driver's when it is away. */
export async function migrateDatabase(): Promise<void> {
  const config = readConfig({ ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'), ...process.env }); // not needed for this
  const db = await openDatabase(config, createLogger(config.logLevel));
  await db.close();
  process.stdout.write('The database is up to date.\n');
}
