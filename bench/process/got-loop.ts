/** What sending costs without Posthorn: got in a loop, as anyone would write it. */

import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import got from 'got';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { createCollections } from '../support/collections.ts';
import { exampleRequest } from '../support/example.ts';
import { keepPace, type Pace, type Published } from '../support/pace.ts';
import { measureRate } from '../support/rate.ts';

const agent = { http: new Agent({ keepAlive: true }) };

async function send(url: string, id?: string): Promise<void> {
  await got.post(url, { ...exampleRequest(id), agent, retry: { limit: 0 } });
}

const calls = answerCalls({
  collections: createCollections(),
  /** Sends `count` requests, `concurrency` at once, and answers with the instant at which the last was answered. */
  async run({ url, ...amount }: { url: string; count: number; concurrency: number }): Promise<number> {
    await measureRate(amount, () => send(url));
    return machineMs();
  },
  /** Sends one request, and answers with the instant just before. */
  async sendOne(url: string): Promise<number> {
    const startMs = machineMs();
    await send(url);
    return startMs;
  },
  /** Sends to all URLs of a route at once, the routes in turn. What came of it, nobody will know. */
  async publish({ routes, ...pace }: { routes: readonly (readonly string[])[] } & Pace): Promise<Published[]> {
    const published: Published[] = [];
    await keepPace(pace, (index) => {
      const route = index % routes.length;
      const id = randomUUID();
      published.push({ id, route, atMs: machineMs() });
      for (const url of routes[route] ?? []) void send(url, id).catch(() => undefined);
      return Promise.resolve();
    });
    return published;
  },
});

/** What the loop can be asked. */
export type GotLoopCalls = typeof calls;
