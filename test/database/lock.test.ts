/** The data directory of the embedded database: one process at a time, and nothing lost in between. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { DataDirectoryLockedError, lockDirectory } from '../../src/database/lock.ts';
import { openDatabase } from '../../src/database/open.ts';
import { createLogger } from '../../src/lib/logger.ts';

const LOCK = new URL('../../src/database/lock.ts', import.meta.url).href;

let directory: string;
let children: ChildProcess[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'posthorn-lock-'));
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(directory, { recursive: true });
});

/** Another process that holds the lock, or has printed why it could not. */
async function startHolder(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const program = `
    import { lockDirectory } from '${LOCK}';
    try { lockDirectory(process.argv[1]); console.log('locked'); } catch (error) { console.log(error.message); }
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

// A matter of files, the same whichever database the tests are about.
describe.skipIf(inject('database') === 'postgresql')('the lock on a data directory', () => {
  test('keeps other processes out, telling them who is in and what to do', async () => {
    const unlock = lockDirectory(directory);

    expect((await startHolder()).said).toBe(
      `${directory} is in use by another Posthorn (process ${process.pid}). Stop that one first, choose another DATA_DIR, or run on PostgreSQL with DATABASE_URL, where any number of processes share the database.`,
    );
    unlock();
    expect((await startHolder()).said).toBe('locked');
  });

  test('keeps out a second user in the same process as well', () => {
    const unlock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(DataDirectoryLockedError);
    unlock();
    lockDirectory(directory)();
  });

  test('ends with a process that was killed', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      const { child, said } = await startHolder();
      expect(said).toBe('locked');
      expect(() => lockDirectory(directory)).toThrow(`(process ${child.pid})`);
      await kill(child);
    }
    lockDirectory(directory)();
  });

  test('is taken by one of several processes that start at the same time', async () => {
    const holders = await Promise.all([startHolder(), startHolder(), startHolder()]);
    expect(holders.filter(({ said }) => said === 'locked')).toHaveLength(1);
  });

  test('makes a directory that is missing, for its owner only', async () => {
    const missing = join(directory, 'a', 'b');
    lockDirectory(missing)();
    expect((await stat(missing)).mode & 0o777).toBe(0o700);
  });

  test('can be held although nobody wrote down by whom', async () => {
    const unlock = lockDirectory(directory);
    await rm(join(directory, 'posthorn.pid'));
    expect(() => lockDirectory(directory)).toThrow('is in use by another Posthorn. Stop');
    unlock();
  });
});

describe.skipIf(inject('database') === 'postgresql')('the embedded database', () => {
  const open = () =>
    openDatabase({ databaseUrl: undefined, databaseConnections: 1, dataDir: directory }, createLogger('silent'));

  test('is locked while it is open, and has kept everything when it is opened again', async () => {
    const db = await open();
    await db.query('create table note (text text)');
    await db.query('insert into note values ($1)', ['kept 🪶']);
    await expect(open()).rejects.toThrow(DataDirectoryLockedError);
    expect((await startHolder()).said).toContain('is in use');
    await db.close();

    const again = await open();
    expect(await again.query('select text from note')).toEqual([{ text: 'kept 🪶' }]);
    await again.close();
  });

  test('leaves no lock behind when it cannot be opened', async () => {
    await writeFile(join(directory, 'database'), 'not a directory');
    await expect(open()).rejects.toThrow();
    lockDirectory(directory)();
  });
});
