/** Ways to get something delivered: Posthorn, what one would build instead, and got by itself. */

import type { Setting } from '../bench.ts';
import type { GotLoopCalls } from '../process/got-loop.ts';
import type { GraphqlLoopCalls } from '../process/graphql-loop.ts';
import type { PosthornCalls } from '../process/posthorn.ts';
import type { Pace, Published } from './pace.ts';
import type { PeerCalls, PeerName } from './peers.ts';

/** One that runs, on a database of its own. */
export interface Contender {
  /** Publishes on the routes in turn, at the pace. */
  publish(pace: Pace): Promise<Published[]>;
  stop(): Promise<void>;
}

/** What it is to do. */
export interface Task {
  /** Where what is published on each goes: to all of its URLs. */
  readonly routes: readonly (readonly string[])[];
  /** Requests under way at once, over all destinations. */
  readonly concurrency: number;
  /** What waits for delivery when it starts. */
  readonly backlog?: { readonly route: number; readonly count: number };
}

/** Which. */
export type ContenderName = 'posthorn' | 'got' | PeerName;

/** How a figure of it is called: Posthorn's is the bench's own. */
export function nameFigure(figure: string, contender: ContenderName): string {
  return contender === 'posthorn' ? figure : `${figure}, ${contender}`;
}

/** Starts one, from nothing. */
export async function startContender(name: ContenderName, setting: Setting, task: Task): Promise<Contender> {
  if (name === 'posthorn') return await startPosthorn(setting, task);
  if (name === 'got') return await startGot(setting, task);
  return await startPeer(name, setting, task);
}

/** `start`, with an importer. */
async function startPosthorn({ start, serve, createDatabase }: Setting, task: Task): Promise<Contender> {
  const environment = { DATABASE_URL: await createDatabase(), DISPATCH_CONCURRENCY: String(task.concurrency) };
  const control = await start<PosthornCalls>('posthorn', environment);
  const importer = await start<GraphqlLoopCalls>('graphql-loop');
  const { organizationId, key, identifiers } = await control.call('prepareRoutes', task.routes);
  if (task.backlog) {
    const { route, count } = task.backlog;
    await control.call('fill', { organizationId, count, identifiers: identifiers.slice(route, route + 1) });
  }
  await control.stop();
  const server = await serve('start', environment);
  const targets = identifiers.map((identifier) => ({ key, identifier }));
  return {
    publish: (pace) => importer.call('publish', { url: server.url, targets, ...pace }),
    stop: async () => void (await Promise.all([importer.stop(), server.stop()])),
  };
}

/** No queue and no limit: what is published is sent at once. */
async function startGot({ start }: Setting, { routes }: Task): Promise<Contender> {
  const loop = await start<GotLoopCalls>('got-loop');
  return { publish: (pace) => loop.call('publish', { routes, ...pace }), stop: () => loop.stop() };
}

/** One process publishes, another works. */
async function startPeer(name: PeerName, { start, createDatabase }: Setting, task: Task): Promise<Contender> {
  const environment = { DATABASE_URL: await createDatabase() };
  const publisher = await start<PeerCalls>(name, environment);
  const worker = await start<PeerCalls>(name, environment);
  const { routes, concurrency, backlog } = task;
  if (backlog) await publisher.call('fill', { urls: routes[backlog.route] ?? [], count: backlog.count });
  await worker.call('work', concurrency);
  return {
    publish: (pace) => publisher.call('publish', { routes, ...pace }),
    async stop() {
      await worker.stop();
      await publisher.stop();
    },
  };
}
