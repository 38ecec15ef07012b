/** Figures that go up and down by themselves, such as memory. */

import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from './statistics.ts';

/** How often is looked, once a second. */
const LOOKS = 5;

/** Reads the figures several times, a second apart, and answers with the median of each. */
export async function lookAt<Name extends string>(
  read: () => Promise<Readonly<Record<Name, number>>>,
): Promise<Record<Name, number>> {
  const found = new Map<Name, number[]>();
  for (let look = 0; look < LOOKS; look += 1) {
    await delay(1_000);
    for (const [name, value] of Object.entries(await read()) as [Name, number][]) {
      found.set(name, [...(found.get(name) ?? []), value]);
    }
  }
  const medians = [...found].map(([name, values]) => [name, quantile(values, 0.5)]);
  return Object.fromEntries(medians) as Record<Name, number>; // the names that were read
}
