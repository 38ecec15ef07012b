/** A process: opened, running, stopped in two stages. */

import { type App, createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { createDispatcher } from '../delivery/dispatcher.ts';
import { rebaseLog } from '../delivery/log-restore.ts';
import { createReplayRunner } from '../delivery/replay-runner.ts';
import { createStatsKeeper } from '../delivery/stats-keeper.ts';
import { loadEncryptionKey } from '../encryption-key.ts';
import { createApiServer } from '../graphql/server.ts';
import { createRetention } from '../import/retention.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger } from '../lib/logger.ts';
import type { Service } from '../lib/service.ts';
import { measureProcess } from '../operating/metrics.ts';
import { openTelemetry } from '../operating/telemetry.ts';
import { createWatchServer } from '../operating/watch-server.ts';
import { createFirstOrganization } from '../organization/organization.ts';
import { systemResolver } from '../webhook/address.ts';
import { checkEncryptionKey } from './check-key.ts';

/** Which parts a process runs. */
export interface Parts {
  readonly api: boolean;
  readonly dispatcher: boolean;
  /** Where a process without an API answers `/healthz`, `/readyz` and `/metrics`, beside `METRICS_PORT`; absent: nowhere. */
  readonly healthPort?: number | undefined;
}

/** A running process. */
export interface RunningProcess {
  /** Of the API; absent without one. */
  readonly url: string | undefined;
  /** The first admin key, when it has just been made up. */
  readonly firstKey: string | undefined;
  /** Finishes what is under way and closes everything; what is left when `deadline` is aborted is cut short. */
  stop(deadline: AbortSignal): Promise<void>;
}

/** An open application in which nothing runs yet. */
export async function openApp(config: Config): Promise<App> {
  const log = createLogger(config.logLevel);
  const encryptionKey = loadEncryptionKey(config);
  const telemetry = await openTelemetry(config, log);
  const db = await openDatabase(config, log);
  try {
    if (await rebaseLog(db)) log.warn('log.rebased');
  } catch (error) {
    await db.close();
    throw error;
  }
  return createApp({ config, db, log, clock: systemClock, resolver: systemResolver, encryptionKey, telemetry });
}

/**
 * Runs `parts` of an open application. Stopping them closes it.
 *
 * @throws {ConfigError} when they are to deliver and the encryption key is not the database's.
 */
export async function runParts(app: App, { api, dispatcher, healthPort }: Parts): Promise<RunningProcess> {
  const { config, db, signals, tail, replays } = app;
  const server = api ? createApiServer(app) : undefined;
  const watchPorts = new Set(api ? [] : [healthPort, config.metricsPort]);
  const stages: Service[][] = [
    [signals],
    // These stop together: the server waits for requests under way, and event streams end only when the tail does.
    [
      ...(api ? [tail, replays] : []),
      ...(dispatcher
        ? [createDispatcher(app), createReplayRunner(app), createStatsKeeper(app), createRetention(app)]
        : []),
      ...(server ? [server] : []),
      ...[...watchPorts].flatMap((port) => (port === undefined ? [] : [createWatchServer(app, port)])),
    ],
  ];
  const stop = async (deadline: AbortSignal) => {
    for (const stage of stages.toReversed()) await Promise.all(stage.map((service) => service.stop(deadline)));
    await Promise.all([db.close(), app.telemetry.stop(deadline)]);
  };
  measureProcess(app.metrics);
  try {
    await checkEncryptionKey(app, { dispatcher });
    for (const stage of stages) await Promise.all(stage.map((service) => service.start()));
    // Last, so that a start that fails, for a port that is taken, has not used up the key that is shown once.
    const firstKey = api ? await createFirstOrganization(app, config.initialAdminKey) : undefined;
    return { url: server?.url, firstKey: config.initialAdminKey ? undefined : firstKey, stop };
  } catch (error) {
    await stop(AbortSignal.abort());
    throw error;
  }
}

/**
 * Runs until SIGINT or SIGTERM. The first one lets what is under way finish, for the grace time at most; the second one
 * cuts it short. Either way nothing that was accepted is lost.
 */
export async function runUntilSignalled(
  running: RunningProcess,
  { config, log }: Pick<App, 'config' | 'log'>,
): Promise<void> {
  const cut = new AbortController();
  let isStopping = false;
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (isStopping) return cut.abort();
        isStopping = true;
        log.info({ signal }, 'process.stopping');
        resolve();
      });
    }
  });
  const grace = setTimeout(() => cut.abort(), config.shutdownGraceMs);
  cut.signal.addEventListener('abort', () => setTimeout(() => process.exit(1), EXIT_AFTER_CUT_MS).unref(), {
    once: true,
  });
  await running.stop(cut.signal);
  clearTimeout(grace);
  log.info('process.stopped');
}

/** A database that does not answer must not keep a process alive that was told to go, in milliseconds. */
const EXIT_AFTER_CUT_MS = 5_000;
