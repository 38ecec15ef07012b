/** Reporting imports: accepted exactly once, and delivered from then on. */

import { createHash } from 'node:crypto';
import type { Event, EventType, ImportStatus } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { dueHint } from '../delivery/due.ts';
import { DomainError, InputError } from '../errors.ts';
import { uuidV7 } from '../lib/id.ts';
import { formatTraceparent, inSpan } from '../lib/trace.ts';
import { ensureBasicSecret } from '../webhook/secret.ts';
import { WebhookUrlRefusedError } from '../webhook/url.ts';
import { parseBasicUrl } from './basic-url.ts';
import { parseReport, type Report } from './import-input.ts';
import { basicBody, managedBody } from './payload.ts';
import { ACCEPT_REPORTS, FIND_REPORTED } from './report.sql.ts';
import type { EventType as ReportedEvent, ReportedImport } from './reported-import.ts';

/** The same event was reported before with other content. The first report stands. */
export class ImportConflictError extends DomainError {
  readonly code = 'IMPORT_CONFLICT';

  constructor(importId: string) {
    super(
      `Import "${importId}" was reported before with different content. The first report stands; report it again as it was, or use another importId.`,
    );
  }
}

/** The import is in a state from which this cannot happen. */
export class InvalidImportTransitionError extends DomainError {
  readonly code = 'INVALID_IMPORT_TRANSITION';

  constructor(importId: string, from: ImportStatus) {
    super(
      `Import "${importId}" is ${from} and stays so. Only an import that is new or NEEDS_REVIEW can be completed or fail, and only a new one can come to need review.`,
    );
  }
}

/** What became of a report. */
export interface ImportReport {
  readonly event: Event;
  /** How many deliveries were scheduled when it was first accepted. */
  readonly deliveries: number;
  /** Whether it had been reported before, with the same content; then nothing was sent. */
  readonly duplicate: boolean;
}

/** What can be said against a report. */
export type ReportRefusal = InputError | WebhookUrlRefusedError | ImportConflictError | InvalidImportTransitionError;

type Deps = Pick<App, 'db' | 'clock' | 'box' | 'metrics' | 'rules' | 'signals' | 'telemetry'>;

/**
 * Accepts one report of `event`. When it resolves, the event and its deliveries are committed.
 *
 * @throws {InputError} @throws {WebhookUrlRefusedError} @throws {ImportConflictError} @throws {InvalidImportTransitionError}
 */
export async function reportImport(
  app: Deps,
  organizationId: string,
  event: ReportedEvent,
  input: unknown,
): Promise<ImportReport> {
  const [result] = await reportImports(app, organizationId, event, [input]);
  if (!result) throw new Error('a report got no answer');
  if (result instanceof DomainError) throw result;
  return result;
}

/**
 * Accepts reports of `event`, each for itself: an answer per input, in their order. Each is accepted at most once,
 * however often and at however many places it is reported at the same time. When it rejects, because the database is
 * away, any of them may have been accepted; reporting them again is safe.
 */
export async function reportImports(
  app: Deps,
  organizationId: string,
  event: ReportedEvent,
  inputs: readonly unknown[],
): Promise<(ImportReport | ReportRefusal)[]> {
  const read = inputs.map((input) => readReport(app, event, input));
  const rows = read.filter((row): row is ReportRow => !(row instanceof DomainError));
  if (rows.some(({ basic_url }) => basic_url)) await ensureBasicSecret(app, organizationId);
  const answers = new Map<ReportRow, ImportReport | ReportRefusal>();
  let left: readonly ReportRow[] = rows;
  while (left.length > 0) {
    // One statement can move a row only once. Whatever else is said of an import here can only repeat that, or contradict.
    const accepted = await accept(app, organizationId, firstOfEach(left));
    left = left.filter((row) => !accepted.has(row));
    const explained = left.length > 0 ? await explain(app, organizationId, left) : [];
    for (const [row, answer] of [...accepted, ...explained]) answers.set(row, answer);
    left = left.filter((row) => !answers.has(row));
  }
  return read.map((row) => {
    const answer = row instanceof DomainError ? row : answers.get(row);
    if (!answer) throw new Error('a report was neither accepted nor found');
    app.metrics.reported(resultOf(answer));
    return answer;
  });
}

