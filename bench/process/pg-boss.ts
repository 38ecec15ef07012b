/**
 * What one would build on PostgreSQL: a pg-boss queue and a worker that sends with got. As it comes, a worker takes one
 * job every two seconds; this one has what its documentation offers to be faster: batches, the next as soon as one was
 * full, and LISTEN. It signs nothing, keeps no record of attempts, knows no deadline of its own for a request, and has
 * one line for all receivers.
 */

import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import got from 'got';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { examplePayload } from '../support/example.ts';
import { keepPace, type Published } from '../support/pace.ts';
import type { PeerCalls } from '../support/peers.ts';
import { measureRate } from '../support/rate.ts';

/** Jobs that are put into the queue in one go. */
const BULK = 500;

interface Delivery {
  readonly url: string;
  readonly payload: object;
}

const NAME = 'deliveries';
const TEN_MINUTES_SECONDS = 600;
const DAY_SECONDS = 86_400;

/** Workers in the process, among which what it does at once is divided. */
const WORKERS = 4;

const connectionString = process.env.DATABASE_URL ?? '';
const boss = new PgBoss({ connectionString, useListenNotify: true });
boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
await boss.start();
await boss.createQueue(NAME, { notify: true });
const looking = new pg.Client({ connectionString });
looking.on('error', () => undefined); // the database is dropped when the bench has run
await looking.connect();

async function send({ data: { url, payload } }: { data: Delivery }): Promise<void> {
  await got.post(url, { json: payload });
}

/** Puts `count` jobs into the queue, for the URLs in turn, due in so many seconds, else at once. */
async function insertMany(count: number, urls: readonly string[], secondsOf?: () => number): Promise<void> {
  for (let from = 0; from < count; from += BULK) {
    const jobs = Array.from({ length: Math.min(BULK, count - from) }, (_, index) => ({
      data: { url: urls[(from + index) % urls.length] ?? '', payload: examplePayload(randomUUID()) },
      ...(secondsOf && { startAfter: secondsOf() }),
    }));
    await boss.insert(NAME, jobs);
  }
}

answerCalls<PeerCalls>({
  fill: ({ urls, count }) => insertMany(count, urls),
  schedule: ({ url, count }) => insertMany(count, [url], () => randomInt(TEN_MINUTES_SECONDS, DAY_SECONDS)),
  add: ({ url, ...job }) => measureRate(job, () => boss.send(NAME, { url, payload: examplePayload(randomUUID()) })),
  async publish({ routes, ...pace }) {
    const published: Published[] = [];
    await keepPace(pace, async (index) => {
      const route = index % routes.length;
      const id = randomUUID();
      published.push({ id, route, atMs: machineMs() });
      const jobs = (routes[route] ?? []).map((url) => ({ data: { url, payload: examplePayload(id) } }));
      if (jobs[0] && jobs.length === 1) await boss.send(NAME, jobs[0].data);
      else await boss.insert(NAME, jobs);
    });
    return published;
  },
  async work(concurrency) {
    const options = { batchSize: concurrency / WORKERS, localConcurrency: WORKERS, burstWhenBatchFull: true };
    await boss.work<Delivery>(NAME, options, async (jobs) => void (await Promise.all(jobs.map(send))));
  },
  async settled() {
    while ((await looking.query(`select from pgboss.job where state < 'completed' limit 1`)).rowCount) await delay(2);
    return machineMs();
  },
  async halt() {
    await boss.offWork(NAME);
  },
  memory: () => Promise.resolve({ worker: process.memoryUsage.rss() }),
  cleanUp: () => Promise.resolve(), // the database is dropped
});
