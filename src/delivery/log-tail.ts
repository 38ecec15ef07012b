/** The live end of the delivery log: one reader per process, any number of subscribers. */

import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { findRevokedKeys } from '../organization/revoked-keys.ts';
import { TAIL_LOG } from './log.sql.ts';
import { isAfter, type LogPage, matchesFilter, type Position, readLog, readLogEnd, UnknownCursorError } from './log.ts';
import {
  BUFFER_LIMIT,
  CATCH_UP_MS,
  createSubscriber,
  type EndReason,
  isOver,
  type Subscriber,
  type Subscription,
  type SubscriptionEnd,
  takeBuffered,
} from './log-subscriber.ts';

/** Follows the log. */
export interface DeliveryLogTail extends Service {
  /**
   * Entries after the given position, first those that were missed, then live, in log order, without gap or repeat.
   * When we end it (it read too slowly, its key was revoked, we stop, the database is away) the last item says so.
   *
   * `return` ends it at once, also while a `next` is waiting.
   */
  subscribe(
    subscription: Subscription,
  ): AsyncIterableIterator<DeliveryLogEntry | SubscriptionEnd, undefined, undefined>;
  /** Subscribers that are being served. */
  readonly subscribers: number;
}

/** How often to look while nobody subscribes: a subscriber wakes us. */
const IDLE_MS = 3_600_000;

/** Entries read at once. */
const PAGE_SIZE = 500;

/** How often the log is looked at without a hint, in milliseconds. */
const POLL_MS = 1_000;

/** How soon to look again when entries are held up by an older transaction; each time in vain doubles it. Milliseconds. */
const RECHECK_MS = 20;

/** How often the keys of subscribers are looked up, since the hint that one was revoked may be lost, in milliseconds. */
const KEY_CHECK_MS = 30_000;

/** How long subscribers have to take in that we stop, in milliseconds. */
const FAREWELL_MS = 1_000;

