/**
 * What one would build on Redis: a BullMQ queue and a worker that sends with got, each as it comes. The worker signs
 * nothing, retries nothing, keeps no record of attempts, knows no deadline, and has one line for all receivers.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import got from 'got';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { examplePayload } from '../support/example.ts';
import { keepPace, type Published } from '../support/pace.ts';
import { type PeerCalls, redisUrl } from '../support/peers.ts';
import { measureRate } from '../support/rate.ts';

interface Delivery {
  readonly url: string;
  readonly payload: object;
}

const NAME = 'deliveries';

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

answerCalls<PeerCalls>(
  {
    async fill({ urls, count }) {
      publishes = true;
      const jobs = Array.from({ length: count }, (_, index) => ({
        name: 'delivery',
        data: { url: urls[index % urls.length] ?? '', payload: examplePayload(randomUUID()) },
      }));
      for (let done = 0; done < count; done += 500) await queue.addBulk(jobs.slice(done, done + 500));
    },
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
  },
  async () => {
    if (publishes) await queue.obliterate({ force: true });
  },
);
