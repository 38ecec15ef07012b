/** Deliveries per second, written down to the last log entry, against got in a loop. */

import { type Bench, measurement } from './bench.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { compare } from './support/statistics.ts';

/** Requests under way at once, on both sides. */
const CONCURRENCY = 64;

const ROUNDS = 5;

/** Deliveries in a round: about two seconds' worth. */
const COUNT = 5_000;

/**
 * One dispatcher works off a backlog to one destination, from the first request at the receiver until the last delivery
 * is settled; got sends as many to the same receiver, from the first request until the last answer.
 */
export const deliver: Bench = {
  name: 'deliver',
  about: `deliveries per second of one dispatcher, ${CONCURRENCY} at once to one destination, against got in a loop`,
  async run({ database, start, progress }) {
    const receiver = await start<ReceiverCalls>('receiver');
    const gotLoop = await start<GotLoopCalls>('got-loop');
    const posthorn = await start<PosthornCalls>('posthorn', {
      DISPATCH_CONCURRENCY: String(CONCURRENCY),
      DESTINATION_CONCURRENCY: String(CONCURRENCY),
    });
    const url = await receiver.call('url');
    const { organizationId } = await posthorn.call('prepare', url);
    let filled = 0;

    async function dispatch(): Promise<number> {
      await posthorn.call('fill', { organizationId, count: COUNT });
      filled += COUNT;
      await receiver.call('expect', COUNT);
      await posthorn.call('dispatch');
      const { firstMs } = await receiver.call('received');
      const settledMs = await posthorn.call('settled');
      const { delivered, logged } = await posthorn.call('halt');
      if (delivered !== filled || logged !== filled) {
        throw new Error(`of ${filled} deliveries ${delivered} were delivered and ${logged} logged`);
      }
      return (COUNT / (settledMs - firstMs)) * 1000;
    }

    async function loop(): Promise<number> {
      await receiver.call('expect', COUNT);
      const lastMs = await gotLoop.call('run', { url, count: COUNT, concurrency: CONCURRENCY });
      const { firstMs } = await receiver.call('received');
      return (COUNT / (lastMs - firstMs)) * 1000;
    }

    const compared = await compare(ROUNDS, { value: dispatch, baseline: loop }, progress);
    // On PGlite the database runs on the dispatcher's own thread, for which there is no goal.
    const goal = database === 'postgresql' ? 0.6 : null;
    return [measurement({ name: 'deliver', database, unit: 'deliveries/s', goal, ...compared })];
  },
};
