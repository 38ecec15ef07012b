/** Metrics: what a process did, counted as it does it. Names and units by https://prometheus.io/docs/practices/naming. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../lib/clock.ts';

/** How an attempt ended, for {@link Metrics.attempt}. */
export interface AttemptMeasure {
  readonly outcome: 'succeeded' | 'failed';
  /** Empty when it succeeded. */
  readonly errorCode: string;
  readonly durationMs: number;
}

/** What parts of the program tell. None of it fails, and none of it has labels that grow with the users. */
export interface Metrics {
  /** Everything there is to scrape. */
  readonly registry: Registry;
  /** An attempt begins. @returns what to call when it is over: with what came of it, or nothing when that is unknown. */
  attempt(): (measure?: AttemptMeasure) => void;
  /** Measures a lease. @returns what `lease` resolves with. */
  lease<Result extends { readonly deliveries: readonly unknown[] }>(lease: () => Promise<Result>): Promise<Result>;
  /** Measures a settlement, which answers a row for each delivery. @returns what `settle` resolves with. */
  settle<Row extends { readonly leaseLost: boolean }>(settle: () => Promise<Row[]>): Promise<Row[]>;
  /** What became of a report. */
  reported(result: 'accepted' | 'duplicate' | 'refused'): void;
  /** The live log was handed to its subscribers so long after it was written. */
  streamed(lagMs: number): void;
}

const FAST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ATTEMPT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300];
const LAG_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Metrics with a registry of their own. */
export function createMetrics(clock: Pick<Clock, 'elapsed'>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const attempts = new Counter({
    name: 'posthorn_attempts_total',
    help: 'Attempts, by outcome; error_code says why one failed and is empty when it succeeded.',
    labelNames: ['outcome', 'error_code'],
    registers,
  });
  const attemptSeconds = new Histogram({
    name: 'posthorn_attempt_duration_seconds',
    help: 'How long attempts took, from the look-up of the name to the last byte of the answer.',
    labelNames: ['outcome'],
    buckets: ATTEMPT_SECONDS,
    registers,
  });
  const inFlight = new Gauge({
    name: 'posthorn_attempts_in_flight',
    help: 'Attempts of this process under way, until what came of them is written down.',
    registers,
  });
  const leased = new Counter({
    name: 'posthorn_deliveries_leased_total',
    help: 'Deliveries that this process leased.',
    registers,
  });
  const leaseSeconds = new Histogram({
    name: 'posthorn_lease_duration_seconds',
    help: 'How long leasing took, for up to a hundred destinations at once.',
    buckets: FAST_SECONDS,
    registers,
  });
  const settleSeconds = new Histogram({
    name: 'posthorn_settle_duration_seconds',
    help: 'How long writing down took what came of attempts, for up to a hundred at once.',
    buckets: FAST_SECONDS,
    registers,
  });
  const leasesLost = new Counter({
    name: 'posthorn_leases_lost_total',
    help: 'Leases that were no longer this process’s when the outcome was written down: it took longer than the lease, or the delivery was called off.',
    registers,
  });
  const reports = new Counter({
    name: 'posthorn_reports_total',
    help: 'Reports of imports, by what became of them: accepted, duplicate or refused.',
    labelNames: ['result'],
    registers,
  });
  const lagSeconds = new Histogram({
    name: 'posthorn_log_stream_lag_seconds',
    help: 'How old entries of the delivery log were when they were handed to subscribers: the oldest of each reading.',
    buckets: LAG_SECONDS,
    registers,
  });
  for (const result of ['accepted', 'duplicate', 'refused']) reports.inc({ result }, 0);

  async function time<Result>(histogram: Histogram, work: () => Promise<Result>): Promise<Result> {
    const before = clock.elapsed();
    try {
      return await work();
    } finally {
      histogram.observe((clock.elapsed() - before) / 1000);
    }
  }

  return {
    registry,
    attempt() {
      inFlight.inc();
      return (measure) => {
        inFlight.dec();
        if (!measure) return;
        const { outcome, errorCode, durationMs } = measure;
        attempts.inc({ outcome, error_code: errorCode });
        attemptSeconds.observe({ outcome }, durationMs / 1000);
      };
    },
    async lease(lease) {
      const got = await time(leaseSeconds, lease);
      leased.inc(got.deliveries.length);
      return got;
    },
    async settle(settle) {
      const rows = await time(settleSeconds, settle);
      leasesLost.inc(rows.filter(({ leaseLost }) => leaseLost).length);
      return rows;
    },
    reported: (result) => reports.inc({ result }),
    streamed: (lagMs) => lagSeconds.observe(Math.max(0, lagMs) / 1000),
  };
}

/**
 * Adds what is known of every Node process: CPU, memory, the event loop, garbage collection. Once a process: it measures
 * for as long as the process lives.
 */
export function measureProcess({ registry }: Pick<Metrics, 'registry'>): void {
  collectDefaultMetrics({ register: registry });
}
