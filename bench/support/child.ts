/** Processes of their own, asked by messages: what is measured shares no thread with what it is measured by. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** What a process can be asked. Arguments and answers are plain data. */
export type Calls = object;

/** A running process that answers `Known`. */
export interface Child<Known> {
  /** @throws when the call failed there, or the process ended before it answered. */
  call<Name extends keyof Known & string>(name: Name, ...input: InputOf<Known[Name]>): Promise<AnswerOf<Known[Name]>>;
  /** Asks the process to end, and waits for it. */
  stop(): Promise<void>;
}

type InputOf<Call> = Call extends (...input: infer Input) => unknown ? Input : never;
type AnswerOf<Call> = Call extends (...input: never) => infer Answer ? Awaited<Answer> : never;

/** How to start one. */
export interface ChildOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** A file that gets what the process writes to standard error. */
  readonly logFile: string;
  /** A directory that gets a CPU profile of the process when it ends. */
  readonly profileDirectory?: string | undefined;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Runs the program in `file`, which must end in {@link answerCalls}, and waits until it can be asked. */
export async function startChild<Known>(file: URL, options: ChildOptions): Promise<Child<Known>> {
  const { environment, logFile, profileDirectory } = options;
  const log = openSync(logFile, 'a');
  const child = fork(file, {
    env: { ...process.env, ...environment },
    execArgv: profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [],
    stdio: ['ignore', 'ignore', log, 'ipc'],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;

  child.on('message', ({ id, value, error }: Answer) => {
    if (error === undefined) waiting.get(id)?.resolve(value);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });
  void ended.then(([code]) => {
    const said = readFileSync(logFile, 'utf8').slice(-2_000);
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ended with ${code}:\n${said}`));
  });

  const ask = async (name: string, input: readonly unknown[]) => {
    asked += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(asked, answer);
    child.send({ id: asked, name, input } satisfies Question);
    return await answer.promise;
  };
  await ask(READY, []);
  return {
    call: async (name, ...input) => (await ask(name, input)) as never, // both ends are typed by the same `Known`
    stop: () => stop(child, ended),
  };
}

/** The call that every process answers once it is up. */
const READY = 'ready';

/** How long a process may take to end by itself, in milliseconds. */
const STOP_WITHIN_MS = 10_000;

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect();
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(kill);
}

/**
 * Answers what the parent asks, until the parent is gone or has enough of us; then runs `stop` and ends the process.
 *
 * @returns `calls`, whose type the parent needs.
 */
export function answerCalls<Known extends Calls>(calls: Known, stop: () => Promise<void> = async () => {}): Known {
  const known = new Map<string, (...input: readonly unknown[]) => unknown>(Object.entries(calls));
  known.set(READY, () => undefined);

  process.on('message', ({ id, name, input }: Question) => {
    void answer(() => known.get(name)?.(...input)).then((result) => process.send?.({ id, ...result } satisfies Answer));
  });
  process.once('disconnect', () => {
    void stop().finally(() => process.exit());
  });
  return calls;
}

async function answer(work: () => unknown): Promise<Omit<Answer, 'id'>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
