/** The key that encrypts secrets at rest. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from './config.ts';

/**
 * `ENCRYPTION_KEY`, or a key made once and kept in the data directory, readable by its owner only. Whoever loses it
 * has to rotate every webhook secret.
 *
 * @throws {ConfigError} when the kept key is not one.
 */
export function loadEncryptionKey({ encryptionKey, dataDir }: Pick<Config, 'encryptionKey' | 'dataDir'>): Uint8Array {
  if (encryptionKey) return encryptionKey;
  const path = join(dataDir, 'encryption.key');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // Of two processes that start at the same time, one makes it; both then read the same.
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== 32)
    throw new ConfigError(`${path} does not hold a key. Put it back from a backup, or set ENCRYPTION_KEY.`);
  return key;
}
