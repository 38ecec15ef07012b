import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addLatencies, estimateQuantile, QUANTILE_ERROR, slotOf } from '../../src/delivery/latency.ts';

/** A histogram of these durations. */
function histogramOf(durations: readonly number[]): readonly number[] {
  return durations.map((ms) => [...Array<number>(slotOf(ms)).fill(0), 1]).reduce(addLatencies, []);
}

/** What the part `quantile` of them does not exceed. */
function exactQuantile(durations: readonly number[], quantile: number): number {
  const sorted = durations.toSorted((one, other) => one - other);
  return sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1] ?? Number.NaN;
}

const durations = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 200 });

describe('an estimated quantile of latencies', () => {
  test('differs from the true one by no more than is promised, which is less than a tenth', () => {
    expect(QUANTILE_ERROR).toBeLessThan(0.1);
    fc.assert(
      fc.property(durations, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (given, quantile) => {
        const exact = exactQuantile(given, quantile);
        const estimate = estimateQuantile(histogramOf(given), quantile) ?? Number.NaN;
        expect(Math.abs(estimate / exact - 1)).toBeLessThanOrEqual(QUANTILE_ERROR + 1e-9);
      }),
    );
  });

  test('is the same whether histograms were added or all was counted in one', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const added = addLatencies(histogramOf(some), histogramOf(others));
        expect(added).toEqual(histogramOf([...some, ...others]));
      }),
    );
  });

  test('is null when nothing was measured', () => {
    expect(estimateQuantile([], 0.5)).toBeNull();
  });

  test('of what took less than a millisecond is about one', () => {
    expect(estimateQuantile(histogramOf([0]), 0.5)).toBeCloseTo(1.09, 2);
  });
});
