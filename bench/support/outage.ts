/** What an outage of a receiver does to those who retry nothing, or at once. */

import type { Setting } from '../bench.ts';
import type { ReceiverCalls } from '../process/receiver.ts';
import type { Child } from './child.ts';
import type { PeerCalls, PeerName } from './peers.ts';

/** What the receiver answers while it is out. */
export const OUT = 503;

/** An outage: in each of its steps, so many things are published. */
export interface Outage {
  readonly steps: number;
  readonly stepMs: number;
  readonly perStep: number;
}

/**
 * A worker of a peer goes through the outage; then the receiver is well. All steps but the last pass in no time: what was
 * published in them is given up long before the end, so it is published in one go, and waited for until it is. The last
 * takes as long as it takes.
 *
 * @returns how many of the things published arrived once the receiver was well.
 */
export async function survive(
  name: PeerName,
  { start, progress }: Setting,
  receiver: Child<ReceiverCalls>,
  { steps, stepMs, perStep }: Outage,
): Promise<number> {
  const url = await receiver.call('url');
  const count = steps * perStep;
  const publisher = await start<PeerCalls>(name);
  const worker = await start<PeerCalls>(name);
  await worker.call('work', CONCURRENCY);
  await receiver.call('expect', count);
  await receiver.call('answer', OUT);
  await publisher.call('fill', { urls: [url], count: count - perStep });
  await publisher.call('settled');
  const seconds = stepMs / 1000;
  await publisher.call('publish', { routes: [[url]], perSecond: perStep / seconds, seconds });

  const requests = await receiver.call('recover');
  await publisher.call('settled');
  const { ids } = await receiver.call('came');
  progress(`${name}: ${requests} requests for ${count} deliveries in the outage, ${ids} deliveries after it`);
  await worker.stop();
  await publisher.stop();
  return ids;
}

/** Requests under way at once. */
const CONCURRENCY = 64;
