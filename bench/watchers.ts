/** What thousands of subscribers to the delivery log cost one API, and how soon they hear, against an in-memory PubSub. */

import { type Bench, measurement, type Setting } from './bench.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { PubSubCalls } from './process/pubsub.ts';
import type { WatcherCalls } from './process/watcher.ts';
import { type Latencies, latenciesOf, quantileOf, together } from './support/arrivals.ts';
import type { Child } from './support/child.ts';
import type { Cost } from './support/cost.ts';
import type { Pace, Published } from './support/pace.ts';

const SUBSCRIBERS = 2_000;

/** Entries, each of which goes to all of them. */
const PER_SECOND = 2;

const SECONDS = 8;

const ROUNDS = 3;

const WARM_UP_SECONDS = 3;

/** The webhook that matches; nothing is sent, because no dispatcher runs. */
const RECEIVER_URL = 'http://127.0.0.1:9/';

/**
 * From just before an import is reported, by another process, until each subscriber of one API has its entry, and the CPU
 * time of that API; against the same with Yoga's PubSub, from just before it publishes. In turn, with all subscribers of
 * both connected. Beside that, the statements that the API asks for, against the same with one subscriber.
 */
export const watchers: Bench = {
  name: 'watchers',
  about: `${SUBSCRIBERS} subscribers over WebSocket and SSE on one API, against Yoga with an in-memory PubSub`,
  databases: ['postgresql'],
  async run(setting) {
    const { database, scale, progress } = setting;
    const count = Math.max(2, Math.ceil(SUBSCRIBERS * scale));
    const seconds = Math.max(2, SECONDS * scale);
    const watcher = await setting.start<WatcherCalls>('watcher');
    const [posthorn, pubSub] = [await startPosthorn(setting), await startPubSub(setting)];

    await subscribe(watcher, posthorn, { count: 1, all: 1 });
    const alone = await measure(watcher, posthorn, 1, seconds);
    await subscribe(watcher, posthorn, { count: count - 1, all: count });
    await subscribe(watcher, pubSub, { count, all: count });
    progress(`${count} subscribers of each`);

    const rounds: { readonly posthorn: Measured; readonly pubSub: Measured }[] = [];
    for (const side of [posthorn, pubSub]) await measure(watcher, side, count, WARM_UP_SECONDS);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const found = {
        posthorn: await measure(watcher, posthorn, count, seconds),
        pubSub: await measure(watcher, pubSub, count, seconds),
      };
      rounds.push(found);
      const said = [found.posthorn, found.pubSub].map(({ latencies }) => quantileOf(latencies, 0.99).value.toFixed(0));
      progress(`round ${round} of ${ROUNDS}: p99 ${said.join(' ms, PubSub ')} ms`);
    }

    const [ours, theirs] = [sum(rounds.map((each) => each.posthorn)), sum(rounds.map((each) => each.pubSub))];
    const common = { database, goal: null };
    const latency = (part: number) => ({
      unit: 'ms',
      ...quantileOf(ours.latencies, part),
      baseline: quantileOf(theirs.latencies, part).value,
    });
    return [
      measurement({ name: 'watchers p50', ...common, ...latency(0.5) }),
      measurement({ name: 'watchers p99', ...common, ...latency(0.99) }),
      measurement({
        name: 'watchers CPU',
        ...common,
        unit: 'µs each',
        value: (ours.cpuMs * 1_000) / ours.latencies.all.length,
        baseline: (theirs.cpuMs * 1_000) / theirs.latencies.all.length,
      }),
      measurement({
        name: 'watchers statements',
        ...common,
        unit: 'an entry',
        value: ours.statements / ours.entries,
        baseline: alone.statements / alone.entries,
        note: 'the baseline is one subscriber',
      }),
    ];
  },
};

/** One of the two that are compared. */
interface Side {
  readonly server: { readonly url: string; readonly key: string };
  publish(pace: Pace): Promise<Published[]>;
  /** Of the process that serves the subscribers. */
  cost(): Promise<Cost>;
}

async function startPosthorn({ start }: Setting): Promise<Side> {
  const importer = await start<PosthornCalls>('posthorn');
  const api = await start<PosthornCalls>('posthorn');
  const { organizationId, key } = await importer.call('prepare', RECEIVER_URL);
  await api.call('countStatements');
  return {
    server: { url: await api.call('serve', { dispatcher: false }), key },
    publish: (pace) => importer.call('report', { organizationId, ...pace }),
    cost: () => api.call('cost'),
  };
}

async function startPubSub({ start }: Setting): Promise<Side> {
  const server = await start<PubSubCalls>('pubsub');
  return {
    server: { url: await server.call('url'), key: 'none' },
    publish: (pace) => server.call('publish', pace),
    cost: () => server.call('cost'),
  };
}

/** Adds `count` subscribers, and waits until `all` there are then hear what is published. */
async function subscribe(
  watcher: Child<WatcherCalls>,
  { server, publish }: Side,
  { count, all }: { readonly count: number; readonly all: number },
): Promise<void> {
  await watcher.call('watch', { server, count });
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await watcher.call('trace');
    const [{ id } = { id: '' }] = await publish({ perSecond: 1, seconds: 1 });
    const { atMs } = await watcher.call('traced', { ids: [id], each: all, withinMs: 2_000 });
    if (atMs[0]?.length === all) return;
  }
  throw new Error(`not all of ${all} subscribers heard anything`);
}

/** How often it is tried whether all subscribers are there. */
const MOST_TRIES = 20;

interface Measured extends Cost {
  readonly latencies: Latencies;
  readonly entries: number;
}

async function measure(watcher: Child<WatcherCalls>, side: Side, each: number, seconds: number): Promise<Measured> {
  await watcher.call('trace');
  const before = await side.cost();
  const published = await side.publish({ perSecond: PER_SECOND, seconds });
  const ids = published.map(({ id }) => id);
  const arrivals = await watcher.call('traced', { ids, each, withinMs: WAIT_MS });
  const after = await side.cost();
  return {
    latencies: latenciesOf(published, arrivals, each),
    entries: published.length,
    cpuMs: after.cpuMs - before.cpuMs,
    statements: after.statements - before.statements,
  };
}

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 10_000;

function sum(rounds: readonly Measured[]): Measured {
  const add = (of: (round: Measured) => number) => rounds.reduce((total, round) => total + of(round), 0);
  return {
    latencies: together(rounds.map(({ latencies }) => latencies)),
    entries: add(({ entries }) => entries),
    cpuMs: add(({ cpuMs }) => cpuMs),
    statements: add(({ statements }) => statements),
  };
}
