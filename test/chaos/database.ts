/** A PostgreSQL server of a run's own, which can be killed and started again without disturbing anybody else. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedServer } from '../support/embedded-postgresql.ts';

/** See {@link startDatabaseServer}. */
export interface DatabaseServer {
  /** A URL of a database with nothing in it. */
  readonly url: string;
  /**
   * Ends the server and starts it again: `crash` kills it, so that it recovers from its log; `fast` is what an operator
   * does. Resolves when it accepts connections.
   */
  restart(how: 'crash' | 'fast'): Promise<void>;
  /** Stops it and deletes its data. */
  stop(): Promise<void>;
}

const NAME = 'posthorn_chaos';

/**
 * Starts a server from the binaries that npm has installed, as the tests do. It does not wait for a disk, but it waits
 * for the operating system, so that what was committed outlives its processes; only a power cut would lose it.
 */
export async function startDatabaseServer(): Promise<DatabaseServer> {
  const embedded = await startEmbeddedServer();
  const url = new URL(`/${NAME}`, embedded.url).href;
  const directory = await connected(embedded.url, async (client) => {
    await client.query(`create database ${pg.escapeIdentifier(NAME)} template template0`);
    await client.query(`alter database ${pg.escapeIdentifier(NAME)} set synchronous_commit = on`);
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory ?? '';
  });
  /** After the first restart, the server is no longer the library's. */
  let own: ChildProcess | undefined;

  async function startAgain(): Promise<void> {
    const [program = '', ...args] = commandOf(await readFile(join(directory, 'postmaster.opts'), 'utf8'));
    const { uid, gid } = await stat(directory);
    const isOther = uid !== process.getuid?.();
    own = spawn(program, args, { stdio: 'ignore', ...(isOther ? { uid, gid } : {}) });
    const child = own;
    process.prependOnceListener('exit', () => child.kill('SIGKILL')); // before its data is deleted
  }

  return {
    url,
    async restart(how) {
      await end(await pidOf(directory), how === 'crash' ? 'SIGKILL' : 'SIGINT');
      await startAgain();
      // The processes of a killed server take a moment to notice; until then a new one does not start.
      while (!(await accepts(url))) {
        await delay(50);
        if (own?.exitCode !== null) await startAgain();
      }
    },
    async stop() {
      if (!own) return await embedded.stop();
      await end(own.pid ?? Number.NaN, 'SIGINT');
      await rm(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** How PostgreSQL wrote down that it was started: the program, and its arguments in quotes. */
function commandOf(options: string): string[] {
  const [program = ''] = options.split(' "', 1);
  return [program, ...[...options.matchAll(/"([^"]*)"/g)].map(([, argument = '']) => argument)];
}

async function pidOf(directory: string): Promise<number> {
  const [line = ''] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(line);
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, signal);
  while (isThere(pid)) await delay(10);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function accepts(url: string): Promise<boolean> {
  return await connected(url, () => Promise.resolve(true)).catch(() => false);
}

async function connected<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a server that goes away fails what is under way, and that is told
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
