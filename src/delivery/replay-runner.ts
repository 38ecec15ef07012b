/** The part of a dispatcher that advances replays. */

import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { stepReplay } from './replay-step.ts';

/** How often to look for replays without a hint, in milliseconds. */
const POLL_MS = 5_000;

/** The least pause between two looks in vain: what is due may be in the hands of another process. In milliseconds. */
const LEAST_PAUSE_MS = 50;

/** How long to wait after the database failed, in milliseconds. */
const FAILURE_PAUSE_MS = 500;

/**
 * Takes step after step of whichever replay is due, then sleeps until the next one is, or until a hint that something
 * was started, resumed or cancelled. Any number of processes may do so: each step locks its replay. Nothing is kept in
 * memory, so a process that dies leaves nothing to be cleared up.
 */
export function createReplayRunner(app: Pick<App, 'db' | 'clock' | 'log' | 'signals'>): Service {
  const { clock, log, signals } = app;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let stopHearing = () => {};
  let hinted = false;
  let wake = () => {};

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      hinted = false;
      const pauseMs = await step();
      if (pauseMs > 0 && !hinted) await pause(pauseMs);
    }
  }

  /** For how long there is nothing to do. */
  async function step(): Promise<number> {
    try {
      const step = await stepReplay(app);
      if (step.kind === 'stepped') return 0;
      return Math.min(Math.max(step.inMs ?? POLL_MS, LEAST_PAUSE_MS), POLL_MS);
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'replay.step_failed');
      return FAILURE_PAUSE_MS;
    }
  }

  async function pause(ms: number): Promise<void> {
    const woken = new AbortController();
    wake = () => woken.abort();
    await clock.sleep(ms, AbortSignal.any([woken.signal, stopping.signal]));
    wake = () => {};
  }

  return {
    start() {
      stopHearing = signals.on('replay.changed', () => {
        hinted = true;
        wake();
      });
      running = run();
      return Promise.resolve();
    },
    async stop() {
      stopHearing();
      stopping.abort();
      await running;
    },
  };
}
