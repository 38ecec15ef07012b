/** Log entries that are handed out together, and what they are about, read for all of them at once. */

import type { Attempt, Delivery, DeliveryLogEntry } from '../../prisma/client/client.ts';

/** An entry, and those that are handed out with it. */
export interface BatchedEntry extends DeliveryLogEntry {
  readonly batch: LogBatch;
}

/** Rows by their ids, as one field asked for them. */
type Reads<Row> = Map<string, Promise<ReadonlyMap<string, Row>>>;

/** What was read for a batch so far, by the names of the fields that asked: each may want something else of the rows. */
interface LogBatch {
  readonly entries: readonly DeliveryLogEntry[];
  readonly deliveries: Reads<Delivery>;
  readonly attempts: Reads<Attempt>;
}

/** The entries as a batch: what one of them is about is read with what all of them are about. */
export function batchEntries(entries: readonly DeliveryLogEntry[]): BatchedEntry[] {
  const batch: LogBatch = { entries, deliveries: new Map(), attempts: new Map() };
  return entries.map((entry) => ({ ...entry, batch }));
}

/** How a field gets rows: each id is asked for once, and what is not there is left out of the answer. */
export type ReadRows<Row> = (ids: string[]) => Promise<Row[]>;

/**
 * The delivery of an entry. The first entry of a batch that is asked by `field` has it read for all of them, and the others
 * get it as it was then; that is never older than they are. After a failure the next one asked tries again.
 *
 * @throws whatever `read` does, and when the delivery is not there.
 */
export async function deliveryOf(entry: BatchedEntry, field: string, read: ReadRows<Delivery>): Promise<Delivery> {
  const { entries, deliveries } = entry.batch;
  const rows = await readOnce(deliveries, field, () => read(distinct(entries.map(({ deliveryId }) => deliveryId))));
  const delivery = rows.get(entry.deliveryId);
  if (!delivery) throw new Error(`the delivery ${entry.deliveryId} of a log entry is gone`);
  return delivery;
}

/** The attempt of an entry, in the same way; null when it is about none. */
export async function attemptOf(entry: BatchedEntry, field: string, read: ReadRows<Attempt>): Promise<Attempt | null> {
  if (entry.attemptId === null) return null;
  const { entries, attempts } = entry.batch;
  const rows = await readOnce(attempts, field, () =>
    read(distinct(entries.flatMap(({ attemptId }) => attemptId ?? []))),
  );
  return rows.get(entry.attemptId) ?? null;
}

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];

function readOnce<Row extends { readonly id: string }>(
  reads: Reads<Row>,
  field: string,
  read: () => Promise<Row[]>,
): Promise<ReadonlyMap<string, Row>> {
  const known = reads.get(field);
  if (known) return known;
  const rows = read().then((found) => new Map(found.map((row) => [row.id, row])));
  reads.set(field, rows);
  rows.catch(() => reads.delete(field));
  return rows;
}
