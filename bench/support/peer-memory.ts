/** Memory of a peer's worker, and of Redis where that is what keeps the jobs. */

import { type Measurement, measurement, type Setting } from '../bench.ts';
import { nameFigure } from './contender.ts';
import { lookAt } from './looks.ts';
import type { Pace } from './pace.ts';
import type { PeerCalls, PeerName } from './peers.ts';

interface Load {
  readonly receiverUrl: string;
  /** Jobs that are scheduled. */
  readonly count: number;
  /** What goes on meanwhile. */
  readonly work: Pace;
}

/** Memory of the peer after some work beside so many scheduled jobs, against the same in an empty queue. */
export async function measurePeerMemory(name: PeerName, setting: Setting, load: Load): Promise<Measurement[]> {
  const empty = await weigh(name, setting, { ...load, count: 0 });
  const full = await weigh(name, setting, load);
  const common = { database: setting.database, unit: 'MB', goal: null };
  return Object.entries(full).map(([part, value]) =>
    measurement({
      name: nameFigure(`memory ${part}`, name),
      ...common,
      value,
      baseline: empty[part] ?? Number.NaN,
    }),
  );
}

/** Megabytes, by what has them. */
async function weigh(name: PeerName, setting: Setting, load: Load): Promise<Record<string, number>> {
  const { receiverUrl: url, count, work } = load;
  const environment = { DATABASE_URL: await setting.createDatabase() };
  const publisher = await setting.start<PeerCalls>(name, environment);
  const worker = await setting.start<PeerCalls>(name, environment);
  if (count > 0) await publisher.call('schedule', { url, count });
  await worker.call('work', CONCURRENCY);
  await publisher.call('publish', { routes: [[url], [url]], ...work });
  const bytes = await lookAt(() => worker.call('memory'));
  await worker.stop();
  await publisher.call('cleanUp');
  await publisher.stop();
  const megabytes = Object.entries(bytes).map(([part, value]): [string, number] => [part, value / 1e6]);
  const told = megabytes.map(([part, value]) => `${part} ${value.toFixed(0)} MB`).join(', ');
  setting.progress(`${name}, ${count} jobs: ${told}`);
  return Object.fromEntries(megabytes);
}

/** Requests under way at once. */
const CONCURRENCY = 64;
