/** Of many noisy figures, the ones to report. */

/** The value below which the share `part` of `values` lies: 0.5 is the median. Of an even number, the upper middle. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  if (value === undefined) throw new Error('there is no quantile of nothing');
  return value;
}

/**
 * Measures several things in turn, A B A B, so that what disturbs the machine disturbs all, after one round of each that
 * does not count: the programs are warm then.
 *
 * @returns the median of each.
 */
export async function compare<Name extends string>(
  rounds: number,
  measures: Readonly<Record<Name, () => Promise<number>>>,
  progress: (text: string) => void,
): Promise<Record<Name, number>> {
  const names = Object.keys(measures) as Name[];
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const found: number[] = [];
    for (const name of names) {
      const figure = await measures[name]();
      found.push(figure);
      if (round > 0) figures.get(name)?.push(figure);
    }
    const what = round === 0 ? 'warm-up' : `round ${round} of ${rounds}`;
    progress(`${what}: ${found.map((figure) => figure.toFixed(0)).join(' to ')}`);
  }
  const medians = names.map((name) => [name, quantile(figures.get(name) ?? [], 0.5)]);
  return Object.fromEntries(medians) as Record<Name, number>; // the names it was given
}
