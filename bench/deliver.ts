/** Deliveries per second, written down to the last log entry, against got in a loop. */

import { type Bench, measurement, type Setting } from './bench.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import type { Child } from './support/child.ts';
import { nameFigure } from './support/contender.ts';
import { measureParts } from './support/parts.ts';
import type { PeerCalls, PeerName } from './support/peers.ts';
import { compare } from './support/statistics.ts';

/** Requests under way at once, on all sides. */
const CONCURRENCY = 64;

const ROUNDS = 5;

/** Deliveries in a round: about two seconds' worth. */
const COUNT = 5_000;

/**
 * One dispatcher works off a backlog to one destination, from the first request at the receiver until the last delivery
 * is settled; got sends as many to the same receiver, from the first request until the last answer; and so do the peers,
 * until the last job is done with.
 */
export const deliver: Bench = {
  name: 'deliver',
  about: `deliveries per second of one dispatcher, ${CONCURRENCY} at once to one destination, against got in a loop`,
  async run(setting) {
    const { database, start, progress } = setting;
    const count = Math.ceil(COUNT * setting.scale);
    const receiver = await start<ReceiverCalls>('receiver');
    const gotLoop = await start<GotLoopCalls>('got-loop');
    const posthorn = await start<PosthornCalls>('posthorn', {
      DISPATCH_CONCURRENCY: String(CONCURRENCY),
      DESTINATION_CONCURRENCY: String(CONCURRENCY),
    });
    const url = await receiver.call('url');
    const { organizationId } = await posthorn.call('prepare', url);
    let filled = 0;

    async function fill(): Promise<void> {
      await posthorn.call('fill', { organizationId, count });
      filled += count;
    }

    async function workOff(): Promise<number> {
      await receiver.call('expect', count);
      await posthorn.call('dispatch');
      const { firstMs } = await receiver.call('received');
      const settledMs = await posthorn.call('settled');
      const { delivered, logged } = await posthorn.call('halt');
      if (delivered !== filled || logged !== filled) {
        throw new Error(`of ${filled} deliveries ${delivered} were delivered and ${logged} logged`);
      }
      return (count / (settledMs - firstMs)) * 1000;
    }

    async function loop(): Promise<number> {
      await receiver.call('expect', count);
      const lastMs = await gotLoop.call('run', { url, count, concurrency: CONCURRENCY });
      const { firstMs } = await receiver.call('received');
      return (count / (lastMs - firstMs)) * 1000;
    }

    const dispatch = () => fill().then(workOff);
    const peers = database === 'postgresql' ? setting.peers : [];
    const measures = {
      posthorn: dispatch,
      got: loop,
      ...(await measurePeers(peers, setting, receiver, { url, count })),
    };
    const found = await compare<string>(ROUNDS, measures, progress);
    const { got: baseline = Number.NaN } = found;
    // On PGlite the database runs on the dispatcher's own thread, for which there is no goal.
    const goal = database === 'postgresql' ? { atLeast: 0.6 } : null;
    const common = { database, unit: 'deliveries/s', baseline };
    return [
      measurement({ name: 'deliver', ...common, value: found.posthorn ?? Number.NaN, goal }),
      ...peers.map((name) =>
        measurement({ name: nameFigure('deliver', name), ...common, value: found[name] ?? Number.NaN, goal: null }),
      ),
      ...(await measureParts(setting, posthorn, count, { fill, workOff })),
    ];
  },
};

async function measurePeers(
  names: readonly PeerName[],
  { start }: Setting,
  receiver: Child<ReceiverCalls>,
  { url, count }: { url: string; count: number },
): Promise<Record<string, () => Promise<number>>> {
  const measures: Record<string, () => Promise<number>> = {};
  for (const name of names) {
    const publisher = await start<PeerCalls>(name);
    const worker = await start<PeerCalls>(name);
    measures[name] = async () => {
      await publisher.call('fill', { urls: [url], count });
      await receiver.call('expect', count);
      await worker.call('work', CONCURRENCY);
      const { firstMs } = await receiver.call('received');
      const settledMs = await publisher.call('settled');
      await worker.call('halt');
      return (count / (settledMs - firstMs)) * 1000;
    };
  }
  return measures;
}
