/** One subscriber to the delivery log: what waits for it, and how it ended. */

import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import type { LogFilter, Position } from './log.ts';

/** What a subscriber wants to see. */
export interface Subscription {
  readonly organizationId: string;
  /** The key it came with; when that is revoked, the subscription ends. */
  readonly keyId: string;
  /** Absent: from now on. */
  readonly after: Position | undefined;
  readonly filter: LogFilter;
}

/** Why a subscription ended from our side. */
export type EndReason = 'TOO_SLOW' | 'KEY_REVOKED' | 'STOPPING' | 'UNAVAILABLE' | 'CURSOR_UNKNOWN';

/** The last thing that a subscriber gets from a subscription that we end. */
export interface SubscriptionEnd {
  readonly ended: EndReason;
  /** Where to go on without gap or repeat; absent when nothing could be read at all. */
  readonly position: Position | undefined;
}

/**
 * A subscriber is *behind* or *live*. Behind, it reads pages at its own pace. Once there are no more it is made live,
 * and the tail puts entries into its buffer. When the buffer is full it is behind again, and the buffer is dropped.
 */
export interface Subscriber extends Subscription {
  /** Entries for it, in log order, while it is live. */
  readonly buffer: DeliveryLogEntry[];
  /** The buffer has everything that came after this; absent while it is behind. */
  liveFrom: Position | undefined;
  /** When it was live last; absent while it is live, or never was. */
  behindSince: Date | undefined;
  /** Ended by us. */
  ended: EndReason | undefined;
  /** Ended by its reader. */
  closed: boolean;
  /** Ends its waiting for the buffer. */
  wake: () => void;
}

/** Entries that wait for one subscriber at most. */
export const BUFFER_LIMIT = 1_000;

/** How long a subscriber that was live may stay behind before it counts as too slow, in milliseconds. */
export const CATCH_UP_MS = 30_000;

/** A subscriber that has seen nothing yet. */
export function createSubscriber(subscription: Subscription): Subscriber {
  return {
    ...subscription,
    buffer: [],
    liveFrom: undefined,
    behindSince: undefined,
    ended: undefined,
    closed: false,
    wake: () => {},
  };
}

/** Whether it gets nothing any more. */
export function isOver({ ended, closed }: Subscriber): boolean {
  return closed || ended !== undefined;
}

/** Everything in the buffer, as soon as there is something; nothing when it is over. */
export async function takeBuffered(subscriber: Subscriber): Promise<DeliveryLogEntry[]> {
  subscriber.behindSince = undefined;
  if (subscriber.buffer.length === 0 && !isOver(subscriber)) {
    await new Promise<void>((resolve) => {
      subscriber.wake = resolve;
    });
  }
  return subscriber.buffer.splice(0);
}
