/** Publishing at a steady pace, as the world does: it does not wait until the last one has been dealt with. */

import { setTimeout as delay } from 'node:timers/promises';
import { machineMs } from './clock.ts';

/** How much, and for how long. */
export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Something that was published. */
export interface Published {
  /** The import's id, which is in the body that receivers get. */
  readonly id: string;
  /** Which of the routes it was published on. */
  readonly route: number;
  /** The instant just before, by the machine's clock. */
  readonly atMs: number;
}

/**
 * Calls `send` with 0, 1, 2… at the pace, whether or not those before are done, and waits for all of them.
 *
 * @throws what the first `send` that failed has thrown, after all have ended.
 */
export async function keepPace({ perSecond, seconds }: Pace, send: (index: number) => Promise<void>): Promise<void> {
  const startMs = machineMs();
  const underWay: Promise<PromiseSettledResult<void>>[] = [];
  for (let index = 0; index < Math.round(perSecond * seconds); index += 1) {
    const waitMs = startMs + (index * 1000) / perSecond - machineMs();
    if (waitMs > 0) await delay(waitMs);
    underWay.push(settled(send(index)));
  }
  for (const result of await Promise.all(underWay)) if (result.status === 'rejected') throw result.reason;
}

async function settled(work: Promise<void>): Promise<PromiseSettledResult<void>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}
