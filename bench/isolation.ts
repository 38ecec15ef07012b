/** What a million scheduled retries and one hopeless destination do to the rest. */

import { type Bench, type Measurement, measurement, type Setting } from './bench.ts';
import type { GraphqlLoopCalls, Target } from './process/graphql-loop.ts';
import type { PosthornCalls, Prepared } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { type Latencies, latenciesOf, quantileOf, together } from './support/arrivals.ts';
import type { Child } from './support/child.ts';
import type { LeaseCost } from './support/lease-cost.ts';
import { scheduleRetries } from './support/retries.ts';

const RETRIES = 1_000_000;

/** Over which they are spread. */
const DESTINATIONS = 10_000;

/** Due at the destination that hangs. */
const DUE = 200_000;

const HEALTHY = 99;

/** Imports for the healthy ones. */
const PER_SECOND = 50;

/** With the warm-up less than the deadline of an attempt: no breaker has seen one fail yet, which is the worst of it. */
const SECONDS = 8;

const WARM_UP_SECONDS = 5;

const ROUNDS = 2;

/** Deliveries leased of each lane. */
const SLOTS = 2;

/** A database, prepared. */
interface Side {
  readonly environment: Readonly<Record<string, string>>;
  /** The healthy ones. */
  readonly targets: readonly Target[];
  /** What leases are measured with; nothing is sent to these. */
  readonly probes: Prepared;
  /** A destination to which nobody gets through, with a backlog, and one like it that is new; none where nothing is wrong. */
  readonly hanging: { readonly destinationId: string; readonly like: string } | undefined;
}

/**
 * Two databases in turn: one with the retries, the destination that hangs and its backlog, all of one organization; one
 * with the healthy ones alone. p99 of the healthy ones on a `start` of each, and what a lease of a hundred lanes costs; first never analysed,
 * with autovacuum off, then analysed.
 */
export const isolation: Bench = {
  name: 'isolation',
  about: `p99 in ms of ${HEALTHY} healthy receivers and the cost of a lease, beside 1 M retries and a backlog that hangs, against without`,
  databases: ['postgresql'],
  isBig: true,
  async run(setting) {
    const receiver = await setting.start<ReceiverCalls>('receiver');
    const sides = [await prepare('empty', setting, receiver), await prepare('loaded', setting, receiver)] as const;
    const measurements = await measureState('never analysed', setting, receiver, sides);
    await withControl(setting, sides[1], (control) => control.call('analyse'));
    return [...measurements, ...(await measureState('analysed', setting, receiver, sides))];
  },
};

async function measureState(
  state: string,
  setting: Setting,
  receiver: Child<ReceiverCalls>,
  [empty, loaded]: readonly [Side, Side],
): Promise<Measurement[]> {
  const progress = (text: string) => setting.progress(`${state}: ${text}`);
  const lease = { empty: await measureLease(setting, empty), loaded: await measureLease(setting, loaded) };
  progress(
    `${lease.loaded.leased} leased in ${lease.loaded.leaseMs.toFixed(1)} ms, against ${lease.empty.leaseMs.toFixed(1)}`,
  );
  const found = { empty: [] as Latencies[], loaded: [] as Latencies[] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    found.empty.push(await measureHealthy(setting, receiver, empty));
    found.loaded.push(await measureHealthy(setting, receiver, loaded));
    const p99 = (all: readonly Latencies[]) => quantileOf(together(all.slice(-1)), 0.99).value.toFixed(1);
    progress(`round ${round} of ${ROUNDS}: p99 ${p99(found.loaded)} ms, against ${p99(found.empty)}`);
  }
  const { database } = setting;
  const [value, baseline] = [together(found.loaded), together(found.empty)];
  const describe = (name: string) => ({ name: `isolation ${name}, ${state}`, database, unit: 'ms' });
  return [
    measurement({
      ...describe('p99'),
      ...quantileOf(value, 0.99),
      baseline: quantileOf(baseline, 0.99).value,
      goal: { atMost: 2 },
    }),
    measurement({
      ...describe('lease'),
      value: lease.loaded.leaseMs,
      baseline: lease.empty.leaseMs,
      goal: { atMost: 1.5 },
      note: `${lease.loaded.leased} deliveries of ${HEALTHY + 1} lanes`,
    }),
    measurement({
      ...describe('scan'),
      value: lease.loaded.scanMs,
      baseline: lease.empty.scanMs,
      goal: null,
      note: 'grows with the destinations that have something pending',
    }),
  ];
}

