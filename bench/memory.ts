/** Memory of Posthorn's processes while a million retries are scheduled. */

import { type Bench, type Measurement, measurement, type Setting } from './bench.ts';
import type { GraphqlLoopCalls } from './process/graphql-loop.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { lookAt } from './support/looks.ts';
import { measurePeerMemory } from './support/peer-memory.ts';
import { scheduleRetries } from './support/retries.ts';

const RETRIES = 1_000_000;

const DESTINATIONS = 10_000;

/** What goes on meanwhile, on two other webhooks: enough that the processes do what they do all day. */
const WORK = { perSecond: 50, seconds: 10 };

/**
 * Resident memory of a dispatcher and of an API, after ten seconds of work, against the same on an empty database. Beside
 * them a peer's worker with as many jobs that are due later, and Redis, where BullMQ's are.
 */
export const memory: Bench = {
  name: 'memory',
  about: 'resident memory of a dispatcher and of an API with 1 M scheduled retries, against an empty database',
  databases: ['postgresql'],
  isBig: true,
  async run(setting) {
    const receiverUrl = await (await setting.start<ReceiverCalls>('receiver')).call('url');
    const empty = await measure(setting, receiverUrl, 0);
    const count = Math.ceil(RETRIES * setting.scale);
    const full = await measure(setting, receiverUrl, count);
    const peers: Measurement[] = [];
    for (const name of setting.peers) {
      peers.push(...(await measurePeerMemory(name, setting, { receiverUrl, count, work: WORK })));
    }
    const common = { database: setting.database, unit: 'MB', goal: null };
    return [
      measurement({ name: 'memory dispatcher', ...common, value: full.dispatcher, baseline: empty.dispatcher }),
      measurement({ name: 'memory api', ...common, value: full.api, baseline: empty.api }),
      ...peers,
    ];
  },
};

interface Megabytes {
  readonly dispatcher: number;
  readonly api: number;
}

async function measure(setting: Setting, receiverUrl: string, retries: number): Promise<Megabytes> {
  const environment = { DATABASE_URL: await setting.createDatabase() };
  const control = await setting.start<PosthornCalls>('posthorn', environment);
  const importer = await setting.start<GraphqlLoopCalls>('graphql-loop');
  const { organizationId, key, identifiers, webhooks } = await control.call('prepareRoutes', [
    [receiverUrl],
    [receiverUrl],
  ]);
  if (retries > 0) {
    await control.call('fill', { organizationId, count: 1, identifiers });
    const webhookId = webhooks[0]?.id ?? '';
    const destinations = Math.min(DESTINATIONS, retries);
    await scheduleRetries(control, { webhookId, count: retries, destinations }, setting.progress);
  }
  const api = await setting.serve('api', environment);
  const dispatcher = await setting.serve('dispatcher', environment);
  const targets = identifiers.map((identifier) => ({ key, identifier }));
  await importer.call('publish', { url: api.url, targets, ...WORK });

  const found = await lookAt(async () => ({ dispatcher: await megabytes(dispatcher), api: await megabytes(api) }));
  await Promise.all([api, dispatcher, importer, control].map((each) => each.stop()));
  setting.progress(`${retries} retries: dispatcher ${found.dispatcher.toFixed(0)} MB, API ${found.api.toFixed(0)} MB`);
  return found;
}

async function megabytes(server: { residentBytes(): Promise<number> }): Promise<number> {
  return (await server.residentBytes()) / 1e6;
}
