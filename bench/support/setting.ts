/** The setting of one bench: its database, its temporary directory, its processes. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setting } from '../bench.ts';
import { type Child, startChild } from './child.ts';
import type { DatabaseKind, Server } from './database.ts';

/** What a setting is made from. */
export interface SettingOptions {
  readonly database: DatabaseKind;
  /** Needed for `postgresql`. */
  readonly server: Server | undefined;
  readonly progress: (text: string) => void;
  /** A directory that gets CPU profiles of Posthorn's processes. */
  readonly profileDirectory: string | undefined;
}

/** Runs `work` in a setting of its own. Whatever comes of it, nothing of the setting is left. */
export async function withSetting<Result>(
  { database, server, progress, profileDirectory }: SettingOptions,
  work: (setting: Setting) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-bench-'));
  const created = database === 'postgresql' ? await server?.create() : undefined;
  const children: Child<unknown>[] = [];
  const configuration = {
    DATABASE_URL: created?.url ?? '',
    DATA_DIR: join(directory, 'data'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    INITIAL_ADMIN_KEY: '',
    HOST: '127.0.0.1',
    PORT: '0',
    ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'info',
  };
  try {
    return await work({
      database,
      progress,
      async start(name, environment = {}) {
        const child = await startChild<never>(new URL(`../process/${name}.ts`, import.meta.url), {
          environment: { ...configuration, ...environment },
          logFile: join(directory, `${name}.log`),
          profileDirectory: name === 'posthorn' ? profileDirectory : undefined,
        });
        children.push(child);
        return child;
      },
    });
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await created?.drop();
    await rm(directory, { recursive: true, force: true });
  }
}