async function prepare(name: 'loaded' | 'empty', setting: Setting, receiver: Child<ReceiverCalls>): Promise<Side> {
  const { scale, progress } = setting;
  const environment = { DATABASE_URL: await setting.createDatabase() };
  const url = await receiver.call('url');
  return await withControl(setting, { environment }, async (control) => {
    await control.call('neverVacuum');
    const routes = Array.from({ length: HEALTHY + 1 }, (_, index) => [`${url}/${index}`]);
    const probes = await control.call('prepareRoutes', routes);
    const last = name === 'loaded' ? await receiver.call('hangingUrl') : url;
    const all = await control.call('prepareRoutes', [...routes.slice(0, HEALTHY), [last]]);
    const { organizationId, key } = all;
    const targets = all.identifiers.slice(0, HEALTHY).map((identifier) => ({ key, identifier }));
    if (name === 'empty') return { environment, targets, probes, hanging: undefined };

    const hanging = all.webhooks[HEALTHY];
    const [like] = all.webhooks;
    if (!hanging || !like) throw new Error('a route without a webhook');
    await control.call('fill', { organizationId, count: 1, identifiers: all.identifiers.slice(HEALTHY) });
    const [count, due] = [Math.ceil(RETRIES * scale), Math.ceil(DUE * scale)];
    const destinations = Math.min(DESTINATIONS, count);
    await scheduleRetries(control, { webhookId: hanging.id, count, destinations }, progress);
    for (let left = due; left > 0; left -= CHUNK) {
      await control.call('addDue', { webhookId: hanging.id, count: Math.min(left, CHUNK) });
    }
    progress(`${due} deliveries are due at a receiver that hangs`);
    await control.call('writeOut');
    return {
      environment,
      targets,
      probes,
      hanging: { destinationId: hanging.destinationId, like: like.destinationId },
    };
  });
}

/** Rows in one statement. */
const CHUNK = 25_000;

/** A process of its own each time, so that statements are planned for the tables as they are now. */
async function withControl<Result>(
  { start }: Setting,
  { environment }: Pick<Side, 'environment'>,
  work: (control: Child<PosthornCalls>) => Promise<Result>,
): Promise<Result> {
  const control = await start<PosthornCalls>('posthorn', environment);
  try {
    return await work(control);
  } finally {
    await control.stop();
  }
}

/** A hundred lanes with something due: the probes, of which the last gives its place to the one that hangs. */
async function measureLease(setting: Setting, side: Side): Promise<LeaseCost> {
  const { organizationId, identifiers, webhooks } = side.probes;
  return await withControl(setting, side, async (control) => {
    await control.call('fill', { organizationId, count: SLOTS * webhooks.length, identifiers });
    const lanes = webhooks.map(({ destinationId }) => destinationId);
    const destinationIds = side.hanging ? [...lanes.slice(0, -1), side.hanging.destinationId] : lanes;
    const cost = await control.call('leaseCost', { destinationIds, slots: SLOTS });
    await control.call(
      'forget',
      webhooks.map(({ id }) => id),
    );
    return cost;
  });
}

async function measureHealthy(setting: Setting, receiver: Child<ReceiverCalls>, side: Side): Promise<Latencies> {
  const { hanging } = side;
  if (hanging) await withControl(setting, side, (control) => control.call('renewDestination', hanging));
  const hangingBefore = await receiver.call('hanging');
  const importer = await setting.start<GraphqlLoopCalls>('graphql-loop');
  const server = await setting.serve('start', side.environment);
  try {
    const publish = (seconds: number) =>
      importer.call('publish', { url: server.url, targets: side.targets, perSecond: PER_SECOND, seconds });
    await publish(WARM_UP_SECONDS);
    await receiver.call('trace');
    const published = await publish(Math.max(2, SECONDS * setting.scale));
    const ids = published.map(({ id }) => id);
    const arrivals = await receiver.call('traced', { ids, each: 1, withinMs: WAIT_MS });
    const hung = (await receiver.call('hanging')) - hangingBefore;
    if (hanging && hung === 0) throw new Error('nothing was sent to the receiver that hangs');
    return latenciesOf(published, arrivals);
  } finally {
    await Promise.all([importer.stop(), server.stop()]);
  }
}

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 5_000;
