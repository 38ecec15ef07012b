/** How long collecting young objects takes while requests are sent, against got in a loop. */

import { type Bench, measurement } from './bench.ts';
import type { ExchangesCalls } from './process/exchanges.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { ReceiverCalls } from './process/receiver.ts';

const CONCURRENCY = 32;

/** Until everything that runs often is compiled. */
const WARM_UP = 30_000;

const COUNT = 20_000;

/** Of fewer, none may be collected. */
const FEWEST = 2_000;

/** Whether what an exchange is made of is gone when it is over: docs/decisions/0012-young-objects.md. */
export const collections: Bench = {
  name: 'collections',
  about: `milliseconds of collecting young objects in 1,000 exchanges, ${CONCURRENCY} at once, against got in a loop`,
  databases: ['pglite'], // it uses none
  async run({ database, scale, start, progress }) {
    const receiver = await start<ReceiverCalls>('receiver');
    const exchanges = await start<ExchangesCalls>('exchanges');
    const gotLoop = await start<GotLoopCalls>('got-loop');
    const url = await receiver.call('url');
    const figures: number[] = [];
    for (const way of [exchanges, gotLoop]) {
      await way.call('run', { url, count: WARM_UP, concurrency: CONCURRENCY });
      await way.call('collections');
      const count = Math.max(FEWEST, Math.ceil(COUNT * scale));
      await way.call('run', { url, count, concurrency: CONCURRENCY });
      const { ms, count: times } = await way.call('collections');
      if (times === 0) throw new Error('nothing was collected; make the scale larger');
      progress(`${times} collections of ${(ms / times).toFixed(1)} ms in ${count} exchanges`);
      figures.push((ms / count) * 1_000);
    }
    const [value = Number.NaN, baseline = Number.NaN] = figures;
    return [measurement({ name: 'collections', database, unit: 'ms', value, baseline, goal: { atMost: 0.3 } })];
  },
};
