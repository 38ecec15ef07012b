/** The setting of one bench: its databases, its temporary directory, its processes. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setting } from '../bench.ts';
import { type Child, startChild } from './child.ts';
import type { DatabaseKind, Server } from './database.ts';
import type { PeerName } from './peers.ts';
import { type ServerProcess, startServer } from './server.ts';

/** What a setting is made from. */
export interface SettingOptions {
  readonly database: DatabaseKind;
  /** Needed for `postgresql`. */
  readonly server: Server | undefined;
  readonly scale: number;
  readonly peers: readonly PeerName[];
  readonly progress: (text: string) => void;
  /** A directory that gets CPU profiles of Posthorn's processes. */
  readonly profileDirectory: string | undefined;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` in a setting of its own. Whatever comes of it, nothing of the setting is left.
 *
 * @throws what `work` throws, or the reason of the signal.
 */
export async function withSetting<Result>(
  { server, profileDirectory, signal, ...facts }: SettingOptions,
  work: (setting: Setting) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-bench-'));
  const databases: { drop(): Promise<void> }[] = [];
  const processes: (Child<unknown> | ServerProcess)[] = [];

  async function createDatabase(): Promise<string> {
    if (!server) throw new Error('there is no PostgreSQL server');
    const created = await server.create();
    databases.push(created);
    return created.url;
  }

  try {
    const configuration = {
      DATABASE_URL: facts.database === 'postgresql' ? await createDatabase() : '',
      DATA_DIR: join(directory, 'data'),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      INITIAL_ADMIN_KEY: '',
      HOST: '127.0.0.1',
      PORT: '0',
      ALLOWED_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'info',
      QUEUE_PREFIX: `posthorn-bench-${randomBytes(6).toString('hex')}`,
    };
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    ended.catch(() => undefined); // when nobody waits any more
    const working = work({
      ...facts,
      profileDirectory,
      createDatabase,
      async start(name, environment = {}) {
        const child = await startChild<never>(new URL(`../process/${name}.ts`, import.meta.url), {
          environment: { ...configuration, ...environment },
          logFile: join(directory, `${name}.log`),
          profileDirectory: name === 'posthorn' ? profileDirectory : undefined,
        });
        processes.push(child);
        return child;
      },
      async serve(command, environment = {}) {
        const served = await startServer(command, {
          environment: { ...configuration, ...environment },
          logFile: join(directory, `${command}-${processes.length}.log`),
          profileDirectory,
        });
        processes.push(served);
        return served;
      },
    });
    return await Promise.race([working, ended]);
  } finally {
    await Promise.all(processes.map((each) => each.stop()));
    await Promise.all(databases.map((each) => each.drop()));
    await rm(directory, { recursive: true, force: true });
  }
}
