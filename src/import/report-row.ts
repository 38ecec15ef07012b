/** Reports as the statement that accepts them reads them. */

import { createHash } from 'node:crypto';
import type { EventType, ImportStatus } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { uuidV7 } from '../lib/id.ts';
import { parseBasicUrl } from './basic-url.ts';
import type { Report } from './import-input.ts';
import { basicBody, managedBody } from './payload.ts';
import type { ReportedImport } from './reported-import.ts';

/** One report, named as `ACCEPT_REPORTS` reads it. */
export type ReportRow = ReturnType<typeof toRow>;

const STATUS = {
  import_completed: 'COMPLETED',
  headless_import_needs_review: 'NEEDS_REVIEW',
  headless_import_failed: 'FAILED',
} as const satisfies Record<ReportedImport['event'], ImportStatus>;

const TYPE = {
  import_completed: 'IMPORT_COMPLETED',
  headless_import_needs_review: 'HEADLESS_IMPORT_NEEDS_REVIEW',
  headless_import_failed: 'HEADLESS_IMPORT_FAILED',
} as const satisfies Record<ReportedImport['event'], EventType>;

/**
 * What is stored of a report.
 *
 * @throws {WebhookUrlRefusedError} when its basic webhook's URL cannot be delivered to.
 */
export function toRow({ clock, rules }: Pick<App, 'clock' | 'rules'>, { dataImport, content }: Report) {
  const now = clock.now();
  const basicUrl = parseBasicUrl(rules, dataImport);
  return {
    import_row_id: uuidV7(now),
    event_id: uuidV7(now),
    import_id: dataImport.id,
    status: STATUS[dataImport.event],
    type: TYPE[dataImport.event],
    import_type: dataImport.importType,
    filename: dataImport.filename,
    development_mode: dataImport.developmentMode,
    import_identifier: dataImport.importIdentifier,
    saved_schema_id: dataImport.savedSchemaId,
    num_data_rows: dataImport.numDataRows,
    has_data: dataImport.hasData,
    user: dataImport.user && JSON.stringify(dataImport.user),
    user_id: dataImport.user?.id ?? null,
    review_url: dataImport.headless?.reviewUrl ?? null,
    original_file_download: dataImport.headless?.originalFileDownload ?? null,
    body: managedBody(dataImport),
    content_hash: createHash('sha256').update(content).digest('hex'),
    basic_url: basicUrl?.href ?? null,
    basic_origin: basicUrl?.origin ?? null,
    basic_body: basicUrl ? basicBody(dataImport.id) : null,
  };
}

/** The first report of each import. */
export function firstOfEach<Row extends Pick<ReportRow, 'import_id'>>(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter(({ import_id }) => !seen.has(import_id) && seen.add(import_id));
}
