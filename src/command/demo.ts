/** `demo`: the whole story in one terminal, on a throw-away database. */

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { styleText } from 'node:util';
import { type App, createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { openEmbedded } from '../database/open.ts';
import { systemClock } from '../lib/clock.ts';
import { closeServer, listen } from '../lib/http.ts';
import { createLogger } from '../lib/logger.ts';
import { systemResolver } from '../webhook/address.ts';
import type { Server } from './demo-client.ts';
import { print } from './demo-print.ts';
import { DEMO_RETRY_SCHEDULE_SECONDS, type Story, tellStory } from './demo-story.ts';
import { type RunningProcess, runParts, runUntilSignalled } from './run.ts';

/** How to run it. */
export interface DemoOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Stop when the story is over, and let the exit status say whether everything went as told. */
  readonly exit?: boolean;
}

/**
 * Runs a server on an in-memory database, tells the story on it, and leaves it running until SIGINT or SIGTERM. Nothing
 * in the environment changes it, and nothing of it is left behind, however it ends.
 */
export async function demo({ port, exit = false }: DemoOptions): Promise<void> {
  print(styleText('bold', '\nPosthorn, on a throw-away database in memory. Starting …'));
  const app = await openDemo(await choosePort(port));
  const running = await runParts(app, { api: true, dispatcher: true });
  const server = describeServer(running);
  print(`  ${server.url}/graphql is up, ${(systemClock.elapsed() / 1000).toFixed(1)} s after this program began`);

  const story = await tellStory(app, server).catch(async (error: unknown) => {
    await running.stop(AbortSignal.abort());
    throw error;
  });
  if (!story.asTold) process.exitCode = 1;
  if (exit) await stopAll(story, running, AbortSignal.timeout(app.config.shutdownGraceMs));
  else await leaveRunning(app, server, story, running);
}

async function openDemo(port: number): Promise<App> {
  const config = readConfig({
    PORT: String(port),
    ALLOWED_NETWORKS: '127.0.0.0/8',
    RETRY_SCHEDULE_SECONDS: DEMO_RETRY_SCHEDULE_SECONDS.join(','),
    LOG_LEVEL: 'warn',
  });
  const log = createLogger(config.logLevel);
  const db = await openEmbedded(undefined, log);
  return createApp({
    config,
    db,
    log,
    clock: systemClock,
    resolver: systemResolver,
    encryptionKey: randomBytes(32),
  });
}

function describeServer({ url, firstKey: key }: RunningProcess): Server {
  if (!url || !key) throw new Error('a new server has a URL and a first key');
  return { url, key };
}

/** The port asked for, or any that is free when something else listens there. */
async function choosePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    await listen(probe, wanted, '127.0.0.1');
    await closeServer(probe, AbortSignal.abort());
    return wanted;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    print(`  Port ${wanted} is taken, so the demo takes one that is free; --port chooses another.`);
    return 0;
  }
}

async function leaveRunning(app: App, server: Server, story: Story, running: RunningProcess): Promise<void> {
  const stopped = runUntilSignalled({ ...running, stop: (deadline) => stopAll(story, running, deadline) }, app);
  print(`
${styleText('bold', 'It goes on running until Ctrl-C, and so do the receivers and the log above.')}
  Open       ${server.url}/graphql
  Admin key  ${server.key}
  Try        curl ${server.url}/graphql -H 'authorization: Bearer ${server.key}' \\
               -H 'content-type: application/json' --data '${JSON.stringify({ query: TRY })}'
`);
  await stopped;
}

async function stopAll(story: Story, running: RunningProcess, deadline: AbortSignal): Promise<void> {
  await story.stop(deadline);
  await running.stop(deadline);
}

/** Reports another import, of which both receivers hear. Double quotes only: it stands in single ones. */
const TRY =
  'mutation { importCompleted(input: {importId: "my-first-import", importIdentifier: "contacts"}) { ... on ImportReport { deliveries } ... on Refusal { message } } }';
