/** Whether something grows without bound, as far as looking at it again and again can tell. */

import type { Vitals } from './vitals.ts';

/** How something came on. */
export interface Growth {
  readonly what: string;
  /** Its median in the second quarter of the looks, and in the last. What happens in the first quarter is warming up. */
  readonly before: number;
  readonly after: number;
  readonly isUnbounded: boolean;
}

/** What is allowed: so many times as much, and so much on top, by what the measure begins with. */
const PLAY: readonly (readonly [prefix: string, factor: number, slack: number])[] = [
  ['memory in use', 1.2, 8],
  ['resident memory', 1.5, 64],
  ['file descriptors', 1.2, 20],
  ['connections', 1.2, 4],
  ['deliveries that are pending', 1.5, 100],
  ['KiB of delivery_stat', 1.2, 8],
  ['KiB', 1.2, 1],
  ['rows', 1, 0],
];

/** How everything came on that was seen often enough to tell, by name. */
export function judgeGrowth(looks: readonly Vitals[]): Growth[] {
  const names = new Set(looks.flatMap((look) => [...look.keys()]));
  return [...names].toSorted().flatMap((what) => {
    const values = looks.flatMap((look) => look.get(what) ?? []);
    const quarter = Math.floor(values.length / 4);
    if (quarter === 0) return [];
    const before = median(values.slice(quarter, 2 * quarter));
    const after = median(values.slice(-quarter));
    const [, factor, slack] = PLAY.find(([prefix]) => what.startsWith(prefix)) ?? ['', 1, 0];
    return [{ what, before, after, isUnbounded: after > factor * before + slack }];
  });
}

/** A line for each, and which of them grow. */
export function formatGrowth(growths: readonly Growth[]): string {
  const width = Math.max(...growths.map(({ what }) => what.length));
  const lines = growths.map(({ what, before, after, isUnbounded }) => {
    const [from, to] = [before, after].map((value) => value.toFixed(1).padStart(8));
    return `${what.padEnd(width)} ${from} → ${to}${isUnbounded ? '   grows' : ''}\n`;
  });
  return lines.join('');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
