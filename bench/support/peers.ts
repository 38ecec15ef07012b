/** What a user would build instead: which of it is here, and what all of it can be asked. */

import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { Pace, Published } from './pace.ts';

/** Programs in `bench/process/`, each a queue with a worker that sends with got. */
export const PEER_NAMES = ['bullmq', 'pg-boss'] as const;

/** One of {@link PEER_NAMES}. */
export type PeerName = (typeof PEER_NAMES)[number];

/** What a peer's process can be asked. One publishes, others work. */
export interface PeerCalls {
  /** Puts `count` jobs into the queue, for the URLs in turn. */
  fill(job: { readonly urls: readonly string[]; readonly count: number }): Promise<void>;
  /** Puts `count` jobs into the queue, each by itself, `concurrency` at once, and answers with the jobs per second. */
  add(job: { readonly url: string; readonly count: number; readonly concurrency: number }): Promise<number>;
  /** Puts a job per URL of a route into the queue, the routes in turn, at the pace. */
  publish(job: { readonly routes: readonly (readonly string[])[] } & Pace): Promise<Published[]>;
  /** Puts `count` jobs into the queue that are due at a time between ten minutes and a day from now. */
  schedule(job: { readonly url: string; readonly count: number }): Promise<void>;
  /** Starts to work, so many jobs at once. */
  work(concurrency: number): Promise<void>;
  /** Waits until no job is left in the queue, and answers with the instant at which it was so. */
  settled(): Promise<number>;
  /** Works no more, once what is under way has ended. */
  halt(): Promise<void>;
  /** Memory that is occupied, in bytes: by this process, and by all of Redis where that is what keeps the jobs. */
  memory(): Promise<Readonly<Record<'worker' | 'redis', number>> | Readonly<Record<'worker', number>>>;
  /** Removes the jobs when there are many, which takes longer than a process may take to end. Nobody may work. */
  cleanUp(): Promise<void>;
}

/** Where BullMQ's Redis is. */
export function redisUrl(env: NodeJS.ProcessEnv): string {
  return env.REDIS_URL ?? 'redis://127.0.0.1:6379';
}

/** The peers that are installed and can run; of the others, says why not and how to get them. */
export async function findPeers(env: NodeJS.ProcessEnv, say: (text: string) => void): Promise<PeerName[]> {
  const installed = PEER_NAMES.filter((name) =>
    existsSync(new URL(`../node_modules/${name}/package.json`, import.meta.url)),
  );
  if (installed.length < PEER_NAMES.length) {
    say('BullMQ and pg-boss are not compared with; `npm ci --prefix bench` installs them.');
  }
  if (!installed.includes('bullmq')) return installed;
  const { host, hostname, port } = new URL(redisUrl(env));
  if (await answers(hostname, Number(port || 6379))) return installed;
  say(`BullMQ is not compared with: no Redis answers at ${host}; REDIS_URL says where there is one.`);
  return installed.filter((name) => name !== 'bullmq');
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 1_000 });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('timeout', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
