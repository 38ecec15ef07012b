/** Erasing what deliveries carried, and what was answered to it. */

import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { ERASE_DELIVERIES, FIND_UNERASED, LOCK_UNERASED } from './erasure.sql.ts';

/** Deliveries erased in one transaction: some tens of milliseconds, so that neither locks nor the live log wait long. */
const BATCH_SIZE = 500;

/** Which deliveries: those of some events of an organization. And who asks, as a sentence for the log. */
export interface Erasure {
  readonly organizationId: string;
  readonly eventIds: readonly string[];
  readonly reason: string;
}

/**
 * Erases the deliveries of some events, and cancels those that are pending. An attempt under way is not cut off: it may
 * still arrive, and is then recorded as one that changed nothing, without what was answered.
 *
 * In batches, each a transaction under the deliveries' locks. When it fails between two of them, asking again goes on.
 *
 * @returns how many were cancelled.
 */
export async function eraseDeliveries({ db, signals }: Pick<App, 'db' | 'signals'>, erasure: Erasure): Promise<number> {
  let cancelled = 0;
  let isDone = false;
  while (!isDone) {
    const batch = await db.transaction((sql) => eraseBatch(sql, erasure));
    if (batch.cancelled > 0) signals.emit('log.appended', [erasure.organizationId]);
    cancelled += batch.cancelled;
    isDone = batch.erased === 0;
  }
  return cancelled;
}

/** Whether any delivery of the events is not erased, or not yet for good: somebody else may be at it. */
export async function hasUnerased(sql: Sql, { organizationId, eventIds }: Omit<Erasure, 'reason'>): Promise<boolean> {
  const [row] = await sql.query<{ found: boolean }>(FIND_UNERASED, [organizationId, eventIds]);
  return row?.found ?? false;
}

async function eraseBatch(
  sql: Sql,
  { organizationId, eventIds, reason }: Erasure,
): Promise<{ readonly erased: number; readonly cancelled: number }> {
  const locked = await sql.query<{ id: string }>(LOCK_UNERASED, [organizationId, eventIds, BATCH_SIZE]);
  if (locked.length === 0) return { erased: 0, cancelled: 0 };
  const [row] = await sql.query<{ cancelled: number }>(ERASE_DELIVERIES, [locked.map(({ id }) => id), reason]);
  return { erased: locked.length, cancelled: row?.cancelled ?? 0 };
}
