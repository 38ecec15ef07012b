/** What sending costs without Posthorn: got in a loop, as anyone would write it. */

import { Agent } from 'node:http';
import got from 'got';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { EXAMPLE_REQUEST } from '../support/example.ts';

const agent = { http: new Agent({ keepAlive: true }) };

async function send(url: string): Promise<void> {
  await got.post(url, { ...EXAMPLE_REQUEST, agent, retry: { limit: 0 } });
}

const calls = answerCalls({
  /** Sends `count` requests, `concurrency` at once, and answers with the instant at which the last was answered. */
  async run({ url, count, concurrency }: { url: string; count: number; concurrency: number }): Promise<number> {
    let left = count;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await send(url);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    return machineMs();
  },
  /** Sends one request, and answers with the instant just before. */
  async sendOne(url: string): Promise<number> {
    const startMs = machineMs();
    await send(url);
    return startMs;
  },
});

/** What the loop can be asked. */
export type GotLoopCalls = typeof calls;
