import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type MigrationSession, migrate } from '../../src/database/migrate.ts';
import { MigrationUnresolvedError } from '../../src/database/migration-error.ts';
import { asAdmin, createDatabase, sessionOf } from '../support/postgresql.ts';

/** A database that the CLI, another process, can open between our own uses. */
interface Place {
  readonly url: string;
  use<Result>(work: (sql: MigrationSession) => Promise<Result>): Promise<Result>;
  remove(): Promise<void>;
}

let place: Place;

beforeEach(async () => {
  place = inject('database') === 'postgresql' ? await makePostgresqlPlace() : await makePglitePlace();
});

afterEach(() => place.remove());

describe("Prisma's command line", () => {
  test('finds what we migrated up to date', async () => {
    await place.use((sql) => migrate(sql));

    expect(await prisma('migrate', 'status')).toContain('Database schema is up to date!');
  });

  test('finds that the migrations make what the schema says', async () => {
    const diff = ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma'];
    expect(await prisma(...diff)).toContain('No difference detected');
  });

  test('finds nothing in the migrated database that is not in the schema', async () => {
    await place.use((sql) => migrate(sql));

    const diff = ['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma'];
    expect(await prisma(...diff)).toContain('No difference detected');
  });

  test('migrates a database that we then find up to date', async () => {
    expect(await prisma('migrate', 'deploy')).toContain('All migrations have been successfully applied.');

    expect(await place.use((sql) => migrate(sql))).toEqual([]);
  });

  test('resolves a failed migration as our message says, after which we go on', async () => {
    const name = (await place.use((sql) => migrate(sql))).at(-1);
    await place.use((sql) =>
      sql.script(`update _prisma_migrations set finished_at = null where migration_name = '${name}'`),
    );
    await expect(place.use((sql) => migrate(sql))).rejects.toThrow(MigrationUnresolvedError);

    await prisma('migrate', 'resolve', '--applied', name ?? '');

    await place.use((sql) => expect(migrate(sql)).resolves.not.toContain(name));
  });
});

const CLI = fileURLToPath(new URL('../../prisma/cli.ts', import.meta.url));

/** Runs a command on the database of this test; resolves with all it wrote. */
function prisma(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...process.env, DATABASE_URL: place.url } },
      (error, out, err) => {
        if (error) reject(new Error(out + err, { cause: error }));
        resolve(out + err);
      },
    );
  });
}

async function makePostgresqlPlace(): Promise<Place> {
  const { url, drop } = await createDatabase({ empty: true });
  return { url, use: (work) => asAdmin(url, (client) => work(sessionOf(client))), remove: drop };
}

async function makePglitePlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-pglite-'));
  return {
    url: `pglite:${directory}`,
    async use(work) {
      const pglite = await PGlite.create(directory);
      try {
        return await work({
          async query<Row>(text: string, parameters: readonly unknown[] = []) {
            const { rows } = await pglite.query<Row>(text, [...parameters]);
            return rows;
          },
          async script(text) {
            await pglite.exec(text);
          },
        });
      } finally {
        await pglite.close();
      }
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
