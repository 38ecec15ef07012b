/** The database as the rest of the program sees it: Prisma for reading and managing, plain SQL for the hot path. */

import type { PrismaClient } from '../../prisma/client/client.ts';

/** SQL with `$1` parameters. On PostgreSQL it is prepared once per connection, so it must not be put together from values. */
export type Statement = string;

/** Runs statements. Rows have the column names as written; `int8` is a `bigint`, `timestamptz` a `Date`. */
export interface Sql {
  /** @throws the driver's error; `isPassing` and `sqlState` tell what it means. */
  query<Row>(statement: Statement, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** Hears notifications until it is told to stop. */
export interface Listening {
  stop(): Promise<void>;
}

/** What a listener is told. */
export interface Listener {
  /** A notification, with its payload. */
  onNotification(payload: string): void;
  /**
   * Notifications may have been missed, because the connection was lost and is there again. Look for yourself.
   */
  onGap(): void;
}

/** How a pool of connections stands. */
export interface PoolUse {
  readonly pool: 'deliveries' | 'api' | 'reads';
  readonly busy: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/** Statements with their parameters, one for each kind of row that they answer with. */
export type Calls<Rows extends readonly unknown[]> = {
  readonly [Index in keyof Rows]: readonly [statement: Statement, parameters?: readonly unknown[]];
};

/** Runs statements one by one, or several in a transaction. */
export interface Transactor extends Sql {
  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it rejects. Inside,
   * use only the `sql` given: PGlite has one connection, so anything else would wait for this transaction for ever.
   */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /**
   * Runs statements that are all known from the start in one such transaction, and resolves with the rows of each once it is
   * committed. PostgreSQL gets them in one go with BEGIN and COMMIT, which saves the ways there and back between them.
   *
   * If BEGIN alone fails, each statement runs in a transaction of its own. So give only statements that change nothing then.
   *
   * @throws the first error of a statement. Nothing is kept then, unless the connection was lost or given up: all of it may have
   *   been committed by that time, or will be.
   */
  together<Rows extends readonly unknown[]>(...calls: Calls<Rows>): Promise<{ [Index in keyof Rows]: Rows[Index][] }>;
}

/** PGlite in this process or a PostgreSQL server; they behave alike. Its own statements are for the path of every delivery. */
export interface Database extends Transactor {
  readonly kind: 'pglite' | 'postgresql';
  /** For reading and managing. Not for the path of every delivery. */
  readonly prisma: PrismaClient;
  /**
   * For what somebody asked to see and our own SQL answers. On PostgreSQL it takes nothing away from deliveries: it has
   * connections of its own, can only read, and is cut off after `READ_TIMEOUT_MS`; then `isTimeout` knows the error.
   */
  readonly reads: Transactor;
  /** Listens on `channel`, reconnecting by itself for as long as it takes. Resolves once it hears. */
  listen(channel: string, listener: Listener): Promise<Listening>;
  /** How its pools stand; PGlite has none. */
  pools(): readonly PoolUse[];
  /** Ends every connection; what is under way may fail. */
  close(): Promise<void>;
}
