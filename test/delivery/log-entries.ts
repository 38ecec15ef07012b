/** What tests of the delivery log write, read and watch. */

import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { Database, Sql } from '../../src/database/database.ts';
import type { LogFilter } from '../../src/delivery/log.ts';
import { ask, type Caller, watchEvents, watchWebSocket } from '../support/client.ts';
import { documentedImport } from '../support/given.ts';

/** An entry as a watcher sees it. */
export interface SeenEntry {
  readonly cursor: string;
  readonly kind: string;
  readonly importId: string;
}

/** Subscribes from a cursor on, or from now on. */
export const WATCH_LOG = `subscription ($after: String, $filter: DeliveryLogFilter) {
  deliveryLog(after: $after, filter: $filter) { cursor kind importId }
}`;

/** The same in pages. */
export const WATCH_PAGES = `subscription ($after: String, $filter: DeliveryLogFilter) {
  deliveryLogPages(after: $after, filter: $filter) { entries { cursor kind importId } endCursor hasMore }
}`;

/** Everything. */
export const NO_FILTER: LogFilter = { webhookId: null, importId: null, statuses: null, kinds: null, eventTypes: null };

/** The ways to subscribe, by what they are called. */
export const transports = [
  { over: 'WebSocket', watch: watchWebSocket },
  { over: 'server-sent events', watch: watchEvents },
] as const;

/** Import ids, in the order of the entries. */
export function importsOf(entries: readonly { readonly importId: string | null }[]): (string | null)[] {
  return entries.map(({ importId }) => importId);
}

/** All entries of pages. */
export function entriesOf(pages: readonly SeenPage[]): SeenEntry[] {
  return pages.flatMap(({ entries }) => entries);
}

/** The cursor in the errors of a subscription that we ended. */
export function cursorOf(errors: unknown): unknown {
  return (errors as { extensions?: { cursor?: string } }[])[0]?.extensions?.cursor; // what the API promises
}

/** For `until`: once there are `count`. */
export function atLeast(count: number): (entries: readonly unknown[]) => boolean {
  return (entries) => entries.length >= count;
}

/** Import ids that sort as they were made: `prefix-0000`, `prefix-0001`, … */
export function importIds(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`);
}

/** Reports imports as completed, up to 500 of them in one mutation. */
export async function reportAll(caller: Caller, ids: readonly string[]): Promise<void> {
  await ask(
    caller,
    'mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { __typename } } }',
    { input: { imports: ids.map((importId) => ({ ...documentedImport, importId })) } },
  );
}

/** A stretch of the log, by the query or by the subscription. */
export interface SeenPage {
  readonly entries: readonly SeenEntry[];
  readonly endCursor: string;
  readonly hasMore: boolean;
}

/** Reads the log by the query. */
export async function readPage(
  caller: Caller,
  variables: { after?: string; first?: number; last?: number; filter?: object } = {},
): Promise<SeenPage> {
  return await ask<SeenPage>(
    caller,
    `query ($after: String, $first: Int, $last: Int, $filter: DeliveryLogFilter) {
      deliveryLog(after: $after, first: $first, last: $last, filter: $filter) {
        entries { cursor kind importId } endCursor hasMore
      }
    }`,
    variables,
  );
}

/** What entries written by hand say; what is left out does not matter. */
export interface WrittenEntries {
  readonly organizationId: string;
  readonly importIds: readonly string[];
  readonly reason?: string;
}

const WRITE = `
  insert into delivery_log_entry (
    organization_id, at, kind, delivery_id, delivery_status, destination_id, event_id, event_type, import_id, is_test, reason
  )
  select $1, now(), 'SCHEDULED', $2, 'PENDING', $2, $2, 'IMPORT_COMPLETED', written.import_id, false, $4
  from unnest($3::text[]) with ordinality as written (import_id, place)
  order by place`;

/** Writes entries in whichever transaction `sql` is in. No delivery stands behind them, and nobody is told. */
export async function writeEntries(
  sql: Sql,
  { organizationId, importIds: ids, reason }: WrittenEntries,
): Promise<void> {
  await sql.query(WRITE, [organizationId, randomUUID(), ids, reason ?? null]);
}

/** Writes entries, and returns once the log shows them. */
export async function writeReadableEntries(db: Database, entries: WrittenEntries): Promise<void> {
  await writeEntries(db, entries);
  await untilReadable(db);
}

/** Resolves once the log shows all that was committed: transactions in other databases of the server may hold it up. */
export async function untilReadable(db: Database): Promise<void> {
  const last = 'select max(transaction) from delivery_log_entry';
  const isReadable = `select coalesce((${last}) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint, true) as yes`;
  const ask = async () => (await db.query<{ yes: boolean }>(isReadable))[0]?.yes;
  await vi.waitUntil(ask, { timeout: 20_000, interval: 5 });
}

/** A transaction that stays open until it is told to end. */
export interface OpenTransaction {
  readonly sql: Sql;
  commit(): Promise<void>;
  rollBack(): Promise<void>;
}

/** Begins a transaction that has a number already, so that it is older than all that begin to write later. */
export async function begin(db: Database): Promise<OpenTransaction> {
  const begun = Promise.withResolvers<Sql>();
  const ending = Promise.withResolvers<void>();
  const ended = db.transaction(async (sql) => {
    await sql.query('select pg_current_xact_id()');
    await sql.query('set local idle_in_transaction_session_timeout = 0'); // however busy the machine is
    begun.resolve(sql);
    await ending.promise;
  });
  ended.catch(begun.reject);
  const sql = await begun.promise;
  return {
    sql,
    async commit() {
      ending.resolve();
      await ended;
    },
    async rollBack() {
      ending.reject(new Error('rolled back'));
      await ended.catch(() => undefined);
    },
  };
}

/** Resolves once `count` connections to the database wait for a lock. */
export async function untilBlocked({ query }: Pick<Database, 'query'>, count: number): Promise<void> {
  for (let blocked = 0; blocked < count; ) {
    const [row] = await query<{ blocked: number }>(
      `select count(*)::int as blocked from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    blocked = row?.blocked ?? 0;
  }
}

/** A database that tells which statements it was given. */
export interface WatchedDatabase extends Database {
  /** Statements so far, leaving out those of Prisma and of transactions. */
  readonly statements: readonly string[];
  /** Resolves when none of them is under way, and none follows at once. */
  idle(): Promise<void>;
}

/** The same database, watched. */
export function watchDatabase(db: Database): WatchedDatabase {
  const statements: string[] = [];
  const underWay = new Set<Promise<unknown>>();
  const watch = (sql: Sql) => ({
    async query<Row>(statement: string, parameters?: readonly unknown[]): Promise<Row[]> {
      statements.push(statement);
      const answer = sql.query<Row>(statement, parameters);
      underWay.add(answer);
      try {
        return await answer;
      } finally {
        underWay.delete(answer);
      }
    },
  });
  return {
    ...db,
    ...watch(db),
    reads: { ...db.reads, ...watch(db.reads) },
    statements,
    async idle() {
      do {
        await Promise.allSettled(underWay);
        await new Promise(setImmediate); // whoever got the last answer may ask for more
      } while (underWay.size > 0);
    },
  };
}