function resultOf(answer: ImportReport | ReportRefusal): 'accepted' | 'duplicate' | 'refused' {
  if (answer instanceof DomainError) return 'refused';
  return answer.duplicate ? 'duplicate' : 'accepted';
}

function readReport(
  app: Pick<App, 'clock' | 'rules'>,
  event: ReportedEvent,
  input: unknown,
): ReportRow | InputError | WebhookUrlRefusedError {
  try {
    return toRow(app, parseReport(event, input, app.clock));
  } catch (error) {
    if (error instanceof InputError || error instanceof WebhookUrlRefusedError) return error;
    throw error;
  }
}

/** One report, named as `ACCEPT_REPORTS` reads it. */
type ReportRow = ReturnType<typeof toRow>;

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

function toRow({ clock, rules }: Pick<App, 'clock' | 'rules'>, { dataImport, content }: Report) {
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
function firstOfEach(rows: readonly ReportRow[]): ReportRow[] {
  const seen = new Set<string>();
  return rows.filter(({ import_id }) => !seen.has(import_id) && seen.add(import_id));
}

interface AcceptedRow {
  readonly eventId: string;
  readonly importRowId: string;
  readonly createdAt: Date;
  /** One for each delivery. */
  readonly destinationIds: readonly string[];
}

async function accept(
  { db, signals, telemetry }: Deps,
  organizationId: string,
  rows: readonly ReportRow[],
): Promise<Map<ReportRow, ImportReport>> {
  const { accepted, traceparent } = await inSpan(
    telemetry.tracer,
    { name: 'publish', attributes: { 'posthorn.reports': rows.length } },
    async (span) => {
      const traceparent = formatTraceparent(span);
      const parameters = [organizationId, JSON.stringify(rows), traceparent];
      return { accepted: await db.query<AcceptedRow>(ACCEPT_REPORTS, parameters), traceparent };
    },
  );
  signals.emit(
    'destination.due',
    accepted.flatMap(({ destinationIds }) =>
      destinationIds.map((destinationId) => dueHint({ organizationId, destinationId })),
    ),
  );
  if (accepted.some(({ destinationIds }) => destinationIds.length > 0)) signals.emit('log.appended', [organizationId]);
  const byEvent = new Map(accepted.map((row) => [row.eventId, row]));
  return new Map(
    rows.flatMap((row) => {
      const found = byEvent.get(row.event_id);
      if (!found) return [];
      const { importRowId, createdAt, destinationIds } = found;
      const { event_id: id, type, body, content_hash } = row;
      const whole = { bodySha256: null, erasedAt: null, traceparent };
      const event = toEvent({ id, organizationId, importRowId, createdAt, type, body, ...whole }, content_hash);
      return [[row, { event, deliveries: destinationIds.length, duplicate: false }] as const];
    }),
  );
}

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
async function explain(
  { db }: Deps,
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
  const event = toEvent({ ...known, id: known.eventId, organizationId }, known.contentHash);
  return { event, deliveries: known.deliveries, duplicate: true };
}

function toEvent(
  {
    id,
    organizationId,
    importRowId,
    type,
    body,
    bodySha256,
    createdAt,
    erasedAt,
    traceparent,
  }: Omit<Event, 'contentHash'>,
  contentHash: string,
): Event {
  return {
    id,
    organizationId,
    importRowId,
    type,
    body,
    bodySha256,
    createdAt,
    erasedAt,
    traceparent,
    contentHash: Uint8Array.from(Buffer.from(contentHash, 'hex')),
  };
}
