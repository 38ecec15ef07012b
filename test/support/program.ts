/** The program as a process, for tests and for scripts alike. */

import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** How a process ended: by itself with a status, or by a signal. */
export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the program. It is killed at the latest with the process that started it. */
export interface Program {
  readonly pid: number;
  /** Everything on standard output so far. */
  readonly output: string;
  /** Everything on standard error so far: the log, and complaints. */
  readonly log: string;
  /** The first match in what it wrote, as soon as there is one; rejects when the process ends without it, or takes longer. */
  wrote(pattern: RegExp, patienceMs?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended; rejects when it goes on for too long. */
  ended(): Promise<Ending>;
  /** How it ended, however long that takes; rejects when it could not be started. */
  readonly ending: Promise<Ending>;
}

/** Environment variables; nothing else of the own environment reaches the program. */
export type Environment = Readonly<Record<string, string>>;

/** Generous: only a test that is wrong, or a program, waits so long. A cold PGlite on a busy machine takes ten. */
export const PATIENCE_MS = 30_000;

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts `posthorn` with these arguments, in a directory without configuration. */
export function spawnProgram(args: readonly string[], env: Environment = {}): Program {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { output: '', log: '' };
  const watchers = new Set<() => void>();
  const { promise: ending, resolve, reject } = Promise.withResolvers<Ending>();
  const collect = (stream: NodeJS.ReadableStream, to: keyof typeof text) => {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text[to] += chunk;
      for (const look of watchers) look();
    });
  };
  collect(child.stdout, 'output');
  collect(child.stderr, 'log');
  if (process.env.TEST_LOG_LEVEL) child.stderr.pipe(process.stderr);
  child.once('error', reject);
  child.once('close', (status, signal) => resolve({ status, signal }));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // when whoever started it is interrupted
  const forget = () => void process.removeListener('exit', kill);
  ending.then(forget, forget);

  const within = <Result>(what: string, promise: Promise<Result>, patienceMs = PATIENCE_MS) =>
    withPatience(promise, patienceMs, () => `${what}. It wrote:\n${text.output}\n${text.log}`);
  return {
    pid: child.pid ?? Number.NaN,
    get output() {
      return text.output;
    },
    get log() {
      return text.log;
    },
    wrote(pattern, patienceMs) {
      const found = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const match = pattern.exec(text.output) ?? pattern.exec(text.log);
        if (match) found.resolve(match);
      };
      watchers.add(look);
      look();
      const tooLate = () =>
        found.reject(new Error(`The program ended without writing ${pattern}:\n${text.output}\n${text.log}`));
      ending.then(tooLate, tooLate);
      return within(`The program did not write ${pattern}`, found.promise, patienceMs).finally(() =>
        watchers.delete(look),
      );
    },
    kill: (signal) => void child.kill(signal),
    ended: () => within('The program did not end', ending),
    ending,
  };
}

async function withPatience<Result>(
  promise: Promise<Result>,
  patienceMs: number,
  complaint: () => string,
): Promise<Result> {
  const tired = Promise.withResolvers<never>();
  const timer = setTimeout(() => tired.reject(new Error(complaint())), patienceMs);
  try {
    return await Promise.race([promise, tired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
