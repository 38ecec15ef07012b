/** A PostgreSQL server, shared by any number of processes. */

import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pRetry from 'p-retry';
import pg from 'pg';
import { PrismaClient } from '../../prisma/client/client.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database, Listener, Listening, PoolUse, Sql, Statement, Transactor } from './database.ts';
import { describeDatabaseError } from './database-error.ts';
import type { MigrationSession } from './migrate.ts';
import { HOT_PATH_SETTINGS, MANAGE_TIMEOUT_MS, READ_TIMEOUT_MS, TRANSACTION_OPTIONS } from './settings.ts';
import { INT8, parseInt8, parseTimestamptz, TIMESTAMPTZ } from './types.ts';

/** How long a connection may take to be made before the database counts as away, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/** After so long without an answer the database counts as away, in milliseconds; the connection is given up. */
const QUERY_TIMEOUT_MS = 30_000;

/**
 * How long a connection is kept for the next burst, in milliseconds. A new one costs the first statements on it tens of
 * milliseconds: PostgreSQL starts a process, and reads and plans each of them.
 */
const IDLE_MS = 600_000;

/** Longest silence between two statements of a hot path's transaction, in milliseconds: far above what any needs. */
const HOT_PATH_SILENCE_MS = 5_000;

/** The listener tells a dead connection from a quiet one by asking this often, in milliseconds. */
const LISTENER_CHECK_MS = 10_000;

/** A connection for reading ends by itself what takes long or falls silent, and cannot change anything. */
const READ_SETTINGS = [
  'set default_transaction_read_only = on',
  `set statement_timeout = ${READ_TIMEOUT_MS}`,
  endSilent(HOT_PATH_SILENCE_MS),
].join('; ');

const MANAGE_SETTINGS = [`set statement_timeout = ${MANAGE_TIMEOUT_MS}`, endSilent(TRANSACTION_OPTIONS.timeout)].join(
  '; ',
);

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return parseInt8;
    if (oid === TIMESTAMPTZ) return parseTimestamptz;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  },
};

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
 * Opens three pools of at most `connections` connections each: for the hot path, for Prisma, and for what is read by
 * statements of ours, so that no slow query of the API's holds up a delivery. Connections are made when they are needed.
 */
export function openPostgresql(url: string, connections: number, log: Logger): Database {
  const pool = openPool(url, connections, log, `${HOT_PATH_SETTINGS}; ${endSilent(HOT_PATH_SILENCE_MS)}`);
  const prismaPool = openPool(url, connections, log, MANAGE_SETTINGS);
  const readPool = openPool(url, connections, log, `${HOT_PATH_SETTINGS}; ${READ_SETTINGS}`);
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

function openPool(url: string, connections: number, log: Logger, settings: string): pg.Pool {
  const pool = new pg.Pool({
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

function transactorOf(pool: pg.Pool): Transactor {
  return {
    query: (statement, parameters) => run(pool, statement, parameters),
    transaction: (work) => transact(pool, work),
  };
}

async function run<Row>(
  client: pg.Pool | pg.PoolClient,
  text: Statement,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const result = await client.query({ name: preparedName(text), text, values: [...values], types });
  return result.rows;
}

const names = new Map<Statement, string>();

function preparedName(text: Statement): string {
  const known = names.get(text);
  if (known) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
  names.set(text, name);
  return name;
}

async function transact<Result>(pool: pg.Pool, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work({ query: (statement, parameters) => run(client, statement, parameters) });
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away rather than handed to the next caller.
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

/** A connection of its own: notifications must not wait behind queries. */
async function listenOn(url: string, channel: string, listener: Listener, log: Logger): Promise<Listening> {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let check: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true });
    next.on('error', () => undefined); // `end` follows, and is what we act on
    await next.connect();
    next.on('notification', ({ payload }) => listener.onNotification(payload ?? ''));
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    next.once('end', () => {
      if (client === next) void reconnect();
    });
    client = next;
  }

  async function reconnect(): Promise<void> {
    client = undefined;
    if (stopping.signal.aborted) return;
    log.warn({ channel }, 'listener.lost');
    try {
      await pRetry(connect, {
        retries: Number.POSITIVE_INFINITY,
        maxTimeout: 2_000,
        minTimeout: 100,
        randomize: true,
        signal: stopping.signal,
      });
    } catch {
      return; // stopped while it was away
    }
    log.info({ channel }, 'listener.restored');
    listener.onGap();
  }

  await connect();
  check = setInterval(() => {
    const asked = client;
    if (!asked) return;
    const timeout = setTimeout(() => void asked.end().catch(() => undefined), CONNECT_TIMEOUT_MS);
    asked
      .query('select 1')
      .catch(() => undefined)
      .finally(() => clearTimeout(timeout));
  }, LISTENER_CHECK_MS);
  check.unref();

  return {
    async stop() {
      stopping.abort();
      clearInterval(check);
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
