/** Why a report was not accepted: what is known of its import already. */

import type { Event, EventType, ImportStatus } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import {
  eventOf,
  ImportConflictError,
  type ImportReport,
  InvalidImportTransitionError,
  type ReportRefusal,
} from './import-report.ts';
import { FIND_REPORTED } from './report.sql.ts';
import { firstOfEach, type ReportRow } from './report-row.ts';

interface ReportedRow {
  readonly importId: string;
  readonly status: ImportStatus;
  readonly eventId: string | null;
  readonly type: EventType;
  readonly importRowId: string;
  readonly body: string;
  readonly bodySha256: Event['bodySha256'];
  readonly createdAt: Date;
  readonly erasedAt: Date | null;
  readonly contentHash: string;
  readonly traceparent: string | null;
  readonly deliveries: number;
}

/**
 * Why reports were not accepted: a statement of its own, so that it sees what the accepting one waited for. Nothing is
 * said of one that can be accepted now: of an import that waits for its end, or that retention has just removed. All are
 * of the same event.
 */
export async function explainReports(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  rows: readonly ReportRow[],
): Promise<(readonly [ReportRow, ImportReport | ReportRefusal])[]> {
  const asked = firstOfEach(rows);
  const found = await db.query<ReportedRow>(FIND_REPORTED, [
    organizationId,
    asked.map(({ import_id }) => import_id),
    asked.map(({ type }) => type),
  ]);
  const byImport = new Map(found.map((known) => [known.importId, known]));
  return rows.flatMap((row) => {
    const known = byImport.get(row.import_id);
    if (!known) return [];
    if (known.status === 'NEEDS_REVIEW' && row.status !== 'NEEDS_REVIEW') return [];
    return [[row, compare(organizationId, row, known)] as const];
  });
}

function compare(organizationId: string, row: ReportRow, known: ReportedRow): ImportReport | ReportRefusal {
  if (!known.eventId) return new InvalidImportTransitionError(row.import_id, known.status);
  if (known.contentHash !== row.content_hash) return new ImportConflictError(row.import_id);
  const event = eventOf({ ...known, id: known.eventId, organizationId }, known.contentHash);
  return { event, deliveries: known.deliveries, duplicate: true };
}
