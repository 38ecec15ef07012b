/** What hundreds of receivers that do their worst do to those that are well. */

import { type Bench, measurement } from './bench.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { type Latencies, latenciesOf, medianOf, quantileOf } from './support/arrivals.ts';
import { prepareCrowds } from './support/crowd.ts';
import { inPeace } from './support/peace.ts';

/** Webhooks whose receivers are hostile, and what is reported for them: an import every ten seconds for each. */
const CROWD = { webhooks: 500, perSecond: 50 };

/** Webhooks whose receivers are well. */
const HEALTHY = 20;

/** Imports for those, together. */
const PER_SECOND = 20;

/** Until what runs often is compiled, and collecting young objects is cheap: after 15,000 exchanges. */
const WARM_UP = { webhooks: 100, perSecond: 400, seconds: 40 };

const SECONDS = 15;

const ROUNDS = 3;

/**
 * p99 over the healthy, from just before an import is reported until its receiver has the request, while 500 webhooks
 * with hostile receivers get imports, against the same without those, and against the same with 500 that are well; in
 * turn, on one `start`.
 */
export const hostile: Bench = {
  name: 'hostile',
  about: `p99 in ms of ${HEALTHY} healthy receivers beside ${CROWD.webhooks} hostile ones, against the same without those`,
  databases: ['postgresql'],
  async run(setting) {
    const { database, scale, start, serve, progress } = setting;
    const receiver = await start<ReceiverCalls>('receiver');
    const control = await start<PosthornCalls>('posthorn');
    const importer = await start<GraphqlLoopCalls>('graphql-loop');
    const receiverUrl = await receiver.call('url');
    const routes = Array.from({ length: HEALTHY }, (_, index) => [`${receiverUrl}/${index}`]);
    const { key, identifiers } = await control.call('prepareRoutes', routes);
    const targets = identifiers.map((identifier) => ({ key, identifier }));
    const { url } = await serve('start');
    const beside = await prepareCrowds(setting, { url, control }, CROWD);
    const warm = await prepareCrowds(setting, { url, control }, WARM_UP);
    const seconds = Math.max(2, SECONDS * scale);

    async function measure(): Promise<Latencies> {
      await receiver.call('trace');
      const published = await importer.call('publish', { url, targets, perSecond: PER_SECOND, seconds });
      const ids = published.map(({ id }) => id);
      return latenciesOf(published, await receiver.call('traced', { ids, each: 1, withinMs: WAIT_MS }));
    }

    async function measureAll() {
      const alone = await measure();
      const well = await beside('well', seconds, measure);
      return { alone, well, hostile: await beside('hostile', seconds, measure) };
    }

    await warm('well', WARM_UP.seconds * scale, () => Promise.resolve());
    await measureAll(); // does not count
    const rounds = await inPeace(
      ROUNDS,
      async (round) => {
        const found = await measureAll();
        const [alone, well, hostile] = [found.alone, found.well, found.hostile].map((latencies) =>
          quantileOf(latencies, 0.99).value.toFixed(1),
        );
        progress(
          `round ${round}: p99 ${alone} ms alone, beside 500 others ${well} ms, beside hostile ones ${hostile} ms`,
        );
        return found;
      },
      progress,
    );
    const alone = rounds.map((round) => round.alone);
    const well = rounds.map((round) => round.well);
    const amongHostile = rounds.map((round) => round.hostile);
    const common = { database, unit: 'ms' };
    const [p99, p50] = [medianOf(amongHostile, 0.99), medianOf(amongHostile, 0.5)];
    return [
      measurement({
        name: 'hostile p99',
        ...common,
        ...p99,
        baseline: medianOf(alone, 0.99).value,
        goal: { atMost: 2 },
      }),
      measurement({ name: 'hostile p50', ...common, ...p50, baseline: medianOf(alone, 0.5).value, goal: null }),
      measurement({
        name: 'hostile p99, well crowd',
        ...common,
        ...medianOf(well, 0.99),
        baseline: medianOf(alone, 0.99).value,
        goal: null,
        note: 'as many imports for receivers that are well',
      }),
    ];
  },
};

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 10_000;
