/** A tail of the delivery log, and subscribers that read when a test tells them to. */

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import { LOG_START, type LogPage } from '../../src/delivery/log.ts';
import type { Subscription, SubscriptionEnd } from '../../src/delivery/log-subscriber.ts';
import { createDeliveryLogTail, type DeliveryLogTail } from '../../src/delivery/log-tail.ts';
import type { TestApp } from '../support/app.ts';
import { NO_FILTER, watchDatabase, writeEntries } from './log-entries.ts';

/** A tail of its own on the app's database, as in a process of its own; stopped when the test ends. */
export async function startTail(app: TestApp) {
  const db = watchDatabase(app.db);
  const tail = createDeliveryLogTail({ ...app, db });
  await tail.start();
  onTestFinished(() => tail.stop(AbortSignal.abort()));
  return { tail, db };
}

/** Writes entries of the app's organization. Nobody is told. */
export async function write(app: TestApp, ...ids: string[]): Promise<void> {
  await writeEntries(app.db, { organizationId: app.organizationId, importIds: ids });
}

/** The rest of a subscription that we end. */
export interface Rest {
  readonly seen: readonly string[];
  readonly end: SubscriptionEnd;
}

/** A subscriber that reads when it is asked to. */
export type Reader = ReturnType<typeof subscribe>;

/** Subscribes from the beginning, unless told otherwise, and reads only when asked to. */
export function subscribe(tail: DeliveryLogTail, app: TestApp, wanted: Partial<Subscription> = {}) {
  const entries = tail.subscribe(subscriptionOf(app, wanted));
  return {
    next: () => entries.next(),
    leave: () => entries.return?.(),
    /** The import ids of the next entries; `between` is awaited after each. */
    async take(count: number, between?: () => Promise<unknown>): Promise<string[]> {
      const taken: string[] = [];
      while (taken.length < count) {
        taken.push(idOf((await entries.next()).value));
        await between?.();
      }
      return taken;
    },
    async rest(): Promise<Rest> {
      const seen: string[] = [];
      for await (const item of entries) {
        if ('ended' in item) return { seen, end: item };
        seen.push(idOf(item));
      }
      throw new Error('the subscription ended without a word');
    },
  };
}

/** Subscribes to pages from the beginning, unless told otherwise, and reads only when asked to. */
export function subscribePages(tail: DeliveryLogTail, app: TestApp, wanted: Partial<Subscription> = {}) {
  const raw = tail.subscribePages(subscriptionOf(app, wanted));
  const next = async () => pageIn((await raw.next()).value);
  return {
    raw,
    next,
    leave: () => raw.return?.(),
    /** The import ids of the next entries, in as many pages as it takes: `count` of them, or more. */
    async take(count: number): Promise<string[]> {
      const taken: string[] = [];
      while (taken.length < count) taken.push(...(await next()).entries.map(idOf));
      return taken;
    },
    async rest(): Promise<Rest> {
      const seen: string[] = [];
      for await (const item of raw) {
        if ('ended' in item) return { seen, end: item };
        seen.push(...item.entries.map(idOf));
      }
      throw new Error('the subscription ended without a word');
    },
  };
}

/** A subscription from the beginning to everything, unless told otherwise. */
export function subscriptionOf(app: TestApp, wanted: Partial<Subscription> = {}): Subscription {
  return {
    organizationId: app.organizationId,
    keyId: randomUUID(),
    keyExpiresAt: null,
    after: LOG_START,
    filter: NO_FILTER,
    ...wanted,
  };
}

function pageIn(item: LogPage | SubscriptionEnd | undefined): LogPage {
  if (!item || 'ended' in item) throw new Error(`the subscription ended: ${item?.ended}`);
  return item;
}

function idOf(item: DeliveryLogEntry | SubscriptionEnd | undefined): string {
  if (!item || 'ended' in item) throw new Error(`the subscription ended: ${item?.ended}`);
  return item.importId ?? '';
}
