/** Servers that lack something. */

import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { createApiServer } from '../../src/graphql/server.ts';
import { createLogger } from '../../src/lib/logger.ts';
import type { TestApp } from '../support/app.ts';
import type { Caller } from '../support/client.ts';

/** A database that nobody answers for: port 1 is closed. */
export function givenDatabaseAway(): Database {
  const db = openPostgresql('postgresql://nobody:secret@127.0.0.1:1/none', 2, createLogger('silent'));
  onTestFinished(() => db.close());
  return db;
}

/** A second server of the app, with some of it replaced. It stops when the test is over. */
export async function givenServer(app: TestApp, changes: Partial<App>): Promise<Caller> {
  const server = createApiServer({ ...app, ...changes });
  await server.start();
  onTestFinished(() => server.stop(AbortSignal.timeout(1_000)));
  return { url: server.url, key: app.key };
}
