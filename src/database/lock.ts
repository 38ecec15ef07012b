/** The lock on the data directory: PGlite takes none, and two processes would ruin each other's data. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process is using the data directory. */
export class DataDirectoryLockedError extends Error {
  override readonly name = 'DataDirectoryLockedError';

  constructor(directory: string, holder: string | undefined) {
    super(
      `${directory} is in use by another Posthorn${holder ? ` (process ${holder})` : ''}. Stop that one first, choose another DATA_DIR, or run on PostgreSQL with DATABASE_URL, where any number of processes share the database.`,
    );
  }
}

/** SQLITE_BUSY. https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * Locks `directory`, making it when it is missing. The lock is an exclusive transaction on an SQLite file in it, which
 * is a lock of the operating system: it ends with the process, however that ends.
 *
 * @returns how to unlock it.
 * @throws {DataDirectoryLockedError} while another process holds it.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const holder = join(directory, 'posthorn.pid');
  const lock = new DatabaseSync(join(directory, 'posthorn.lock'), { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY)
      throw new DataDirectoryLockedError(directory, readHolder(holder));
    throw error;
  }
  writeFileSync(holder, `${process.pid}\n`);
  return () => lock.close();
}

function readHolder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
