/** What V8's young generation costs a process that sends much, with our setting of it and without. */

import { type Bench, measurement } from './bench.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { quantile } from './support/statistics.ts';

const REQUESTS = 10_000;

/** Requests beforehand, in which V8 learns how long objects live. */
const WARM_UP = 4_000;

const CONCURRENCY = 64;

/** Two loops of got, one with `src/lib/heap.ts`, one as Node is. */
export const collections: Bench = {
  name: 'collections',
  about: `milliseconds of collecting young objects while ${REQUESTS} requests are sent by got, with Posthorn's setting of V8, against its default`,
  databases: ['postgresql'],
  async run({ database, scale, start, progress }) {
    const receiver = await start<ReceiverCalls>('receiver');
    const url = await receiver.call('url');

    async function collect(isTuned: boolean): Promise<number[]> {
      const loop = await start<GotLoopCalls>('got-loop');
      if (isTuned) await loop.call('tune');
      await loop.call('run', { url, count: WARM_UP, concurrency: CONCURRENCY });
      await loop.call('watchCollections');
      await loop.call('run', { url, count: Math.ceil(REQUESTS * scale), concurrency: CONCURRENCY });
      const pauses = await loop.call('collections');
      await loop.stop();
      return pauses;
    }

    const [plain, tuned] = [await collect(false), await collect(true)];
    progress(`${tuned.length} collections with the setting, ${plain.length} without`);
    const common = { database, unit: 'ms', goal: null };
    const sum = (pauses: readonly number[]) => pauses.reduce((total, pause) => total + pause, 0);
    return [
      measurement({ name: 'collections', ...common, value: sum(tuned), baseline: sum(plain) }),
      measurement({ name: 'collections p50', ...common, value: quantile(tuned, 0.5), baseline: quantile(plain, 0.5) }),
      measurement({
        name: 'collections p99',
        ...common,
        value: quantile(tuned, 0.99),
        baseline: quantile(plain, 0.99),
      }),
    ];
  },
};
