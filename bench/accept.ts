/** Imports accepted per second over HTTP, against a mutation that does nothing. */

import { type Bench, measurement, type Setting } from './bench.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import { nameFigure } from './support/contender.ts';
import type { PeerCalls, PeerName } from './support/peers.ts';
import { compare } from './support/statistics.ts';

/** Mutations under way at once. */
const CONCURRENCY = 32;

const ROUNDS = 5;

/** Mutations in a round: about two seconds' worth. */
const COUNT = 3_000;

/** The webhook that matches; nothing is sent, because no dispatcher runs. */
const RECEIVER_URL = 'http://127.0.0.1:9/';

/**
 * `importCompleted` with one webhook that matches, committed, against `mutation { __typename }`: same server, client and
 * key. Peers put as many jobs into their queue, as many at once, from the process that has the client; nobody works.
 */
export const accept: Bench = {
  name: 'accept',
  about: `imports accepted per second, ${CONCURRENCY} at once, against a mutation that does nothing`,
  async run(setting) {
    const { database, start, progress } = setting;
    const posthorn = await start<PosthornCalls>('posthorn');
    const importer = await start<GraphqlLoopCalls>('graphql-loop');
    const { key } = await posthorn.call('prepare', RECEIVER_URL);
    const url = await posthorn.call('serve', { dispatcher: false });
    const job = { count: Math.ceil(COUNT * setting.scale), concurrency: CONCURRENCY };
    const run = (operation: 'report' | 'nothing') => importer.call('run', { url, key, operation, ...job });

    const peers = database === 'postgresql' ? setting.peers : [];
    const measures = {
      posthorn: () => run('report'),
      nothing: () => run('nothing'),
      ...(await measurePeers(peers, setting, job)),
    };
    const found = await compare<string>(ROUNDS, measures, progress);
    const common = { database, baseline: found.nothing ?? Number.NaN };
    return [
      measurement({
        name: 'accept',
        ...common,
        value: found.posthorn ?? Number.NaN,
        unit: 'imports/s',
        goal: { atLeast: 0.35 },
      }),
      ...peers.map((name) =>
        measurement({
          name: nameFigure('accept', name),
          ...common,
          value: found[name] ?? Number.NaN,
          unit: 'jobs/s',
          goal: null,
        }),
      ),
    ];
  },
};

async function measurePeers(
  names: readonly PeerName[],
  { start }: Setting,
  job: { count: number; concurrency: number },
): Promise<Record<string, () => Promise<number>>> {
  const measures: Record<string, () => Promise<number>> = {};
  for (const name of names) {
    const publisher = await start<PeerCalls>(name);
    measures[name] = () => publisher.call('add', { url: RECEIVER_URL, ...job });
  }
  return measures;
}
