/** What one subscriber reads of the delivery log: pages while it is behind, its buffer while it is live. */

import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { LARGEST_PAGE } from './log.sql.ts';
import {
  CursorExpiredError,
  isAfter,
  type LogPage,
  type Position,
  readLog,
  readLogEnd,
  UnknownCursorError,
} from './log.ts';
import type { Cut } from './log-pieces.ts';
import {
  CATCH_UP_MS,
  type EndReason,
  isOver,
  type Subscriber,
  type SubscriptionEnd,
  untilWoken,
} from './log-subscriber.ts';

/** The tail as its subscribers need it. */
export interface ServingTail {
  /** Everything up to here is in the buffers of those who are live, or was; absent while nobody was ever live. */
  readonly position: Position | undefined;
  /** Serves it from now on; one that comes when the tail stops is ended at once. */
  admit(subscriber: Subscriber): void;
  /** Makes it live, unless it is over. */
  join(subscriber: Subscriber): Promise<void>;
  /** Ends it from our side. */
  end(subscriber: Subscriber, reason: EndReason): void;
  /** Forgets it. */
  dismiss(subscriber: Subscriber): void;
}

/**
 * What a subscriber gets, piece by piece, without gap or repeat: a piece counts as taken when the next one is asked for.
 * When we end it, the last item says why, and up to where it has everything, whether or not anything there was for it.
 */
export async function* readAs<Item>(
  app: Pick<App, 'db' | 'clock' | 'log'>,
  tail: ServingTail,
  subscriber: Subscriber,
  cut: Cut<Item>,
): AsyncGenerator<Item | SubscriptionEnd, undefined> {
  let seen = subscriber.after;
  tail.admit(subscriber);
  try {
    seen ??= (await readLogEnd(app.db.reads)).position;
    while (!isOver(subscriber)) {
      const page = await readOn(app, tail, subscriber, seen);
      for (const { item, end } of cut(page)) {
        if (isOver(subscriber)) break;
        yield item;
        seen = end;
      }
      const isTaken = page.entries.length === 0 || !isOver(subscriber);
      if (isTaken && isAfter(page.end, seen)) seen = page.end;
    }
  } catch (error) {
    const reason = endReasonOf(error);
    if (reason === 'UNAVAILABLE') app.log.warn({ error: describeDatabaseError(error) }, 'log.read_failed');
    if (reason === 'CURSOR_UNKNOWN') seen = undefined;
    if (error instanceof CursorExpiredError) seen = error.oldest;
    tail.end(subscriber, reason);
  }
  try {
    if (subscriber.ended && !subscriber.closed) yield { ended: subscriber.ended, position: seen };
  } finally {
    tail.dismiss(subscriber);
  }
  return undefined;
}

function endReasonOf(error: unknown): EndReason {
  if (error instanceof UnknownCursorError) return 'CURSOR_UNKNOWN';
  return error instanceof CursorExpiredError ? 'CURSOR_EXPIRED' : 'UNAVAILABLE';
}

/** What comes after `seen`: by pages until there are no more, then live. May have no entries, also with more to come. */
async function readOn(
  app: Pick<App, 'db' | 'clock'>,
  tail: ServingTail,
  subscriber: Subscriber,
  seen: Position,
): Promise<LogPage> {
  const { organizationId, filter, liveFrom, behindSince } = subscriber;
  if (liveFrom && !isAfter(liveFrom, seen)) return await readBuffer(tail, subscriber, seen);
  if (behindSince && app.clock.now().getTime() - behindSince.getTime() > CATCH_UP_MS) {
    tail.end(subscriber, 'TOO_SLOW');
    return { entries: [], end: seen, hasMore: false };
  }
  const page = await readLog(app, organizationId, { after: seen, limit: LARGEST_PAGE }, filter);
  if (page.hasMore) return page;
  if (liveFrom) return { ...page, end: isAfter(liveFrom, page.end) ? liveFrom : page.end };
  await tail.join(subscriber);
  return page;
}

async function readBuffer(tail: ServingTail, subscriber: Subscriber, seen: Position): Promise<LogPage> {
  subscriber.behindSince = undefined;
  await untilWoken(subscriber);
  // Buffer and position belong together, so nothing is awaited from here on. What was read by a page may be in the buffer
  // once more.
  const entries = subscriber.buffer.splice(0).filter((entry) => isAfter(entry, seen));
  const end = subscriber.liveFrom ? tail.position : subscriber.liveTo;
  return { entries, end: end && isAfter(end, seen) ? end : seen, hasMore: false };
}
