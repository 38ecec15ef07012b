/** The delivery log: what happened to deliveries, in one order that every reader agrees on. */

import { GraphQLError } from 'graphql';
import type { DeliveryLogEntry, DeliveryLogKind, DeliveryStatus, EventType } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { READ_LOG_AFTER, READ_LOG_END, READ_LOG_LATEST, READ_LOG_START } from './log.sql.ts';

/**
 * A place in the log: everything up to (transaction, sequence). Sequences are handed out before commit, so that a
 * later number can become visible first; the number of a transaction, read only once no older one can still commit, makes
 * the order final. It is the writer's, or that of one that had ended before the entry was written: so what happens to a
 * delivery comes after what had happened to it, whoever began first.
 */
export interface Position {
  readonly transaction: bigint;
  readonly sequence: bigint;
}

/** Before the first entry there ever was; once retention has removed that, a cursor that has expired like any other. */
export const LOG_START: Position = { transaction: 0n, sequence: 0n };

/**
 * A cursor that lies beyond the end of the log, so it cannot be one of this log: the database was restored from a backup,
 * or everything up to there has been deleted since.
 */
export class UnknownCursorError extends GraphQLError {
  constructor() {
    super(
      'This cursor lies beyond the end of the log: the log was restored from a backup, or what it named is gone. ' +
        'Read the latest entries again, and go on from the endCursor of that page.',
      { extensions: { code: 'CURSOR_UNKNOWN' } },
    );
  }
}

/** What came right after this cursor was removed by retention, so going on from it would leave something out. */
export class CursorExpiredError extends GraphQLError {
  /** Where to go on with what is left. */
  readonly oldest: Position;

  constructor(oldest: Position) {
    super(
      'This cursor is older than what is kept of the log: what came after it has been removed. ' +
        'Read the deliveries themselves to catch up, and go on from `oldestCursor` in extensions, or without `after`.',
      { extensions: { code: 'CURSOR_EXPIRED', oldestCursor: formatCursor(oldest) } },
    );
    this.oldest = oldest;
  }
}

/** Which entries a reader wants; null is all. */
export interface LogFilter {
  readonly webhookId: string | null;
  /** The importer's own id. */
  readonly importId: string | null;
  /** The delivery's status once the entry was written. */
  readonly statuses: readonly DeliveryStatus[] | null;
  readonly kinds: readonly DeliveryLogKind[] | null;
  readonly eventTypes: readonly EventType[] | null;
}

/** A stretch of the log. */
export interface LogPage {
  /** In log order. */
  readonly entries: readonly DeliveryLogEntry[];
  /** Go on from here: nothing that matches lies between the last entry and it. */
  readonly end: Position;
  /** Whether there was more than asked for, or may be: more than is examined at once. */
  readonly hasMore: boolean;
}

/** As clients see a position: two numbers and a dot. Opaque to them. */
export function formatCursor({ transaction, sequence }: Position): string {
  return `${transaction}.${sequence}`;
}

/** The position of a cursor, or `undefined` when it is none. */
export function parseCursor(cursor: string): Position | undefined {
  const [, transaction, sequence] = /^(\d{1,18})\.(\d{1,18})$/.exec(cursor) ?? [];
  return transaction && sequence ? { transaction: BigInt(transaction), sequence: BigInt(sequence) } : undefined;
}

/** Whether `one` comes after `other`. */
export function isAfter(one: Position, other: Position): boolean {
  return one.transaction === other.transaction ? one.sequence > other.sequence : one.transaction > other.transaction;
}

/** The end of the log as it stands. */
export interface LogEnd {
  /** The last readable entry's, or the start; every entry that is not yet readable comes after it. */
  readonly position: Position;
  /** Up to where retention has removed the log. Going on from there misses nothing of what is left. */
  readonly start: Position;
  /** Whether there are such entries, committed but held up by an older transaction that is still open. */
  readonly waiting: boolean;
}

