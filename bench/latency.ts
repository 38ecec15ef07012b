/** How long an idle server takes from a report to the receiver, against got sending straight to it. */

import { type Bench, measurement, type Setting } from './bench.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import type { Child } from './support/child.ts';
import { type ContenderName, nameFigure } from './support/contender.ts';
import type { PeerCalls, PeerName } from './support/peers.ts';
import { quantile } from './support/statistics.ts';

const IMPORTS = 200;

/** Imports beforehand that do not count. */
const WARM_UP = 50;

/** Jobs that a peer's worker could do at once, of which there is never more than one. */
const CONCURRENCY = 64;

/** Publishes or sends one, and answers with the milliseconds from just before until the receiver has it. */
type Way = () => Promise<number>;

/**
 * From just before `importCompleted` is sent, or a job is put into a peer's queue, until the receiver has the request,
 * one after another; in between got POSTs to the same receiver, from just before until the receiver has it.
 */
export const latency: Bench = {
  name: 'latency',
  about: `milliseconds from reporting an import to the receiver, ${IMPORTS} one after another, against a POST by got`,
  async run(setting) {
    const { database, scale, start, progress } = setting;
    const receiver = await start<ReceiverCalls>('receiver');
    const ways = new Map<ContenderName, Way>([
      ['posthorn', await startPosthorn(setting, receiver)],
      ['got', await startGot(setting, receiver)],
    ]);
    const peers = database === 'postgresql' ? setting.peers : [];
    for (const name of peers) ways.set(name, await startPeer(name, setting, receiver));

    const found = new Map<ContenderName, number[]>([...ways.keys()].map((name) => [name, []]));
    const imports = Math.ceil(IMPORTS * scale);
    for (let index = 0; index < WARM_UP + imports; index += 1) {
      for (const [name, measure] of ways) {
        const ms = await measure();
        if (index >= WARM_UP) found.get(name)?.push(ms);
      }
    }
    progress(`${imports} imports`);
    const common = { database, unit: 'ms', baseline: quantile(found.get('got') ?? [], 0.5), goal: null };
    return (['posthorn', ...peers] as const).flatMap((name) => {
      const all = found.get(name) ?? [];
      return [
        measurement({ name: nameFigure('latency p50', name), value: quantile(all, 0.5), ...common }),
        measurement({ name: nameFigure('latency p99', name), value: quantile(all, 0.99), ...common }),
      ];
    });
  },
};

async function startPosthorn({ start }: Setting, receiver: Child<ReceiverCalls>): Promise<Way> {
  const importer = await start<GraphqlLoopCalls>('graphql-loop');
  const posthorn = await start<PosthornCalls>('posthorn');
  const { key } = await posthorn.call('prepare', await receiver.call('url'));
  const url = await posthorn.call('serve', { dispatcher: true });
  return async () => {
    await receiver.call('expect', 1);
    const { startMs } = await importer.call('reportOne', { url, key });
    const { firstMs } = await receiver.call('received');
    await posthorn.call('settled');
    return firstMs - startMs;
  };
}

async function startGot({ start }: Setting, receiver: Child<ReceiverCalls>): Promise<Way> {
  const gotLoop = await start<GotLoopCalls>('got-loop');
  const url = await receiver.call('url');
  return async () => {
    await receiver.call('expect', 1);
    const startMs = await gotLoop.call('sendOne', url);
    const { firstMs } = await receiver.call('received');
    return firstMs - startMs;
  };
}

async function startPeer(name: PeerName, { start }: Setting, receiver: Child<ReceiverCalls>): Promise<Way> {
  const publisher = await start<PeerCalls>(name);
  const worker = await start<PeerCalls>(name);
  const routes = [[await receiver.call('url')]];
  await worker.call('work', CONCURRENCY);
  return async () => {
    await receiver.call('expect', 1);
    const [published] = await publisher.call('publish', { routes, perSecond: 1, seconds: 1 });
    const { firstMs } = await receiver.call('received');
    await publisher.call('settled');
    return firstMs - (published?.atMs ?? Number.NaN);
  };
}
