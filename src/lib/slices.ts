/** Work that would keep everybody else from the event loop, done in slices. */

import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** How long a slice takes, in milliseconds, or as long as a single item does. */
const SLICE_MS = 1;

/**
 * What `work` makes of each item, in their order. Between two slices whatever else waits for the event loop has its turn,
 * slices of other calls included.
 *
 * @throws what `work` throws; the items behind are not worked on then.
 */
export async function mapInSlices<Item, Result>(
  { clock }: { readonly clock: Pick<Clock, 'elapsed'> },
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  let until = clock.elapsed() + SLICE_MS;
  for (const item of items) {
    if (clock.elapsed() >= until) {
      await setImmediate();
      until = clock.elapsed() + SLICE_MS;
    }
    results.push(work(item));
  }
  return results;
}
