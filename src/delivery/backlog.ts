/** The backlog: what waits to be delivered. */

import type { App } from '../app.ts';
import { COUNT_BACKLOG, COUNT_ORGANIZATION_BACKLOG, MOST_LANES } from './backlog.sql.ts';

/** Deliveries counted at most; from there on it is "that many, or more". */
export const MOST_COUNTED = 10_000;

/** What waits. */
export interface Backlog {
  /** Since when the first of those has been due that are due; null when nothing is. */
  readonly oldestDueAt: Date | null;
  /** How long that is ago, in milliseconds, by the database's clock; 0 when nothing is due. */
  readonly ageMs: number;
  /** Could be attempted now: due, not under way, and their destination not held. At most {@link MOST_COUNTED}. */
  readonly due: number;
  /** All that are pending, those under way, held or due later included. At most {@link MOST_COUNTED}. */
  readonly pending: number;
  /** Whether the counts are all there is; else there may be more. */
  readonly isExact: boolean;
}

interface BacklogRow extends Pick<Backlog, 'oldestDueAt' | 'due' | 'pending'> {
  readonly lanes: number;
  readonly now: Date;
}

/** What waits in an organization, or in all of them. Costs the same however much that is. */
export async function readBacklog({ db }: Pick<App, 'db'>, organizationId?: string): Promise<Backlog> {
  const [row] = organizationId
    ? await db.reads.query<BacklogRow>(COUNT_ORGANIZATION_BACKLOG, [MOST_COUNTED, organizationId])
    : await db.reads.query<BacklogRow>(COUNT_BACKLOG, [MOST_COUNTED]);
  if (!row) throw new Error('the database did not say what waits');
  const { oldestDueAt, due, pending, lanes, now } = row;
  return {
    oldestDueAt,
    ageMs: oldestDueAt ? now.getTime() - oldestDueAt.getTime() : 0,
    due,
    pending,
    isExact: Math.max(due, pending) < MOST_COUNTED && lanes < MOST_LANES,
  };
}
