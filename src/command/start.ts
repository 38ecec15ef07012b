/** `start`, `api` and `dispatcher`: the server. */

import { type Config, ConfigError, readConfig } from '../config.ts';
import { openApp, type Parts, runParts, runUntilSignalled } from './run.ts';

/** What was asked for on the command line. */
export interface StartOptions extends Parts {
  /** An API alone is meant to run on the embedded database; without it, DATABASE_URL is taken to be forgotten. */
  readonly embedded?: boolean | undefined;
}

/** Runs the parts until a signal stops them, and says where to find them. */
export async function start({ embedded = false, ...parts }: StartOptions): Promise<void> {
  const config = readConfig(process.env);
  if (!(parts.api && parts.dispatcher) && !config.databaseUrl && !embedded) {
    throw new ConfigError(
      'The embedded database cannot be shared. Set DATABASE_URL to run API and dispatcher apart, or run both with `start`.',
    );
  }
  const app = await openApp(config);
  const running = await runParts(app, parts);
  const stopped = runUntilSignalled(running, app); // signals are heard before anybody can know that it runs
  app.log.info({ ...parts, url: running.url, database: app.db.kind }, 'process.started');
  if (running.url) process.stdout.write(welcome(config, running.url, running.firstKey));
  await stopped;
}

function welcome(config: Config, url: string, firstKey: string | undefined): string {
  const database = config.databaseUrl ? 'PostgreSQL' : `the embedded database in ${config.dataDir}`;
  const key = firstKey
    ? `  Sign in    ${url}/#key=${firstKey}\n  Admin key  ${firstKey}\n             Shown this once: keep it. \`npm run -s posthorn -- key create --role ADMIN\` makes others.\n`
    : '';
  return `\nPosthorn is running on ${database}.\n\n  Open       ${url}\n  GraphQL    ${url}/graphql\n${key}\n`;
}
