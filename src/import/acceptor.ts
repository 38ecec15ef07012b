/** Accepting together what an organization reports at the same time. */

import type { App } from '../app.ts';
import { isPassing } from '../database/database-error.ts';
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
   * Of one organization and one event, at most {@link STATEMENTS_AT_ONCE} statements are under way; what is reported
   * meanwhile goes with the next. So an organization that reports more than the database can take waits for itself: it
   * never has the connections of the others, and the more it reports, the less each report costs.
   */
  accept(organizationId: string, rows: readonly TracedRow[]): Promise<readonly AcceptedRow[]>;
}

/** While one is written to the disk, the next is prepared. More would only make them smaller. */
const STATEMENTS_AT_ONCE = 2;

/** Reports that go together, unless a single call has more. */
const MOST_ROWS = 100;

/** How long the bodies may be together, in characters, unless those of a single call are longer. */
const MOST_CHARACTERS = 1024 * 1024;

/** One call. */
interface Waiting {
  readonly rows: readonly TracedRow[];
  readonly resolve: (accepted: readonly AcceptedRow[]) => void;
  readonly reject: (error: unknown) => void;
}

/** An acceptor of this process. */
export function createAcceptor({ db }: Pick<App, 'db'>): Acceptor {
  /** Those who wait, by organization and event; a line is there as long as one of its statements is under way. */
  const lines = new Map<string, { waiting: Waiting[]; writing: number }>();

  async function write(organizationId: string, calls: readonly Waiting[]): Promise<void> {
    // One statement can move an import only once.
    const rows = firstOfEach(calls.flatMap((call) => call.rows));
    try {
      const accepted = await db.query<AcceptedRow>(ACCEPT_REPORTS, [organizationId, JSON.stringify(rows)]);
      const byEvent = new Map(accepted.map((row) => [row.eventId, row]));
      for (const call of calls) call.resolve(call.rows.flatMap(({ event_id }) => byEvent.get(event_id) ?? []));
    } catch (error) {
      if (calls.length === 1 || isPassing(error)) {
        for (const call of calls) call.reject(error);
        return;
      }
      // One of them cannot be stored, which is no fault of the others.
      for (const call of calls) await write(organizationId, [call]);
    }
  }

  return {
    accept(organizationId, rows) {
      const key = `${organizationId}/${rows[0]?.type}`;
      const line = lines.get(key) ?? { waiting: [], writing: 0 };
      lines.set(key, line);

      function begin(): void {
        if (line.waiting.length === 0 || line.writing === STATEMENTS_AT_ONCE) return;
        line.writing += 1;
        void write(organizationId, takeTogether(line.waiting)).finally(() => {
          line.writing -= 1;
          begin();
          if (line.writing === 0) lines.delete(key);
        });
      }

      return new Promise((resolve, reject) => {
        line.waiting.push({ rows, resolve, reject });
        begin();
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
