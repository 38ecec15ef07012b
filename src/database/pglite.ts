/** PGlite: PostgreSQL inside this process, with one connection and its data in a directory. */

import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../prisma/client/client.ts';
import type { Database, Listening, Transactor } from './database.ts';
import type { MigrationSession } from './migrate.ts';
import { TRANSACTION_OPTIONS } from './settings.ts';
import { INT8, parseInt8, parseTimestamptz, TIMESTAMPTZ } from './types.ts';

const parsers = { [INT8]: parseInt8, [TIMESTAMPTZ]: parseTimestamptz };

/** Wraps an open PGlite. Closing the database closes it. */
export function wrapPglite(pglite: PGlite): Database {
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite), transactionOptions: TRANSACTION_OPTIONS });
  const only: Transactor = {
    query: (statement, parameters) => run(pglite, statement, parameters),
    transaction: (work) =>
      pglite.transaction((transaction) =>
        work({ query: (statement, parameters) => run(transaction, statement, parameters) }),
      ),
    together: (...calls) =>
      pglite.transaction(async (transaction) => {
        const rows: unknown[][] = [];
        for (const [statement, parameters] of calls) rows.push(await run(transaction, statement, parameters));
        return rows as never; // one for each call, as the type says
      }),
  };
  return {
    ...only,
    kind: 'pglite',
    prisma,
    reads: only,
    async listen(channel, listener): Promise<Listening> {
      const stop = await pglite.listen(channel, (payload) => listener.onNotification(payload));
      return { stop: () => stop() };
    },
    pools: () => [],
    async close() {
      await prisma.$disconnect();
      if (!pglite.closed) await pglite.close();
    },
  };
}

/** Opens the data in `directory`, making it when it is missing; without a directory it lives in memory. */
export async function openPglite(directory?: string): Promise<PGlite> {
  const pglite = new PGlite(directory);
  await pglite.waitReady;
  return pglite;
}

/** The only connection, for migrating before anything else uses it. */
export function migrationSession(pglite: PGlite): MigrationSession {
  return {
    query: (text, parameters) => run(pglite, text, parameters),
    script: async (text) => void (await pglite.exec(text)),
  };
}

type Queryable = Pick<PGlite, 'query'>;

async function run<Row>(client: Queryable, statement: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const { rows } = await client.query<Row>(statement, [...parameters], { parsers });
  return rows;
}
