/** Of many noisy figures, the ones to report. */

/** The value below which the share `part` of `values` lies: 0.5 is the median. Of an even number, the upper middle. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  if (value === undefined) throw new Error('there is no quantile of nothing');
  return value;
}

/** The medians of two measures. */
export interface Compared {
  readonly value: number;
  readonly baseline: number;
}

/**
 * Measures two things in turn, A B A B, so that what disturbs the machine disturbs both, after one round of each that
 * does not count: the programs are warm then.
 */
export async function compare(
  rounds: number,
  measures: { readonly value: () => Promise<number>; readonly baseline: () => Promise<number> },
  progress: (text: string) => void,
): Promise<Compared> {
  const values: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const value = await measures.value();
    const baseline = await measures.baseline();
    progress(
      `${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}: ${value.toFixed(0)} to ${baseline.toFixed(0)}`,
    );
    if (round === 0) continue;
    values.push(value);
    baselines.push(baseline);
  }
  return { value: quantile(values, 0.5), baseline: quantile(baselines, 0.5) };
}
