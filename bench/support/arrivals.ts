/** How long it took from publishing something until its receivers had it. */

import type { Published } from './pace.ts';
import { quantile } from './statistics.ts';

/** What came of things that were published. */
export interface Arrivals {
  /** For each: when the first bytes of its requests were there, by the machine's clock. Of two to one path, the first. */
  readonly atMs: readonly (readonly number[])[];
  /** Until when they were waited for. */
  readonly untilMs: number;
}

/** What became of what was published. */
export interface Latencies {
  /** Milliseconds, one per request that should have come; of one that did not come, as long as it was waited for. */
  readonly all: readonly number[];
  readonly missing: number;
}

/**
 * From publishing to arriving.
 *
 * @param each requests that each of `published` should lead to.
 */
export function latenciesOf(published: readonly Published[], { atMs, untilMs }: Arrivals, each = 1): Latencies {
  const all: number[] = [];
  let missing = 0;
  for (const [index, { atMs: publishedMs }] of published.entries()) {
    const came = atMs[index] ?? [];
    const absent = Math.max(0, each - came.length);
    all.push(...came.map((arrivedMs) => arrivedMs - publishedMs));
    all.push(...Array.from({ length: absent }, () => untilMs - publishedMs));
    missing += absent;
  }
  return { all, missing };
}

/** The value of a measurement of these, with a note when some are only known to have taken at least so long. */
export function quantileOf({ all, missing }: Latencies, part: number): { value: number; note?: string } {
  const value = quantile(all, part);
  return missing === 0 ? { value } : { value, note: `${missing} of ${all.length} never came` };
}

/**
 * The median over rounds of the quantile of each. A single stall of the machine is a round's whole tail, and would be
 * that of all rounds together.
 */
export function medianOf(rounds: readonly Latencies[], part: number): { value: number; note?: string } {
  const { note } = quantileOf(together(rounds), part);
  const value = quantile(
    rounds.map((round) => quantileOf(round, part).value),
    0.5,
  );
  return note === undefined ? { value } : { value, note };
}

/** Those of several rounds as one. */
export function together(rounds: readonly Latencies[]): Latencies {
  return {
    all: rounds.flatMap(({ all }) => all),
    missing: rounds.reduce((sum, { missing }) => sum + missing, 0),
  };
}
