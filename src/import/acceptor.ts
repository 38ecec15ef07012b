/** Accepting together what an organization reports at the same time. */

import type { App } from '../app.ts';
import { DatabaseBusyError, isConflict, isPassing } from '../database/database-error.ts';
import { CONNECT_TIMEOUT_MS } from '../database/settings.ts';
import { ACCEPT_REPORTS } from './report.sql.ts';
import { firstOfEach, type ReportRow } from './report-row.ts';

/** A report, and the W3C trace context in which it was made; null when that is not traced. */
export type TracedRow = ReportRow & { readonly traceparent: string | null };

/** What `ACCEPT_REPORTS` answers for each report that it accepts. */
export interface AcceptedRow {
  readonly eventId: string;
  readonly importRowId: string;
  readonly createdAt: Date;
  /** One for each delivery. */
  readonly destinationIds: readonly string[];
}

/** Writes reports down. */
export interface Acceptor {
  /**
   * Resolves, once it is committed, with those of `rows`, reports of one event, that were accepted. Those that were not are
   * known, or have only just become so: see `explainReports`. When it rejects, any of them may have been accepted.
   *
   * Of one organization and one event, at most {@link STATEMENTS_AT_ONCE} of these statements are under way; what is
   * reported meanwhile goes with the next. So an organization that reports more than the database can take waits for itself
   * rather than before the others, and the more it reports, the less each report costs.
   *
   * @throws {DatabaseBusyError} after {@link PATIENCE_MS} to twice that in the line.
   * @throws the driver's error; when the database is away, everybody in the line is told so at once.
   */
  accept(organizationId: string, rows: readonly TracedRow[]): Promise<readonly AcceptedRow[]>;
}

/** While one is written to the disk, the next is prepared. More would only make them smaller. */
const STATEMENTS_AT_ONCE = 2;

/** Reports that go together, unless a single call has more. */
const MOST_ROWS = 100;

/** How long the bodies, most of what is stored, may be together, in characters, unless those of a single call are longer. */
const MOST_CHARACTERS = 1024 * 1024;

/** How long a report waits for its turn, in milliseconds: as long as one would for a connection. */
const PATIENCE_MS = CONNECT_TIMEOUT_MS;

/** One call. */
interface Waiting {
  readonly rows: readonly TracedRow[];
  readonly resolve: (accepted: readonly AcceptedRow[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What an organization reports of one event: of several events of an import in one statement only the first would be seen.
 * It is there as long as one of its statements is under way.
 */
interface Line {
  readonly key: string;
  readonly organizationId: string;
  readonly waiting: Waiting[];
  writing: number;
  isWatched: boolean;
  /** Aborted when nothing is under way any more. */
  readonly over: AbortController;
}

/** An acceptor of this process. */
export function createAcceptor({ db, clock }: Pick<App, 'db' | 'clock'>): Acceptor {
  const lines = new Map<string, Line>();

  function lineOf(organizationId: string, { type }: TracedRow): Line {
    const key = `${organizationId}/${type}`;
    const known = lines.get(key);
    if (known) return known;
    const line = { key, organizationId, waiting: [], writing: 0, isWatched: false, over: new AbortController() };
    lines.set(key, line);
    return line;
  }

  function begin(line: Line): void {
    if (line.waiting.length === 0 || line.writing === STATEMENTS_AT_ONCE) return;
    const together = takeTogether(line.waiting);
    line.writing += 1;
    void write(line.organizationId, together).then((failure) => {
      line.writing -= 1;
      if (failure) for (const call of line.waiting.splice(0)) call.reject(failure);
      begin(line);
      if (line.writing > 0) return;
      lines.delete(line.key);
      line.over.abort();
    });
  }

  /** Answers all of `calls`. @returns why the database cannot answer, if so. Never rejects. */
  async function write(organizationId: string, calls: readonly Waiting[]): Promise<unknown> {
    // One statement can move an import only once.
    const rows = firstOfEach(calls.flatMap((call) => call.rows));
    try {
      const accepted = await db.query<AcceptedRow>(ACCEPT_REPORTS, [organizationId, JSON.stringify(rows)]);
      const byEvent = new Map(accepted.map((row) => [row.eventId, row]));
      for (const call of calls) call.resolve(call.rows.flatMap(({ event_id }) => byEvent.get(event_id) ?? []));
      return undefined;
    } catch (error) {
      const isAway = isPassing(error) && !isConflict(error);
      if (calls.length > 1 && !isAway) return await writeInHalves(organizationId, calls);
      for (const call of calls) call.reject(error);
      return isAway ? error : undefined;
    }
  }

  /** One of them cannot be stored, or is in another's way, which is no fault of the rest. */
  async function writeInHalves(organizationId: string, calls: readonly Waiting[]): Promise<unknown> {
    const middle = calls.length >> 1;
    const failure = await write(organizationId, calls.slice(0, middle));
    if (!failure) return await write(organizationId, calls.slice(middle));
    for (const call of calls.slice(middle)) call.reject(failure);
    return failure;
  }

  /** Refuses whoever was in the line when a wait began, and still is when it ends. */
  async function watch(line: Line): Promise<void> {
    if (line.isWatched) return;
    line.isWatched = true;
    while (line.waiting.length > 0) {
      const early = new Set(line.waiting);
      await clock.sleep(PATIENCE_MS, line.over.signal);
      // In the order in which they came, so all of them are in front.
      while (line.waiting[0] && early.has(line.waiting[0])) line.waiting.shift()?.reject(new DatabaseBusyError());
    }
    line.isWatched = false;
  }

  return {
    async accept(organizationId, rows) {
      const [first] = rows;
      if (!first) return [];
      const line = lineOf(organizationId, first);
      return await new Promise((resolve, reject) => {
        line.waiting.push({ rows, resolve, reject });
        begin(line);
        void watch(line);
      });
    },
  };
}

/** Takes the first, and as many behind it as may go with it. */
function takeTogether(waiting: Waiting[]): Waiting[] {
  let rows = 0;
  let characters = 0;
  const tooMany = waiting.findIndex((call, index) => {
    rows += call.rows.length;
    for (const { body } of call.rows) characters += body.length;
    return index > 0 && (rows > MOST_ROWS || characters > MOST_CHARACTERS);
  });
  return waiting.splice(0, tooMany === -1 ? waiting.length : tooMany);
}
