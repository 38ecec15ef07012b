/** What an organization that publishes fifty times as much as all others does to them. */

import { type Bench, type Measurement, measurement } from './bench.ts';
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

/** so many imports in one mutation, and then one in each. */
const BULKS = [50, 1];

const SECONDS = 20;

const ROUNDS = 5;

/**
 * Until what runs often is compiled, which takes a core of its own, and, with it, collecting young objects cheap: of the first
 * 10,000 exchanges of a process, most outlive it (docs/decisions/0012-young-objects.md).
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
    const loud = { url, targets: targets.slice(0, 1) };

    async function measure(bulk: number | null, seconds: number): Promise<Latencies> {
      await receiver.call('trace');
      const shouting =
        bulk === null
          ? Promise.resolve([])
          : loudImporter.call('publish', { ...loud, bulk, perSecond: (PER_SECOND * TIMES) / bulk, seconds });
      const published = await importer.call('publish', { ...others, seconds });
      const ids = published.map(({ id }) => id);
      const arrivals = await receiver.call('traced', { ids, each: 1, withinMs: WAIT_MS });
      await shouting;
      await control.call('settled');
      return latenciesOf(published, arrivals);
    }

    async function compare(bulk: number): Promise<Measurement[]> {
      const name = bulk === 1 ? 'neighbour, one by one' : 'neighbour';
      const seconds = Math.max(2, SECONDS * scale);
      await measure(bulk, WARM_UP_SECONDS);
      const rounds = await inPeace(
        ROUNDS,
        async (round) => {
          const [quiet, noisy] = [await measure(null, seconds), await measure(bulk, seconds)];
          const [without, beside] = [quiet, noisy].map((all) => quantileOf(all, 0.99).value.toFixed(1));
          progress(`${name}, round ${round}: p99 ${without} ms without it, with it ${beside} ms`);
          return { quiet, noisy };
        },
        progress,
      );
      return [
        { part: 0.99, goal: { atMost: 2 } },
        { part: 0.5, goal: null },
      ].map(({ part, goal }) =>
        measurement({
          name: `${name} p${part * 100}`,
          database,
          unit: 'ms',
          ...medianOf(
            rounds.map(({ noisy }) => noisy),
            part,
          ),
          baseline: medianOf(
            rounds.map(({ quiet }) => quiet),
            part,
          ).value,
          goal,
        }),
      );
    }

    const measurements: Measurement[] = [];
    for (const bulk of BULKS) measurements.push(...(await compare(bulk)));
    return measurements;
  },
};

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 10_000;
