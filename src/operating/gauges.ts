/** Gauges: how things stand, looked up when somebody asks. */

import { Gauge } from 'prom-client';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { type Backlog, MOST_COUNTED, readBacklog } from '../delivery/backlog.ts';

/** How long what the database said is passed on without asking it again, in milliseconds, whoever scrapes how often. */
const FRESH_MS = 5_000;

/** How long the database may take, in milliseconds; a scrape goes on without it. */
const ANSWER_WITHIN_MS = 2_000;

const SHARED = 'Of all organizations: the same from every process.';

const BOUNDED = `Counted up to ${MOST_COUNTED}.`;

/** Registers the gauges of an app. */
export function registerGauges(app: Pick<App, 'metrics' | 'db' | 'clock' | 'log' | 'tail'>): void {
  const { metrics, db, tail } = app;
  const registers = [metrics.registry];
  const lookUp = createLookUp(app);

  /** Absent while the database does not answer. */
  function registerBacklog(name: string, help: string, read: (backlog: Backlog) => number): void {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const backlog = await lookUp();
        this.remove();
        if (backlog) this.set(read(backlog));
      },
    });
  }

  registerBacklog(
    'posthorn_backlog_age_seconds',
    `For how long the oldest delivery has been due that could be attempted; 0 when none is due. ${SHARED}`,
    ({ ageMs }) => ageMs / 1000,
  );
  registerBacklog(
    'posthorn_deliveries_due',
    `Deliveries that could be attempted now: due, not under way, their destination not held. ${SHARED} ${BOUNDED}`,
    ({ due }) => due,
  );
  registerBacklog(
    'posthorn_deliveries_pending',
    `Deliveries that are pending, those included that are under way, due later or held. ${SHARED} ${BOUNDED}`,
    ({ pending }) => pending,
  );
  new Gauge({
    name: 'posthorn_database_up',
    help: 'Whether the database answered: 1 or 0. At 0 the gauges of the backlog are absent.',
    registers,
    async collect() {
      this.set((await lookUp()) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'posthorn_database_connections',
    help: "Connections of this process to PostgreSQL, by pool (deliveries, api, or reads, which are the API's look-ups) and state: busy, idle, or waiting, which are callers without one. Absent on the embedded database.",
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const { pool, ...states } of db.pools()) {
        for (const [state, count] of Object.entries(states)) this.set({ pool, state }, count);
      }
    },
  });
  new Gauge({
    name: 'posthorn_log_stream_subscribers',
    help: 'Subscriptions to the delivery log that this process serves.',
    registers,
    collect() {
      this.set(tail.subscribers);
    },
  });
}

/** Looks the backlog up, or says what it was a moment ago; `undefined` when the database does not answer. */
function createLookUp({ db, clock, log }: Pick<App, 'db' | 'clock' | 'log'>): () => Promise<Backlog | undefined> {
  let asked: { readonly at: number; readonly answer: Promise<Backlog | undefined> } | undefined;

  async function ask(): Promise<Backlog | undefined> {
    const answered = readBacklog({ db }).catch((error: unknown) => {
      log.warn({ error: describeDatabaseError(error) }, 'backlog.read_failed');
      return undefined;
    });
    return await Promise.race([answered, clock.sleep(ANSWER_WITHIN_MS).then(() => undefined)]);
  }

  return () => {
    const now = clock.elapsed();
    if (!asked || now - asked.at >= FRESH_MS) asked = { at: now, answer: ask() };
    return asked.answer;
  };
}