/** A tail of this process. It reads nothing while nobody subscribes. */
export function createDeliveryLogTail(app: Pick<App, 'db' | 'clock' | 'log' | 'signals'>): DeliveryLogTail {
  const { db, clock, log, signals } = app;
  const subscribers = new Set<Subscriber>();
  /** Those of them that get entries through their buffers. */
  const live = new Set<Subscriber>();
  const stopping = new AbortController();
  const unsubscribe: (() => void)[] = [];
  /** Everything up to here was handed out to those who were live. */
  let position: Position | undefined;
  let keysCheckedAt = 0;
  let hinted = false;
  let wake = () => {};
  let dismissed = () => {};
  let following: Promise<void> = Promise.resolve();

  function look(): void {
    hinted = true;
    wake();
  }

  async function follow(): Promise<void> {
    let recheckMs = RECHECK_MS;
    while (!stopping.signal.aborted) {
      hinted = false;
      await checkKeys();
      const found = await read();
      if (found === 'more') continue;
      recheckMs = found === 'held' ? Math.min(recheckMs * 2, POLL_MS) : RECHECK_MS;
      await pause(subscribers.size === 0 ? IDLE_MS : found === 'held' ? recheckMs : POLL_MS);
    }
  }

  /** Hands out what there is to read, and says what may be expected next. */
  async function read(): Promise<'more' | 'held' | 'nothing'> {
    if (live.size === 0 || !position) return 'nothing';
    try {
      const end = await readLogEnd(app);
      const entries = await db.query<DeliveryLogEntry>(TAIL_LOG, [position.transaction, position.sequence, PAGE_SIZE]);
      for (const entry of entries) hand(entry);
      const last = entries.at(-1);
      // Somebody may have become live meanwhile, and have set it further on.
      if (last && isAfter(last, position)) position = last;
      if (entries.length === PAGE_SIZE) return 'more';
      return end.waiting ? 'held' : 'nothing';
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'log.read_failed');
      return 'nothing';
    }
  }

  async function checkKeys(): Promise<void> {
    const now = clock.now().getTime();
    if (subscribers.size === 0 || now - keysCheckedAt < KEY_CHECK_MS) return;
    try {
      endRevoked(new Set(await findRevokedKeys(app, new Set([...subscribers].map(({ keyId }) => keyId)))));
      keysCheckedAt = now;
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'key.check_failed');
    }
  }

  function endRevoked(keyIds: ReadonlySet<string>): void {
    for (const subscriber of subscribers) if (keyIds.has(subscriber.keyId)) end(subscriber, 'KEY_REVOKED');
  }

  function hand(entry: DeliveryLogEntry): void {
    for (const subscriber of live) {
      if (subscriber.organizationId !== entry.organizationId || !matchesFilter(entry, subscriber.filter)) continue;
      if (subscriber.buffer.length === BUFFER_LIMIT) {
        fallBehind(subscriber);
        continue;
      }
      subscriber.buffer.push(entry);
      subscriber.wake();
    }
  }

  /** It goes on by pages from the last entry that it took. */
  function fallBehind(subscriber: Subscriber): void {
    live.delete(subscriber);
    subscriber.liveFrom = undefined;
    subscriber.behindSince ??= clock.now();
    subscriber.buffer.length = 0;
  }

  /** Until a hint, or until it is time to look again. */
  async function pause(ms: number): Promise<void> {
    if (hinted) return;
    const woken = new AbortController();
    wake = () => woken.abort();
    await clock.sleep(ms, AbortSignal.any([woken.signal, stopping.signal]));
    wake = () => {};
  }

  async function* generate(subscriber: Subscriber): AsyncGenerator<DeliveryLogEntry | SubscriptionEnd, undefined> {
    let seen = subscriber.after;
    subscribers.add(subscriber);
    if (stopping.signal.aborted) end(subscriber, 'STOPPING');
    try {
      seen ??= (await readLogEnd(app)).position;
      while (!isOver(subscriber)) {
        const page = await readOn(subscriber, seen);
        for (const entry of page.entries) {
          if (isOver(subscriber)) break;
          if (!isAfter(entry, seen)) continue;
          yield entry;
          seen = entry;
        }
        if (!isOver(subscriber) && isAfter(page.end, seen)) seen = page.end;
      }
    } catch (error) {
      if (error instanceof UnknownCursorError) seen = undefined;
      else log.warn({ error: describeDatabaseError(error) }, 'log.read_failed');
      end(subscriber, error instanceof UnknownCursorError ? 'CURSOR_UNKNOWN' : 'UNAVAILABLE');
    }
    try {
      if (subscriber.ended && !subscriber.closed) yield { ended: subscriber.ended, position: seen };
    } finally {
      dismiss(subscriber);
    }
    return undefined;
  }

  /** The next entries after `seen`: by pages until there are no more, then live. May have none. */
  async function readOn(subscriber: Subscriber, seen: Position): Promise<Pick<LogPage, 'entries' | 'end'>> {
    const { organizationId, filter, liveFrom, behindSince } = subscriber;
    if (liveFrom && !isAfter(liveFrom, seen)) {
      const entries = await takeBuffered(subscriber);
      return { entries, end: entries.at(-1) ?? seen };
    }
    if (behindSince && clock.now().getTime() - behindSince.getTime() > CATCH_UP_MS) {
      end(subscriber, 'TOO_SLOW');
      return { entries: [], end: seen };
    }
    const page = await readLog(app, organizationId, { after: seen, limit: PAGE_SIZE }, filter);
    if (page.hasMore) return page;
    if (liveFrom) return { entries: page.entries, end: isAfter(liveFrom, page.end) ? liveFrom : page.end };
    await join(subscriber);
    return page;
  }

  /** Makes it live. Between knowing where from and being handed entries nothing is awaited. */
  async function join(subscriber: Subscriber): Promise<void> {
    const end = live.size === 0 || !position ? (await readLogEnd(app)).position : position;
    if (isOver(subscriber)) return;
    if (live.size === 0 || !position) position = end;
    subscriber.liveFrom = position;
    live.add(subscriber);
    look();
  }

  function end(subscriber: Subscriber, reason: EndReason): void {
    subscriber.ended ??= reason;
    subscriber.buffer.length = 0;
    live.delete(subscriber);
    subscriber.wake();
  }

  function dismiss(subscriber: Subscriber): void {
    live.delete(subscriber);
    subscribers.delete(subscriber);
    if (subscribers.size === 0) dismissed();
  }

  return {
    get subscribers() {
      return subscribers.size;
    },
    start() {
      unsubscribe.push(
        signals.on('log.appended', () => {
          if (live.size > 0) look(); // whoever becomes live looks first; waking for nobody costs as much as a query
        }),
        signals.on('key.revoked', (ids) => {
          if (ids) return endRevoked(ids);
          keysCheckedAt = Number.NEGATIVE_INFINITY;
          look();
        }),
      );
      following = follow();
      return Promise.resolve();
    },
    async stop(deadline) {
      for (const stop of unsubscribe.splice(0)) stop();
      stopping.abort();
      for (const subscriber of subscribers) end(subscriber, 'STOPPING');
      await following;
      if (subscribers.size === 0) return;
      const told = new AbortController();
      dismissed = () => told.abort();
      await clock.sleep(FAREWELL_MS, AbortSignal.any([told.signal, deadline]));
    },
    subscribe(subscription) {
      const subscriber = createSubscriber(subscription);
      const entries = generate(subscriber);
      return {
        next: () => entries.next(),
        // A generator that waits cannot be returned from, so it is woken first.
        return: () => {
          subscriber.closed = true;
          dismiss(subscriber);
          subscriber.wake();
          return entries.return(undefined);
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}
