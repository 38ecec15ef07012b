/** What an organization that publishes fifty times as much as all others does to them. */

import { type Bench, measurement } from './bench.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { type Latencies, latenciesOf, medianOf, quantileOf } from './support/arrivals.ts';
import { inPeace } from './support/peace.ts';

/** Organizations beside the loud one. */
const OTHERS = 10;

/** Imports that all of them together report. */
const PER_SECOND = 10;

/** The loud one reports so many times as much, */
const TIMES = 50;

/** so many imports in one mutation. */
const BULK = 50;

const SECONDS = 20;

const ROUNDS = 5;

/**
 * Until what runs often is compiled, which takes a core of its own, and until collecting young objects is cheap: of the
 * first 10,000 to 15,000 exchanges of got in a process most outlive it, and each takes 12 ms instead of 2.
 */
const WARM_UP_SECONDS = 30;

/**
 * p99 over all others, from just before an import is reported until its receiver has the request, while the loud one
 * publishes, against the same while it does not; in turn, on one `start`.
 */
export const neighbour: Bench = {
  name: 'neighbour',
  about: `p99 in ms of ${OTHERS} organizations while another publishes ${TIMES} × as much as they do together, against without it`,
  databases: ['postgresql'],
  async run({ database, scale, start, serve, progress }) {
    const receiver = await start<ReceiverCalls>('receiver');
    const loudReceiver = await start<ReceiverCalls>('receiver');
    const control = await start<PosthornCalls>('posthorn');
    const importer = await start<GraphqlLoopCalls>('graphql-loop');
    const loudImporter = await start<GraphqlLoopCalls>('graphql-loop');
    const [receiverUrl, loudUrl] = await Promise.all([receiver.call('url'), loudReceiver.call('url')]);
    const prepared = [];
    for (let index = 0; index <= OTHERS; index += 1) {
      prepared.push(await control.call('prepareRoutes', [[index === 0 ? loudUrl : `${receiverUrl}/${index}`]]));
    }
    const targets = prepared.map(({ key, identifiers: [identifier = ''] }) => ({ key, identifier }));
    const { url } = await serve('start');
    const others = { url, targets: targets.slice(1), perSecond: PER_SECOND };
    const loud = { url, targets: targets.slice(0, 1), bulk: BULK, perSecond: (PER_SECOND * TIMES) / BULK };

    async function measure(isLoud: boolean, seconds: number): Promise<Latencies> {
      await receiver.call('trace');
      const shouting = isLoud ? loudImporter.call('publish', { ...loud, seconds }) : Promise.resolve([]);
      const published = await importer.call('publish', { ...others, seconds });
      const ids = published.map(({ id }) => id);
      const arrivals = await receiver.call('traced', { ids, each: 1, withinMs: WAIT_MS });
      await shouting;
      await control.call('settled');
      return latenciesOf(published, arrivals);
    }

    const seconds = Math.max(2, SECONDS * scale);
    await measure(true, WARM_UP_SECONDS);
    const rounds = await inPeace(
      ROUNDS,
      async (round) => {
        const [quiet, noisy] = [await measure(false, seconds), await measure(true, seconds)];
        const [without, beside] = [quiet, noisy].map((all) => quantileOf(all, 0.99).value.toFixed(1));
        progress(`round ${round}: p99 ${without} ms without it, with it ${beside} ms`);
        return { quiet, noisy };
      },
      progress,
    );
    const quiet = rounds.map((round) => round.quiet);
    const noisy = rounds.map((round) => round.noisy);
    return [
      measurement({
        name: 'neighbour p99',
        database,
        unit: 'ms',
        ...medianOf(noisy, 0.99),
        baseline: medianOf(quiet, 0.99).value,
        goal: { atMost: 2 },
      }),
      measurement({
        name: 'neighbour p50',
        database,
        unit: 'ms',
        ...medianOf(noisy, 0.5),
        baseline: medianOf(quiet, 0.5).value,
        goal: null,
      }),
    ];
  },
};

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 10_000;
