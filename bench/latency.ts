/** How long an idle server takes from a report to the receiver, against got sending straight to it. */

import { type Bench, measurement } from './bench.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { quantile } from './support/statistics.ts';

const IMPORTS = 200;

/** Imports beforehand that do not count. */
const WARM_UP = 50;

/**
 * From just before `importCompleted` is sent until the receiver has the request, one import after another; in between
 * got POSTs to the same receiver, from just before until the receiver has it.
 */
export const latency: Bench = {
  name: 'latency',
  about: `milliseconds from reporting an import to the receiver, ${IMPORTS} one after another, against a POST by got`,
  async run({ database, scale, start, progress }) {
    const receiver = await start<ReceiverCalls>('receiver');
    const importer = await start<GraphqlLoopCalls>('graphql-loop');
    const gotLoop = await start<GotLoopCalls>('got-loop');
    const posthorn = await start<PosthornCalls>('posthorn');
    const receiverUrl = await receiver.call('url');
    const { key } = await posthorn.call('prepare', receiverUrl);
    const url = await posthorn.call('serve', { dispatcher: true });

    async function report(): Promise<number> {
      await receiver.call('expect', 1);
      const { startMs } = await importer.call('reportOne', { url, key });
      const { firstMs } = await receiver.call('received');
      await posthorn.call('settled');
      return firstMs - startMs;
    }

    async function post(): Promise<number> {
      await receiver.call('expect', 1);
      const startMs = await gotLoop.call('sendOne', receiverUrl);
      const { firstMs } = await receiver.call('received');
      return firstMs - startMs;
    }

    const reports: number[] = [];
    const posts: number[] = [];
    const imports = Math.ceil(IMPORTS * scale);
    for (let index = 0; index < WARM_UP + imports; index += 1) {
      const [reported, posted] = [await report(), await post()];
      if (index < WARM_UP) continue;
      reports.push(reported);
      posts.push(posted);
    }
    progress(`${imports} imports`);
    const common = { database, unit: 'ms', baseline: quantile(posts, 0.5), goal: null };
    return [
      measurement({ name: 'latency p50', value: quantile(reports, 0.5), ...common }),
      measurement({ name: 'latency p99', value: quantile(reports, 0.99), ...common }),
    ];
  },
};
