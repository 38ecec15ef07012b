/** The live end of the delivery log: one reader per process, any number of subscribers. */

import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { createKeyWatch } from './key-watch.ts';
import { TAIL_LOG } from './log.sql.ts';
import { isAfter, type LogPage, type Position, readLogEnd } from './log.ts';
import { createAudience } from './log-audience.ts';
import type { BatchedEntry } from './log-batch.ts';
import { type Cut, cutIntoEntries, cutIntoPages } from './log-pieces.ts';
import { readAs } from './log-reading.ts';
import {
  BUFFER_LIMIT,
  createSubscriber,
  type EndReason,
  isOver,
  isOwedPosition,
  type Subscriber,
  type Subscription,
  type SubscriptionEnd,
} from './log-subscriber.ts';

/** What a subscriber gets, one after another. `return` ends it at once, also while a `next` is waiting. */
export type Subscribed<Item> = AsyncIterableIterator<Item | SubscriptionEnd, undefined, undefined>;

/** Follows the log. */
export interface DeliveryLogTail extends Service {
  /**
   * Entries after the given position, first those that were missed, then live, in log order, without gap or repeat.
   * When we end it (it read too slowly, its key has ended, we stop, the database is away) the last item says so.
   */
  subscribe(subscription: Subscription): Subscribed<BatchedEntry>;
  /**
   * The same in pages: one at once, then whatever has come since the last was taken, and a page without entries when
   * nothing has for {@link SILENCE_MS} although the log moved on.
   */
  subscribePages(subscription: Subscription): Subscribed<LogPage>;
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

/** How often to see whose key has expired, and who has heard nothing for long, in milliseconds. */
const ATTEND_MS = 250;

/** How long subscribers have to take in that we stop, in milliseconds. */
const FAREWELL_MS = 1_000;

/** A tail of this process. It reads nothing while nobody subscribes. */
export function createDeliveryLogTail(app: Pick<App, 'db' | 'clock' | 'log' | 'metrics' | 'signals'>): DeliveryLogTail {
  const { db, clock, log, metrics, signals } = app;
  const subscribers = new Set<Subscriber>();
  /** Those of them that get entries through their buffers. */
  const live = createAudience();
  const keys = createKeyWatch(app, subscribers, end);
  const stopping = new AbortController();
  const unsubscribe: (() => void)[] = [];
  /** Everything up to here was handed out to those who were live. */
  let position: Position | undefined;
  let hinted = false;
  let wake = () => {};
  let dismissed = () => {};
  let working: Promise<unknown> = Promise.resolve();

  const serving = {
    get position() {
      return position;
    },
    admit,
    join,
    end,
    dismiss,
  };

  function look(): void {
    hinted = true;
    wake();
  }

  async function follow(): Promise<void> {
    let recheckMs = RECHECK_MS;
    while (!stopping.signal.aborted) {
      hinted = false;
      await keys.check();
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
      const entries = await db.query<DeliveryLogEntry>(TAIL_LOG, [position.transaction, position.sequence, PAGE_SIZE]);
      const end = await readLogEnd(app);
      if (isAfter(end.start, position)) return overtaken();
      for (const entry of entries) hand(entry);
      if (entries[0]) metrics.streamed(clock.now().getTime() - entries[0].at.getTime());
      const last = entries.at(-1);
      // Somebody may have become live meanwhile, and have set it further on.
      if (last && isAfter(last, position)) position = last;
      if (entries.length === PAGE_SIZE || isAfter(end.position, position)) return 'more';
      return end.waiting ? 'held' : 'nothing';
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'log.read_failed');
      return 'nothing';
    }
  }

  /** Retention has removed what those who are live have not seen: each finds that by itself, from where it is. */
  function overtaken(): 'nothing' {
    for (const subscriber of live) {
      fallBehind(subscriber);
      subscriber.wake();
    }
    return 'nothing';
  }

  function hand(entry: DeliveryLogEntry): void {
    for (const subscriber of live.of(entry)) {
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
    leave(subscriber);
    subscriber.behindSince ??= clock.now();
  }

  /** Until a hint, or until it is time to look again. */
  async function pause(ms: number): Promise<void> {
    if (hinted) return;
    const woken = new AbortController();
    wake = () => woken.abort();
    await clock.sleep(ms, AbortSignal.any([woken.signal, stopping.signal]));
    wake = () => {};
  }

  /** Does what is due by the clock, whether or not the log can be read. */
  async function attend(): Promise<void> {
    while (!stopping.signal.aborted) {
      keys.endExpired();
      for (const subscriber of live) {
        if (position && isOwedPosition(subscriber, position, clock.now())) subscriber.wake();
      }
      await clock.sleep(ATTEND_MS, stopping.signal);
    }
  }

  function admit(subscriber: Subscriber): void {
    subscribers.add(subscriber);
    if (stopping.signal.aborted) end(subscriber, 'STOPPING');
  }

  /** Between knowing where from and being handed entries nothing is awaited. */
  async function join(subscriber: Subscriber): Promise<void> {
    const start = live.size === 0 || !position ? (await readLogEnd(app)).position : position;
    if (isOver(subscriber)) return;
    if (live.size === 0 || !position) position = start;
    subscriber.liveFrom = position;
    live.add(subscriber);
    look();
  }

  /** It is not live any more. */
  function leave(subscriber: Subscriber): void {
    live.delete(subscriber);
    if (!subscriber.liveFrom) return;
    subscriber.liveFrom = undefined;
    subscriber.liveTo = subscriber.buffer.length === 0 ? position : undefined;
    subscriber.buffer.length = 0;
  }

  function end(subscriber: Subscriber, reason: EndReason): void {
    subscriber.ended ??= reason;
    leave(subscriber);
    subscriber.wake();
  }

  function dismiss(subscriber: Subscriber): void {
    live.delete(subscriber);
    subscribers.delete(subscriber);
    if (subscribers.size === 0) dismissed();
  }

  function serve<Item>(subscriber: Subscriber, cut: Cut<Item>): Subscribed<Item> {
    const items = readAs(app, serving, subscriber, cut);
    return {
      next: () => items.next(),
      // A generator that waits cannot be returned from, so it is woken first.
      return: () => {
        subscriber.closed = true;
        dismiss(subscriber);
        subscriber.wake();
        return items.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
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
          if (ids) return keys.endRevoked(ids);
          keys.doubt();
          look();
        }),
      );
      working = Promise.all([follow(), attend()]);
      return Promise.resolve();
    },
    async stop(deadline) {
      for (const stop of unsubscribe.splice(0)) stop();
      stopping.abort();
      for (const subscriber of subscribers) end(subscriber, 'STOPPING');
      await working;
      if (subscribers.size === 0) return;
      const told = new AbortController();
      dismissed = () => told.abort();
      await clock.sleep(FAREWELL_MS, AbortSignal.any([told.signal, deadline]));
    },
    subscribe: (subscription) => serve(createSubscriber(subscription), cutIntoEntries),
    subscribePages(subscription) {
      const subscriber = createSubscriber(subscription);
      return serve(subscriber, cutIntoPages(app, subscriber));
    },
  };
}
