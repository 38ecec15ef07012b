/** The program as its users start it: whole processes, on a database of their own. */

import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished, vi } from 'vitest';
import { generateApiKey } from '../../src/organization/api-key.ts';
import type { Caller } from './client.ts';
import { createDatabase } from './postgresql.ts';
import { type Ending, type Environment, PATIENCE_MS, type Program, spawnProgram } from './program.ts';

export type { Program } from './program.ts';

// Processes take their time to start, and a test that waits for several must outlast the waiting, to say what it lacked.
vi.setConfig({ testTimeout: 4 * PATIENCE_MS });

/** Starts `posthorn` with these arguments, in a directory without configuration. It is killed when its test is over, however that ends. */
export function startProgram(args: readonly string[], env: Environment = {}): Program {
  const program = spawnProgram(args, env);
  onTestFinished(async () => {
    program.kill('SIGKILL');
    await program.ending.catch(() => undefined);
  });
  return program;
}

/** Runs `posthorn` to its end. */
export async function runProgram(
  args: readonly string[],
  env: Environment = {},
): Promise<Ending & Pick<Program, 'output' | 'log'>> {
  const program = startProgram(args, env);
  const ending = await program.ended();
  return { ...ending, output: program.output, log: program.log };
}

/** Where a server keeps everything: a data directory, and on PostgreSQL a database. Deleted when its test is over. */
export interface Installation {
  readonly env: Environment;
  /** The admin key that its first start makes. */
  readonly key: string;
}

/** An installation that was migrated and never started; with `empty` nothing at all is there. */
export async function givenInstallation({ empty = false }: { readonly empty?: boolean } = {}): Promise<Installation> {
  const key = generateApiKey();
  const directory = await makeDirectory();
  onTestFinished(() => removeDirectory(directory));
  const common = {
    PORT: '0',
    DATA_DIR: join(directory, 'data'),
    INITIAL_ADMIN_KEY: key,
    ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'info',
  };
  if (inject('database') === 'pglite') {
    if (!empty) await cp(inject('pglite').directory, common.DATA_DIR, { recursive: true });
    return { key, env: common };
  }
  const database = await createDatabase({ empty });
  onTestFinished(() => database.drop());
  return {
    key,
    env: { ...common, DATABASE_URL: database.url, ENCRYPTION_KEY: randomBytes(32).toString('base64') },
  };
}

/** A server that can be called with its first admin key. */
export interface Server extends Required<Caller> {
  readonly program: Program;
}

/** Starts an API, with a dispatcher in the same process unless `command` says otherwise. Resolves when it listens. */
export async function startServer(
  { env, key }: Installation,
  more: Environment = {},
  command: 'start' | 'api' = 'start',
): Promise<Server> {
  const program = startProgram([command], { ...env, ...more });
  const [, url = ''] = await program.wrote(/Open +(http:\S+)\s/);
  return { program, url, key };
}

/** Starts a dispatcher alone. Resolves when it runs. */
export async function startDispatcherProcess(
  { env }: Installation,
  more: Environment = {},
  options: readonly string[] = [],
): Promise<Program> {
  const program = startProgram(['dispatcher', ...options], { ...env, ...more });
  await program.wrote(/process\.started/);
  return program;
}

function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'posthorn-test-'));
}

function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 5 });
}
