/** The program as its users start it: whole processes, on a database of their own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject, onTestFinished, vi } from 'vitest';
import { generateApiKey } from '../../src/organization/api-key.ts';
import type { Caller } from './client.ts';
import { createDatabase } from './postgresql.ts';

/** How a process ended: by itself with a status, or by a signal. */
export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the program. It is killed when its test is over, however that ends. */
export interface Program {
  readonly pid: number;
  /** Everything on standard output so far. */
  readonly output: string;
  /** Everything on standard error so far: the log, and complaints. */
  readonly log: string;
  /** The first match in what it wrote, as soon as there is one; rejects when the process ends without it. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended; rejects when it goes on for too long. */
  ended(): Promise<Ending>;
}

/** Environment variables; nothing else of the test's own environment reaches the program. */
export type Environment = Readonly<Record<string, string>>;

/** Generous: only a test that is wrong, or a program, waits so long. A cold PGlite on a busy machine takes ten. */
const PATIENCE_MS = 30_000;

// Processes take their time to start, and a test that waits for several must outlast the waiting, to say what it lacked.
vi.setConfig({ testTimeout: 4 * PATIENCE_MS });

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts `posthorn` with these arguments, in a directory without configuration. */
export function startProgram(args: readonly string[], env: Environment = {}): Program {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { output: '', log: '' };
  const watchers = new Set<() => void>();
  const ending = Promise.withResolvers<Ending>();
  const collect = (stream: NodeJS.ReadableStream, to: keyof typeof text) => {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text[to] += chunk;
      for (const look of watchers) look();
    });
  };
  collect(child.stdout, 'output');
  collect(child.stderr, 'log');
  if (process.env.TEST_LOG_LEVEL) child.stderr.pipe(process.stderr);
  child.once('error', ending.reject);
  child.once('close', (status, signal) => ending.resolve({ status, signal }));
  endWithTest(child, ending.promise);

  const within = <Result>(what: string, promise: Promise<Result>) =>
    withPatience(promise, () => `${what}. It wrote:\n${text.output}\n${text.log}`);
  return {
    pid: child.pid ?? Number.NaN,
    get output() {
      return text.output;
    },
    get log() {
      return text.log;
    },
    wrote(pattern) {
      const found = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const match = pattern.exec(text.output) ?? pattern.exec(text.log);
        if (match) found.resolve(match);
      };
      watchers.add(look);
      look();
      const tooLate = () =>
        found.reject(new Error(`The program ended without writing ${pattern}:\n${text.output}\n${text.log}`));
      ending.promise.then(tooLate, tooLate);
      return within(`The program did not write ${pattern}`, found.promise).finally(() => watchers.delete(look));
    },
    kill: (signal) => void child.kill(signal),
    ended: () => within('The program did not end', ending.promise),
  };
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
    if (!empty) await cp(await migratedDirectory(), common.DATA_DIR, { recursive: true });
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

/** A cold PGlite takes seconds and a copy of one does not, so the tests of a file share the first. */
let migrated: Promise<string> | undefined;

afterAll(async () => {
  if (migrated) await removeDirectory(await migrated);
});

function migratedDirectory(): Promise<string> {
  migrated ??= migrateOnce();
  return migrated;
}

async function migrateOnce(): Promise<string> {
  const directory = await makeDirectory();
  const { status, log } = await runProgram(['migrate'], { DATA_DIR: directory });
  if (status !== 0) throw new Error(`The embedded database could not be migrated: ${log}`);
  return directory;
}

function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'posthorn-test-'));
}

function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

function endWithTest(child: ChildProcess, ending: Promise<Ending>): void {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // when the test run itself is interrupted
  const gone = ending.catch(() => undefined).finally(() => process.removeListener('exit', kill));
  onTestFinished(async () => {
    kill();
    await gone;
  });
}

async function withPatience<Result>(promise: Promise<Result>, complaint: () => string): Promise<Result> {
  const tired = Promise.withResolvers<never>();
  const timer = setTimeout(() => tired.reject(new Error(complaint())), PATIENCE_MS);
  try {
    return await Promise.race([promise, tired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
