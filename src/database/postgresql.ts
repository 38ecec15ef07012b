/** A PostgreSQL server, shared by any number of processes. */

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../prisma/client/client.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database, Listening, PoolUse } from './database.ts';
import { describeDatabaseError } from './database-error.ts';
import type { MigrationSession } from './migrate.ts';
import { listenOn } from './postgresql-listener.ts';
import { transactorOf } from './postgresql-statements.ts';
import {
  CONNECT_TIMEOUT_MS,
  INDEX_WALK_SETTINGS,
  MANAGE_TIMEOUT_MS,
  READ_TIMEOUT_MS,
  TRANSACTION_OPTIONS,
} from './settings.ts';

/** After so long without an answer the database counts as away, in milliseconds; the connection is given up. */
const QUERY_TIMEOUT_MS = 30_000;

/**
 * How long a connection is kept for the next burst, in milliseconds. A new one costs the first statements on it tens of
 * milliseconds: PostgreSQL starts a process, and reads and plans each of them.
 */
const IDLE_MS = 600_000;

/** Longest silence between two statements of a transaction of our own SQL, in milliseconds: far above what any needs. */
const SILENCE_MS = 5_000;

/** A connection for reading ends by itself what takes long or falls silent, and cannot change anything. */
const READ_SETTINGS = [
  'set default_transaction_read_only = on',
  `set statement_timeout = ${READ_TIMEOUT_MS}`,
  endSilent(SILENCE_MS),
].join('; ');

const MANAGE_SETTINGS = [`set statement_timeout = ${MANAGE_TIMEOUT_MS}`, endSilent(TRANSACTION_OPTIONS.timeout)].join(
  '; ',
);

/**
 * A session of its own for migrating, for as long as `work` takes.
 *
 * @throws the driver's error when the server cannot be reached.
 */
export async function withMigrationSession<Result>(
  url: string,
  work: (session: MigrationSession) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined); // a lost connection fails the query under way, and that is told
  await client.connect();
  try {
    return await work({
      query: async (text, parameters = []) => (await client.query(text, [...parameters])).rows,
      script: async (text) => void (await client.query(text)),
    });
  } finally {
    await client.end();
  }
}

/**
 * Opens three pools of at most `connections` connections each: for deliveries, for Prisma, and for what is read by
 * statements of ours, so that no slow query of the API's holds up a delivery. Connections are made when they are needed.
 */
export function openPostgresql(url: string, connections: number, log: Logger): Database {
  const pool = openPool(url, connections, log, `${INDEX_WALK_SETTINGS}; ${endSilent(SILENCE_MS)}`, true);
  const prismaPool = openPool(url, connections, log, MANAGE_SETTINGS);
  const readPool = openPool(url, connections, log, `${INDEX_WALK_SETTINGS}; ${READ_SETTINGS}`, true);
  const prisma = new PrismaClient({ adapter: new PrismaPg(prismaPool), transactionOptions: TRANSACTION_OPTIONS });
  const listeners = new Set<Listening>();

  return {
    kind: 'postgresql',
    prisma,
    ...transactorOf(pool),
    reads: transactorOf(readPool),
    async listen(channel, listener) {
      const listening = await listenOn(url, channel, listener, log);
      listeners.add(listening);
      return {
        async stop() {
          listeners.delete(listening);
          await listening.stop();
        },
      };
    },
    pools: () => [useOf('deliveries', pool), useOf('api', prismaPool), useOf('reads', readPool)],
    async close() {
      await Promise.all([...listeners].map((listening) => listening.stop()));
      listeners.clear();
      await prisma.$disconnect();
      await Promise.all([pool.end(), prismaPool.end(), readPool.end()]);
    },
  };
}

/**
 * Has the server end a session that falls silent in the middle of a transaction. When the network to a dispatcher goes
 * away without a word, its session would else keep the lanes that it was leasing from locked until TCP gives up, which
 * takes hours.
 */
function endSilent(ms: number): string {
  return `set idle_in_transaction_session_timeout = ${ms}`;
}

function openPool(url: string, connections: number, log: Logger, settings: string, pipeline = false): pg.Pool {
  const pool = new pg.Pool({
    pipeline,
    connectionString: url,
    max: connections,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'posthorn',
    onConnect: (client: pg.ClientBase) => client.query(settings),
  });
  pool.on('error', (error) => log.warn({ error: describeDatabaseError(error) }, 'database.connection_lost'));
  // The pool listens only to idle clients. One that breaks in a transaction fails the query under way, and that is told;
  // without a listener it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function useOf(name: PoolUse['pool'], pool: pg.Pool): PoolUse {
  return { pool: name, busy: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount };
}
