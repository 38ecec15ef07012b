/** Keeps a process of the program running, as an operating system does: when it ends, it is started again. */

import { type Environment, type Program, spawnProgram } from '../support/program.ts';
import type { Life } from './lease-book.ts';

/** A process that is always started again. */
export interface Member {
  readonly name: string;
  /** The present life, or the next one while it starts. */
  readonly life: Life;
  /** Of the present life. */
  readonly pid: number;
  /** Everything that the present life wrote to standard error. */
  readonly log: string;
  /** Where the API of the present life listens; undefined while there is none. */
  readonly url: string | undefined;
  /** All its lives so far, oldest first. */
  readonly lives: readonly Life[];
  /** Resolves when it runs; at once when it does. */
  ready(): Promise<void>;
  /** Kills the present life with SIGKILL, at once. The next begins by itself. */
  kill(): void;
  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it for good, as an operator would. Resolves with what was wrong with that, if anything. */
  stop(): Promise<string | undefined>;
  /** Ends it for good, at once. */
  destroy(): Promise<void>;
}

/** What is kept running. */
export interface Job {
  readonly name: string;
  readonly command: 'start' | 'api' | 'dispatcher';
  readonly env: Environment;
  /** Is told what a process that nobody killed should not have done. */
  readonly complain: (complaint: string) => void;
}

/** How the program says that it runs; an API says where. */
const RUNS = { start: /Open +(http:\S+)\s/, api: /Open +(http:\S+)\s/, dispatcher: /process\.started()/ } as const;

/** How long a start may take, in milliseconds: a cold PGlite on a busy machine takes its time. */
const START_MS = 90_000;

/** A process that cannot even start is not started for ever. */
const MOST_FAILURES = 5;

/** Starts a process and keeps it running until it is stopped. */
export function supervise({ name, command, env, complain }: Job): Member {
  let program: Program;
  let life: Life;
  let running = Promise.withResolvers<void>();
  let isRunning = false;
  let url: string | undefined;
  const lives: Life[] = [];
  let failures = 0;
  let isStopping = false;

  function begin(): void {
    const born: Life = { process: name, startedAt: performance.now() };
    const started = spawnProgram([command], env);
    life = born;
    lives.push(born);
    program = started;
    started.wrote(RUNS[command], START_MS).then(
      ([, where]) => {
        if (born.killedAt !== undefined) return;
        url = where || undefined;
        failures = 0;
        isRunning = true;
        running.resolve();
      },
      () => {
        if (born.killedAt !== undefined) return;
        failures += 1;
        born.killedAt = performance.now(); // it has ended, or it hangs
        started.kill('SIGKILL');
      },
    );
    void started.ending.then(({ status, signal }) => {
      if (isStopping) return;
      if (born.killedAt === undefined || signal !== 'SIGKILL') {
        complain(`${name} ended by itself, with ${status ?? signal}: ${tail(started)}`);
      }
      notRunning();
      if (failures < MOST_FAILURES) begin();
      else running.reject(new Error(`${name} does not start any more: ${tail(started)}`));
    });
  }

  function notRunning(): void {
    url = undefined;
    if (isRunning) running = Promise.withResolvers();
    isRunning = false;
  }

  begin();
  return {
    name,
    get life() {
      return life;
    },
    get pid() {
      return program.pid;
    },
    get log() {
      return program.log;
    },
    get url() {
      return url;
    },
    lives,
    ready: () => running.promise,
    kill() {
      life.killedAt ??= performance.now();
      notRunning();
      program.kill('SIGKILL');
    },
    signal: (signal) => program.kill(signal),
    async stop() {
      isStopping = true;
      program.kill('SIGTERM');
      const { status, signal } = await program.ended();
      return status === 0 ? undefined : `${name} did not stop as it was told, but with ${status ?? signal}`;
    },
    async destroy() {
      isStopping = true;
      program.kill('SIGKILL');
      await program.ended();
    },
  };
}

/** The last that it had to say. */
function tail({ log }: Program): string {
  return log.trimEnd().split('\n').slice(-3).join(' | ');
}
