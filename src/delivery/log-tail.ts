/** The live end of the delivery log: one reader per process, any number of subscribers. */

import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { TAIL_LOG } from './log.sql.ts';
import { isAfter, type LogFilter, matchesFilter, type Position, readLog, readLogEnd } from './log.ts';

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
export type EndReason = 'TOO_SLOW' | 'KEY_REVOKED' | 'STOPPING';

/** Thrown into a subscription that we end. */
export class SubscriptionEndedError extends Error {
  override readonly name = 'SubscriptionEndedError';
  readonly reason: EndReason;
  /** Where to go on; absent when nothing has been seen yet. */
  readonly position: Position | undefined;

  constructor(reason: EndReason, position: Position | undefined) {
    super(`The subscription ended: ${reason}`);
    this.reason = reason;
    this.position = position;
  }
}

/** Follows the log. */
export interface DeliveryLogTail extends Service {
  /**
   * Entries after the given position, first those that were missed, then live, in log order, without gap or repeat.
   *
   * @throws {SubscriptionEndedError} into the iteration: it read too slowly, its key was revoked, or we stop.
   */
  subscribe(subscription: Subscription): AsyncGenerator<DeliveryLogEntry, void, undefined>;
}

/** How often to look while nobody subscribes: a subscriber wakes us. */
const IDLE_MS = 3_600_000;

/** Entries that wait for one subscriber at most. */
const BUFFER_LIMIT = 1_000;

/** Entries read at once. */
const PAGE_SIZE = 500;

/** How often the log is looked at without a hint, in milliseconds. */
const POLL_MS = 1_000;

/** How soon to look again when entries are held up by an older transaction, in milliseconds. */
const RECHECK_MS = 20;

interface Subscriber extends Subscription {
  readonly buffer: DeliveryLogEntry[];
  /** Ended by us. */
  ended: EndReason | undefined;
  /** Ended by its reader. */
  closed: boolean;
  wake: () => void;
}

/** A tail of this process. It reads nothing while nobody subscribes. */
export function createDeliveryLogTail(app: Pick<App, 'db' | 'clock' | 'log' | 'signals'>): DeliveryLogTail {
  const { db, clock, log, signals } = app;
  const subscribers = new Set<Subscriber>();
  const stopping = new AbortController();
  const unsubscribe: (() => void)[] = [];
  let position: Position | undefined;
  let hinted = false;
  let look = () => {};
  let following: Promise<void> = Promise.resolve();

  /** From here to the answer nothing is awaited, so a subscriber gets exactly what comes after it. */
  async function join(subscriber: Subscriber): Promise<Position> {
    const { position: end } = await readLogEnd(app);
    if (subscribers.size === 0 || !position) position = end;
    subscribers.add(subscriber);
    look();
    return position;
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      hinted = false;
      const found = await read();
      if (found !== 'more') await pause(found);
    }
  }

  /** Hands out what there is to read, and says what may be expected next. */
  async function read(): Promise<'more' | 'waiting' | 'nothing'> {
    if (subscribers.size === 0 || !position) return 'nothing';
    const from = position;
    try {
      const end = await readLogEnd(app);
      const entries = await db.query<DeliveryLogEntry>(TAIL_LOG, [from.transaction, from.sequence, PAGE_SIZE]);
      for (const entry of entries) hand(entry);
      const last = entries.at(-1);
      if (last && entries.length === PAGE_SIZE) {
        position = last;
        return 'more';
      }
      position = [from, end.position, last].reduce<Position>(
        (latest, next) => (next && isAfter(next, latest) ? next : latest),
        from,
      );
      return end.waiting ? 'waiting' : 'nothing';
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'log.read_failed');
      return 'nothing';
    }
  }

  function hand(entry: DeliveryLogEntry): void {
    for (const subscriber of subscribers) {
      if (subscriber.organizationId !== entry.organizationId || !matchesFilter(entry, subscriber.filter)) continue;
      if (subscriber.after && !isAfter(entry, subscriber.after)) continue;
      if (subscriber.buffer.length === BUFFER_LIMIT) end(subscriber, 'TOO_SLOW');
      else subscriber.buffer.push(entry);
      subscriber.wake();
    }
  }

  function end(subscriber: Subscriber, reason: EndReason): void {
    subscriber.ended ??= reason;
    subscribers.delete(subscriber);
    subscriber.wake();
  }

  /** Until a hint, or until it is time to look again. */
  async function pause(found: 'waiting' | 'nothing'): Promise<void> {
    if (hinted) return;
    const woken = new AbortController();
    look = () => woken.abort();
    const idle = subscribers.size === 0;
    await clock.sleep(
      idle ? IDLE_MS : found === 'waiting' ? RECHECK_MS : POLL_MS,
      AbortSignal.any([woken.signal, stopping.signal]),
    );
    look = () => {};
  }

  /** Missed entries, then live ones, until `subscriber` ends. */
  async function* generate(subscriber: Subscriber): AsyncGenerator<DeliveryLogEntry, void, undefined> {
    let seen = subscriber.after;
    if (seen) {
      // Catch up by pages before joining, so that the buffer is needed only for the last of it.
      for (let hasMore = true; hasMore; ) {
        const page = await readLog(
          app,
          subscriber.organizationId,
          { after: seen, limit: PAGE_SIZE },
          subscriber.filter,
        );
        yield* page.entries;
        seen = page.end;
        hasMore = page.hasMore;
      }
    }
    const joined = await join(subscriber);
    while (seen && isAfter(joined, seen)) {
      const page = await readLog(app, subscriber.organizationId, { after: seen, limit: PAGE_SIZE }, subscriber.filter);
      yield* page.entries;
      seen = page.end;
    }
    while (!subscriber.closed) {
      const entry = subscriber.buffer.shift();
      if (!entry) {
        if (subscriber.ended) throw new SubscriptionEndedError(subscriber.ended, seen);
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
        });
        continue;
      }
      if (seen && !isAfter(entry, seen)) continue;
      yield entry;
      seen = entry;
    }
  }

  return {
    start() {
      unsubscribe.push(
        signals.on('log.appended', () => {
          hinted = true;
          look();
        }),
        signals.on('key.revoked', (ids) => {
          for (const subscriber of subscribers) if (ids?.has(subscriber.keyId)) end(subscriber, 'KEY_REVOKED');
        }),
      );
      following = follow();
      return Promise.resolve();
    },
    async stop() {
      for (const stop of unsubscribe.splice(0)) stop();
      stopping.abort();
      for (const subscriber of subscribers) end(subscriber, 'STOPPING');
      await following;
    },
    subscribe(subscription) {
      const subscriber: Subscriber = { ...subscription, buffer: [], ended: undefined, closed: false, wake: () => {} };
      const entries = generate(subscriber);
      // A generator that waits cannot be returned from; so whoever closes it wakes it first.
      const close = () => {
        subscriber.closed = true;
        subscribers.delete(subscriber);
        subscriber.wake();
      };
      return {
        next: () => entries.next(),
        return: (value) => {
          close();
          return entries.return(value);
        },
        throw: (error) => {
          close();
          return entries.throw(error);
        },
        [Symbol.asyncIterator]() {
          return this;
        },
        [Symbol.asyncDispose]: async () => {
          close();
          await entries.return();
        },
      };
    },
  };
}
