/**
 * What one would build on Redis: a BullMQ queue and a worker that sends with got, each as it comes. The worker signs
 * nothing, retries nothing, keeps no record of attempts, knows no deadline, and has one line for all receivers.
 */

import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import got from 'got';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { examplePayload } from '../support/example.ts';
import { keepPace, type Published } from '../support/pace.ts';
import { type PeerCalls, redisUrl } from '../support/peers.ts';
import { measureRate } from '../support/rate.ts';

/** Jobs that are put into the queue in one go. */
const BULK = 500;

interface Delivery {
  readonly url: string;
  readonly payload: object;
}

const NAME = 'deliveries';
const TEN_MINUTES_MS = 600_000;
const DAY_MS = 86_400_000;

const options = {
  connection: { url: redisUrl(process.env), maxRetriesPerRequest: null },
  prefix: process.env.QUEUE_PREFIX ?? 'posthorn-bench',
};
const queue = new Queue<Delivery>(NAME, options);
let worker: Worker<Delivery> | undefined;
/** The one that publishes also cleans up. */
let publishes = false;

async function add(urls: readonly string[], payload: object): Promise<void> {
  const [url] = urls;
  if (url && urls.length === 1) await queue.add('delivery', { url, payload });
  else await queue.addBulk(urls.map((each) => ({ name: 'delivery', data: { url: each, payload } })));
}

/** Puts `count` jobs into the queue, for the URLs in turn, due in so many milliseconds, else at once. */
async function addMany(count: number, urls: readonly string[], delayOf?: () => number): Promise<void> {
  publishes = true;
  for (let from = 0; from < count; from += BULK) {
    const jobs = Array.from({ length: Math.min(BULK, count - from) }, (_, index) => ({
      name: 'delivery',
      data: { url: urls[(from + index) % urls.length] ?? '', payload: examplePayload(randomUUID()) },
      ...(delayOf && { opts: { delay: delayOf() } }),
    }));
    await queue.addBulk(jobs);
  }
}

answerCalls<PeerCalls>(
  {
    fill: ({ urls, count }) => addMany(count, urls),
    schedule: ({ url, count }) => addMany(count, [url], () => randomInt(TEN_MINUTES_MS, DAY_MS)),
    async add({ url, ...job }) {
      publishes = true;
      return await measureRate(job, () => add([url], examplePayload(randomUUID())));
    },
    async publish({ routes, ...pace }) {
      publishes = true;
      const published: Published[] = [];
      await keepPace(pace, async (index) => {
        const route = index % routes.length;
        const id = randomUUID();
        published.push({ id, route, atMs: machineMs() });
        await add(routes[route] ?? [], examplePayload(id));
      });
      return published;
    },
    async work(concurrency) {
      const send = async ({ data: { url, payload } }: { data: Delivery }) =>
        void (await got.post(url, { json: payload }));
      worker = new Worker<Delivery>(NAME, send, { ...options, concurrency });
      worker.on('error', (error) => process.stderr.write(`${error.message}\n`));
      await worker.waitUntilReady();
    },
    async settled() {
      while ((await queue.getJobCountByTypes('wait', 'active', 'delayed')) > 0) await delay(2);
      return machineMs();
    },
    async halt() {
      await worker?.close();
    },
    async memory() {
      const info = await (await queue.backend.client).info();
      return { worker: process.memoryUsage.rss(), redis: Number(/^used_memory:(\d+)/m.exec(info)?.[1]) };
    },
    cleanUp,
  },
  async () => {
    if (publishes) await cleanUp();
  },
);

async function cleanUp(): Promise<void> {
  await queue.obliterate({ force: true });
}
