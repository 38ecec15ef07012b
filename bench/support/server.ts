/** Posthorn as it is installed: its own program, in a process of its own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What it runs as. */
export type ServerCommand = 'start' | 'api' | 'dispatcher';

/** A running one. */
export interface ServerProcess {
  /** Of the API; empty for a dispatcher. */
  readonly url: string;
  /** Memory that it occupies, in bytes; on Linux. */
  residentBytes(): Promise<number>;
  /** Asks it to end as an operator would, and waits for it. */
  stop(): Promise<void>;
}

/** How to start one. */
export interface ServerOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** A file of its own that gets its log. */
  readonly logFile: string;
  /** A directory that gets a CPU profile of the process when it ends. */
  readonly profileDirectory?: string | undefined;
}

/** @throws when it ends instead of starting, or takes longer than half a minute. */
export async function startServer(command: ServerCommand, options: ServerOptions): Promise<ServerProcess> {
  const { environment, logFile, profileDirectory } = options;
  const log = openSync(logFile, 'a');
  const profiling = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
  const child = spawn(process.execPath, [...profiling, PROGRAM, command], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`\`${command}\` ended with ${code}:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  });
  failed.catch(() => undefined); // only of interest until it has started
  const started = await Promise.race([untilStarted(logFile), failed]);

  return {
    url: started.url ?? '',
    async residentBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    },
    async stop() {
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGTERM'), CUT_AFTER_MS);
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(cut);
      clearTimeout(kill);
    },
  };
}

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** When it is told again, in milliseconds, so that it does not wait for receivers that hang. */
const CUT_AFTER_MS = 1_000;

/** How long it may take to end by itself, in milliseconds. */
const STOP_WITHIN_MS = 10_000;

const START_WITHIN_MS = 30_000;

/** The line that says so. Looked for now and then: a file, unlike a pipe, costs the bench nothing while it measures. */
async function untilStarted(logFile: string): Promise<{ url?: string }> {
  for (const signal = AbortSignal.timeout(START_WITHIN_MS); ; signal.throwIfAborted()) {
    const line = readFileSync(logFile, 'utf8')
      .split('\n')
      .find((text) => text.includes('"process.started"') && text.endsWith('}'));
    if (line) return JSON.parse(line);
    await delay(20);
  }
}
