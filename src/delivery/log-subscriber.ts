/** One subscriber to the delivery log: what waits for it, and how it ended. */

import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import { isAfter, type LogFilter, type Position } from './log.ts';

/** What a subscriber wants to see. */
export interface Subscription {
  readonly organizationId: string;
  /** The key it came with; when that is revoked, the subscription ends. */
  readonly keyId: string;
  /** When that key expires, and the subscription with it; null: never. */
  readonly keyExpiresAt: Date | null;
  /** Absent: from now on. */
  readonly after: Position | undefined;
  readonly filter: LogFilter;
}

/** Why a subscription ended from our side. */
export type EndReason =
  | 'TOO_SLOW'
  | 'KEY_REVOKED'
  | 'KEY_EXPIRED'
  | 'STOPPING'
  | 'UNAVAILABLE'
  | 'CURSOR_UNKNOWN'
  | 'CURSOR_EXPIRED';

/** The last thing that a subscriber gets from a subscription that we end. */
export interface SubscriptionEnd {
  readonly ended: EndReason;
  /** Where to go on without gap or repeat, or the oldest place there is; absent when nothing could be read at all. */
  readonly position: Position | undefined;
}

/**
 * A subscriber is *behind* or *live*. Behind, it reads pages at its own pace. Once there are no more it is made live,
 * and the tail puts entries into its buffer. When the buffer is full it is behind again, and the buffer is dropped.
 */
export interface Subscriber extends Subscription {
  /** Entries for it, in log order, while it is live. */
  readonly buffer: DeliveryLogEntry[];
  /** The buffer has everything that came after this; absent while it is not live. */
  liveFrom: Position | undefined;
  /** Up to here it had everything when it was live last; absent when something in its buffer was dropped. */
  liveTo: Position | undefined;
  /** When it was live last; absent while it is live, or never was. */
  behindSince: Date | undefined;
  /** The last position that it was told, when, and whether with more to come; only of those who want to be told positions. */
  told: { readonly position: Position; readonly at: Date; readonly hasMore: boolean } | undefined;
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

/** How long one that wants positions hears nothing while the log moves on, in milliseconds. */
export const SILENCE_MS = 15_000;

/** A subscriber that has seen nothing yet. */
export function createSubscriber(subscription: Subscription): Subscriber {
  return {
    ...subscription,
    buffer: [],
    liveFrom: undefined,
    liveTo: undefined,
    behindSince: undefined,
    told: undefined,
    ended: undefined,
    closed: false,
    wake: () => {},
  };
}

/** Whether it gets nothing any more. */
export function isOver({ ended, closed }: Subscriber): boolean {
  return closed || ended !== undefined;
}

/** Whether it should hear how far the log is, which has come to `position`. */
export function isOwedPosition({ told }: Subscriber, position: Position, now: Date): boolean {
  return told !== undefined && now.getTime() - told.at.getTime() >= SILENCE_MS && isAfter(position, told.position);
}

/** Resolves as soon as there is something in the buffer, or it is woken for another reason. */
export async function untilWoken(subscriber: Subscriber): Promise<void> {
  if (subscriber.buffer.length > 0 || isOver(subscriber)) return;
  await new Promise<void>((resolve) => {
    subscriber.wake = resolve;
  });
}
