/** Imports accepted per second over HTTP, against a mutation that does nothing. */

import { type Bench, measurement } from './bench.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import { compare } from './support/statistics.ts';

/** Mutations under way at once. */
const CONCURRENCY = 32;

const ROUNDS = 5;

/** Mutations in a round: about two seconds' worth. */
const COUNT = 3_000;

/** The webhook that matches; nothing is sent, because no dispatcher runs. */
const RECEIVER_URL = 'http://127.0.0.1:9/';

/** `importCompleted` with one webhook that matches, committed, against `mutation { __typename }`: same server, client and key. */
export const accept: Bench = {
  name: 'accept',
  about: `imports accepted per second, ${CONCURRENCY} at once, against a mutation that does nothing`,
  async run({ database, scale, start, progress }) {
    const posthorn = await start<PosthornCalls>('posthorn');
    const importer = await start<GraphqlLoopCalls>('graphql-loop');
    const { key } = await posthorn.call('prepare', RECEIVER_URL);
    const url = await posthorn.call('serve', { dispatcher: false });
    const count = Math.ceil(COUNT * scale);
    const run = (operation: 'report' | 'nothing') =>
      importer.call('run', { url, key, operation, count, concurrency: CONCURRENCY });

    const compared = await compare(ROUNDS, { value: () => run('report'), baseline: () => run('nothing') }, progress);
    return [measurement({ name: 'accept', database, unit: 'imports/s', goal: { atLeast: 0.35 }, ...compared })];
  },
};