/** Where the log ends now. */
export async function readLogEnd(sql: Sql): Promise<LogEnd> {
  const [row] = await sql.query<LogEndRow>(READ_LOG_END);
  if (!row) throw new Error('the database did not say where its log ends');
  const { transaction, sequence, startTransaction, startSequence, waiting } = row;
  return {
    position: { transaction, sequence },
    start: { transaction: startTransaction, sequence: startSequence },
    waiting,
  };
}

interface LogEndRow extends Position {
  readonly startTransaction: bigint;
  readonly startSequence: bigint;
  readonly waiting: boolean;
}

/** What to read: the first entries after a position, or the latest ones that there are after it. */
export interface LogRange {
  /** Absent: from the beginning of what there is. */
  readonly after: Position | undefined;
  /** At most `LARGEST_PAGE`. */
  readonly limit: number;
  readonly latest?: boolean;
}

/** An entry that passes the filter, or the last one that was examined, or both. */
interface ExaminedEntry extends DeliveryLogEntry {
  readonly isPassing: boolean;
  readonly isLastExamined: boolean;
}

/**
 * Reads an organization's log. Reading on from `end` neither misses nor repeats anything, whatever is written meanwhile.
 * At most `MOST_EXAMINED` entries are looked at, so that a page may have few or none although there are more.
 *
 * @throws {UnknownCursorError} when `after` lies beyond the end of the log.
 * @throws {CursorExpiredError} when retention has removed what came after `after`, also while this was reading.
 */
export async function readLog(
  { db: { reads } }: Pick<App, 'db'>,
  organizationId: string,
  { after: asked, limit, latest = false }: LogRange,
  { webhookId, importId, statuses, kinds, eventTypes }: LogFilter,
): Promise<LogPage> {
  // Asked first: what becomes readable between the two statements is then after `end`, or in the page as well as before it.
  const { position: logEnd, start } = await readLogEnd(reads);
  const after = asked ?? start;
  if (isAfter(after, logEnd)) throw new UnknownCursorError();
  const rows = await reads.query<ExaminedEntry>(latest ? READ_LOG_LATEST : READ_LOG_AFTER, [
    organizationId,
    after.transaction,
    after.sequence,
    webhookId,
    importId,
    statuses,
    kinds,
    eventTypes,
    limit + 1,
  ]);
  if (asked) await refuseExpired(reads, asked);
  const passing = rows.filter(({ isPassing }) => isPassing).map(withoutMarks);
  const isFull = passing.length > limit;
  const lastExamined = rows.find(({ isLastExamined }) => isLastExamined);
  const page = passing.slice(0, limit);
  const entries = latest ? page.reverse() : page;
  const last = entries.at(-1);
  const hasMore = isFull || lastExamined !== undefined;
  const stoppedAt = isFull ? last : lastExamined;
  if (stoppedAt && !latest) return { entries, end: positionOf(stoppedAt), hasMore };
  return { entries, end: positionOf(last && isAfter(last, logEnd) ? last : logEnd), hasMore };
}

function withoutMarks({ isPassing, isLastExamined, ...entry }: ExaminedEntry): DeliveryLogEntry {
  return entry;
}

function positionOf({ transaction, sequence }: Position): Position {
  return { transaction, sequence };
}

/** Asked last: whatever was removed before the entries were read, its mark was set by then. */
async function refuseExpired(sql: Sql, after: Position): Promise<void> {
  const [start] = await sql.query<Position>(READ_LOG_START);
  if (start && isAfter(start, after)) throw new CursorExpiredError(start);
}

/** Whether an entry passes a filter; the same rule as the statements'. */
export function matchesFilter(entry: DeliveryLogEntry, filter: LogFilter): boolean {
  const { webhookId, importId, statuses, kinds, eventTypes } = filter;
  return (
    (webhookId === null || entry.webhookId === webhookId) &&
    (importId === null || entry.importId === importId) &&
    (statuses === null || statuses.includes(entry.deliveryStatus)) &&
    (kinds === null || kinds.includes(entry.kind)) &&
    (eventTypes === null || eventTypes.includes(entry.eventType))
  );
}
