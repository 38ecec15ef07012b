/** One more round of a bench, watched: where the time of a delivery goes. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Measurement, measurement, type Setting } from '../bench.ts';
import type { PosthornCalls } from '../process/posthorn.ts';
import type { Child } from './child.ts';
import type { PartCost } from './profile.ts';

/**
 * Works off `count` deliveries once more, with a profiler; only where profiles are wanted. A line per part of the
 * program, and per statement where PostgreSQL counts them: microseconds per delivery, of those of all parts.
 */
export async function measureParts(
  { database, profileDirectory, progress }: Setting,
  posthorn: Child<PosthornCalls>,
  count: number,
  { fill, workOff }: { readonly fill: () => Promise<void>; readonly workOff: () => Promise<number> },
): Promise<Measurement[]> {
  if (!profileDirectory) return [];
  await mkdir(profileDirectory, { recursive: true });
  await fill();
  await posthorn.call('beginProfile');
  const perSecond = await workOff();
  const file = join(profileDirectory, `deliver-${database}.cpuprofile`);
  const { parts, statements } = await posthorn.call('endProfile', file);
  progress(`with a profiler: ${perSecond.toFixed(0)}; ${file} is for Chrome's DevTools`);
  if (!statements) progress('PostgreSQL has not loaded pg_stat_statements, so its time is not known');
  return [...describe('CPU', parts, count, database), ...describe('PostgreSQL', statements ?? [], count, database)];
}

function describe(
  what: string,
  costs: readonly PartCost[],
  count: number,
  database: Measurement['database'],
): Measurement[] {
  const baseline = costs.reduce((sum, { us }) => sum + us, 0) / count;
  return costs.map(({ part, us }) =>
    measurement({
      name: `deliver ${what}: ${part}`,
      database,
      unit: 'µs/delivery',
      value: us / count,
      baseline,
      goal: null,
    }),
  );
}
