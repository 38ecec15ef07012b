/** What the states of replays are called here. */

import type { ReplayProgressFragment, ReplayStatus } from '../../../schema/generated/graphql.ts';
import type { Tone } from '../look/tag.tsx';

/** Every status of a replay. */
export const REPLAY_STATUSES: Readonly<Record<ReplayStatus, { readonly name: string; readonly tone: Tone }>> = {
  RUNNING: { name: 'Running', tone: 'waiting' },
  PAUSED: { name: 'Paused', tone: 'warning' },
  COMPLETED: { name: 'Completed', tone: 'good' },
  CANCELLED: { name: 'Cancelled', tone: 'plain' },
};

/** How many a second, unless told otherwise, and at the most. */
export const PACE = { usual: 20, most: 1_000 } as const;

/** What has become of a replay's deliveries, in the order in which a bar shows it; together they are what was planned. */
export function partsOf(replay: ReplayProgressFragment) {
  const { planned, requested, skipped, delivered, failed, cancelled, pending } = replay;
  return [
    { key: 'delivered', name: 'Delivered', count: delivered, means: 'They have arrived.', status: 'DELIVERED' },
    { key: 'failed', name: 'Failed again', count: failed, means: 'They were given up again.', status: 'FAILED' },
    {
      key: 'pending',
      name: 'Under way',
      count: pending,
      means: 'They are due, or wait for a retry.',
      status: 'PENDING',
    },
    {
      key: 'cancelled',
      name: 'Called off',
      count: cancelled,
      means: 'They were cancelled, or superseded by a later event of their import.',
      status: 'CANCELLED',
    },
    {
      key: 'skipped',
      name: 'Skipped',
      count: skipped,
      means:
        'They have changed since, or may not be delivered again: the webhook is disabled or deleted, or the news old.',
      status: null,
    },
    {
      key: 'left',
      name: 'Not asked for yet',
      count: Math.max(0, planned - requested - skipped),
      means: 'Their turn comes at the replay’s pace.',
      status: null,
    },
  ] as const;
}
