/** When deliveries that wait for a retry go on by themselves. */

import type { FailureGroupDetailsQuery } from '../../../schema/generated/graphql.ts';
import { Countdown } from '../look/time.tsx';

type Waiting = FailureGroupDetailsQuery['pending']['edges'][number]['node'];

/**
 * ", the next in 4 min", or why not. `sample` are some of `all`: when it has not all of them, the next goes on at the
 * latest then.
 */
export function GoesOn({ all, sample }: { all: number; sample: readonly Waiting[] }) {
  const instants = sample.map(goesOnAt).filter((at) => at !== null);
  const [next] = instants.toSorted();
  if (sample.length === 0) return null;
  if (!next) return ` until ${all === 1 ? 'its' : 'their'} webhook is enabled again`;
  return (
    <>
      {all === 1 ? ' and goes on by itself, ' : ' and go on by themselves, the next '}
      {sample.length < all && 'at the latest '}
      <Countdown to={next} over="now" />
    </>
  );
}

/** When it is attempted next; null: not before somebody enables its webhook. */
function goesOnAt({ nextAttemptAt, destination }: Waiting): string | null {
  if (destination.health !== 'HELD') return nextAttemptAt;
  if (destination.holdReason === 'DISABLED') return null;
  const { holdUntil } = destination;
  // Instants of the API are all in UTC and as long as each other, so their texts sort as they do.
  return holdUntil && nextAttemptAt && holdUntil > nextAttemptAt ? holdUntil : nextAttemptAt;
}
