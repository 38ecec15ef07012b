/** Deliveries per second of several dispatchers that share a database. */

import { type Bench, type Measurement, measurement, type Setting } from './bench.ts';
import type { GotLoopCalls } from './process/got-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import type { Child } from './support/child.ts';
import { type ContenderName, nameFigure } from './support/contender.ts';
import type { PeerCalls, PeerName } from './support/peers.ts';
import { compare } from './support/statistics.ts';

const PROCESSES = [1, 2, 4];

/** Requests under way at once in each process. */
const CONCURRENCY = 64;

const ROUNDS = 2;

/** Deliveries in a round. */
const COUNT = 4_000;

/** So many that each process finds work although leases of one destination are made one at a time. */
const DESTINATIONS = 40;

/** A measure of one way, and how to end its processes. */
interface Way {
  readonly measure: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

interface Job {
  readonly receiver: Child<ReceiverCalls>;
  readonly urls: readonly string[];
  readonly processes: number;
  readonly count: number;
}

/** From the first request at the receiver until the last delivery is settled; the processes run before they get work. */
export const processes: Bench = {
  name: 'processes',
  about: `deliveries per second of ${PROCESSES.join(', ')} dispatcher processes, against as many loops of got`,
  databases: ['postgresql'],
  async run(setting) {
    const receiver = await setting.start<ReceiverCalls>('receiver');
    const url = await receiver.call('url');
    const urls = Array.from({ length: DESTINATIONS }, (_, index) => `${url}/${index}`);
    const measurements: Measurement[] = [];
    for (const number of PROCESSES) {
      const job = { receiver, urls, processes: number, count: Math.ceil(COUNT * setting.scale) };
      const ways = new Map<ContenderName, Way>([
        ['posthorn', await startDispatchers(setting, job)],
        ['got', await startLoops(setting, job)],
      ]);
      for (const name of setting.peers) ways.set(name, await startWorkers(name, setting, job));
      const measures = Object.fromEntries([...ways].map(([name, { measure }]) => [name, measure]));
      const progress = (text: string) => setting.progress(`${number} processes, ${text}`);
      const { got: baseline = Number.NaN, ...found } = await compare<string>(ROUNDS, measures, progress);
      for (const { stop } of ways.values()) await stop();
      for (const name of ['posthorn', ...setting.peers] as const) {
        measurements.push(
          measurement({
            name: nameFigure(`processes ${number}`, name),
            database: setting.database,
            unit: 'deliveries/s',
            value: found[name] ?? Number.NaN,
            baseline,
            goal: null,
          }),
        );
      }
    }
    return measurements;
  },
};

async function startDispatchers({ start, serve, createDatabase }: Setting, job: Job): Promise<Way> {
  const { receiver, urls, count } = job;
  const environment = { DATABASE_URL: await createDatabase(), DISPATCH_CONCURRENCY: String(CONCURRENCY) };
  const control = await start<PosthornCalls>('posthorn', environment);
  const { organizationId, identifiers } = await control.call(
    'prepareRoutes',
    urls.map((url) => [url]),
  );
  const dispatchers = await Promise.all(Array.from({ length: job.processes }, () => serve('dispatcher', environment)));
  let filled = 0;
  return {
    async measure() {
      await control.call('hold', organizationId);
      await control.call('fill', { organizationId, count, identifiers });
      filled += count;
      await receiver.call('expect', count);
      await control.call('release', organizationId);
      const { firstMs } = await receiver.call('received');
      const settledMs = await control.call('settled');
      const { delivered, logged } = await control.call('delivered');
      if (delivered !== filled || logged !== filled) {
        throw new Error(`of ${filled} deliveries ${delivered} were delivered and ${logged} logged`);
      }
      return (count / (settledMs - firstMs)) * 1000;
    },
    stop: async () => void (await Promise.all([control, ...dispatchers].map((each) => each.stop()))),
  };
}

async function startLoops({ start }: Setting, { receiver, urls, processes: number, count }: Job): Promise<Way> {
  const loops = await Promise.all(Array.from({ length: number }, () => start<GotLoopCalls>('got-loop')));
  const share = Math.ceil(count / number);
  return {
    async measure() {
      await receiver.call('expect', share * number);
      const job = { url: urls[0] ?? '', count: share, concurrency: CONCURRENCY };
      const ends = await Promise.all(loops.map((loop) => loop.call('run', job)));
      const { firstMs } = await receiver.call('received');
      return ((share * number) / (Math.max(...ends) - firstMs)) * 1000;
    },
    stop: async () => void (await Promise.all(loops.map((each) => each.stop()))),
  };
}

async function startWorkers(name: PeerName, { start, createDatabase }: Setting, job: Job): Promise<Way> {
  const { receiver, urls, count } = job;
  const environment = { DATABASE_URL: await createDatabase() };
  const publisher = await start<PeerCalls>(name, environment);
  const workers = await Promise.all(Array.from({ length: job.processes }, () => start<PeerCalls>(name, environment)));
  return {
    async measure() {
      await publisher.call('fill', { urls, count });
      await receiver.call('expect', count);
      await Promise.all(workers.map((worker) => worker.call('work', CONCURRENCY)));
      const { firstMs } = await receiver.call('received');
      const settledMs = await publisher.call('settled');
      await Promise.all(workers.map((worker) => worker.call('halt')));
      return (count / (settledMs - firstMs)) * 1000;
    },
    async stop() {
      await Promise.all(workers.map((each) => each.stop()));
      await publisher.stop();
    },
  };
}
