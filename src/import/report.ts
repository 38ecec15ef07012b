/** Reporting imports: accepted exactly once, and delivered from then on. */

import type { App } from '../app.ts';
import { dueHint } from '../delivery/due.ts';
import { DomainError, InputError } from '../errors.ts';
import { mapInSlices } from '../lib/slices.ts';
import { formatTraceparent, inSpan } from '../lib/trace.ts';
import { ensureBasicSecret } from '../webhook/secret.ts';
import { WebhookUrlRefusedError } from '../webhook/url.ts';
import { parseReport } from './import-input.ts';
import { eventOf, type ImportReport, type ReportRefusal } from './import-report.ts';
import { explainReports } from './report-explanation.ts';
import { firstOfEach, type ReportRow, toRow } from './report-row.ts';
import type { EventType as ReportedEvent } from './reported-import.ts';

type Deps = Pick<App, 'acceptor' | 'db' | 'clock' | 'box' | 'metrics' | 'rules' | 'signals' | 'telemetry'>;

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
  const read = await mapInSlices(app, inputs, (input) => readReport(app, event, input));
  const rows = read.filter((row): row is ReportRow => !(row instanceof DomainError));
  if (rows.some(({ basic_url }) => basic_url)) await ensureBasicSecret(app, organizationId);
  const answers = new Map<ReportRow, ImportReport | ReportRefusal>();
  let left: readonly ReportRow[] = rows;
  while (left.length > 0) {
    // One statement can move a row only once. Whatever else is said of an import here can only repeat that, or contradict.
    const accepted = await accept(app, organizationId, firstOfEach(left));
    left = left.filter((row) => !accepted.has(row));
    const explained = left.length > 0 ? await explainReports(app, organizationId, left) : [];
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

async function accept(
  { acceptor, signals, telemetry }: Deps,
  organizationId: string,
  rows: readonly ReportRow[],
): Promise<Map<ReportRow, ImportReport>> {
  const { accepted, traceparent } = await inSpan(
    telemetry.tracer,
    { name: 'publish', attributes: { 'posthorn.reports': rows.length } },
    async (span) => {
      const traceparent = formatTraceparent(span);
      const traced = rows.map((row) => ({ ...row, traceparent }));
      return { accepted: await acceptor.accept(organizationId, traced), traceparent };
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
      const event = eventOf({ id, organizationId, importRowId, createdAt, type, body, ...whole }, content_hash);
      return [[row, { event, deliveries: destinationIds.length, duplicate: false }] as const];
    }),
  );
}
