/** A queue full of scheduled retries. */

import type { PosthornCalls } from '../process/posthorn.ts';
import type { Child } from './child.ts';

/** Rows in one statement: a few seconds' worth. */
const CHUNK = 25_000;

/**
 * Schedules `count` retries for some time between ten minutes and a day from now, over `destinations` destinations of
 * the organization, each with a webhook and an event. `webhookId` is the one they are copied from, which has one delivery.
 */
export async function scheduleRetries(
  control: Child<PosthornCalls>,
  {
    webhookId,
    count,
    destinations,
  }: { readonly webhookId: string; readonly count: number; readonly destinations: number },
  progress: (text: string) => void,
): Promise<void> {
  await control.call('addLanes', { webhookId, count: destinations });
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    await control.call('addRetries', { webhookId, from, to });
    if (to === count || to % (10 * CHUNK) === 0) progress(`${to} of ${count} retries are scheduled`);
  }
}
