/** An operator who watches the delivery log by subscription, and goes on from where that broke whenever it does. */

import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Caller } from '../support/client.ts';

/** An entry of the delivery log, as the subscription and the query both give it. */
export interface LogEntry {
  readonly cursor: string;
  readonly kind: string;
  readonly deliveryStatus: string;
  readonly importId: string;
  readonly eventType: string;
  readonly webhookId: string | null;
  readonly attemptNumber: number | null;
  readonly reason: string | null;
}

/** What is asked of an entry. */
export const LOG_FIELDS = 'cursor kind deliveryStatus importId eventType webhookId attemptNumber reason';

/** See {@link startWatcher}. */
export interface Watcher {
  /** Everything seen, in the order in which it was. */
  readonly seen: readonly LogEntry[];
  /** How often it had to begin again. */
  readonly breaks: number;
  /** Resolves with true once `count` deliveries are at their end, with false when it took longer than `ms`. */
  untilFinished(count: number, ms: number): Promise<boolean>;
  /** Resolves with true once the entry with this cursor was seen, with false when it took longer than `ms`. */
  untilSeen(cursor: string, ms: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** The ways to subscribe: one entry at a time, or in pages. */
export type Subscribing = 'deliveryLog' | 'deliveryLogPages';

const SUBSCRIPTIONS: Readonly<Record<Subscribing, string>> = {
  deliveryLog: `subscription ($after: String) { item: deliveryLog(after: $after) { ${LOG_FIELDS} } }`,
  deliveryLogPages: `subscription ($after: String) {
    item: deliveryLogPages(after: $after) { entries { ${LOG_FIELDS} } endCursor }
  }`,
};

/** What comes by a subscription; an entry is where to go on from by itself. */
type Item = LogEntry | { readonly entries: readonly LogEntry[]; readonly endCursor: string };

/** Before the first entry. */
const START = '0.0';

/** How long until a subscription that broke is begun again, in milliseconds. */
const AGAIN_MS = 100;

/** Entries after which a delivery gets no more attempts. */
export const LAST_KINDS = new Set(['DELIVERED', 'EXHAUSTED', 'CANCELLED', 'SUPERSEDED']);

/**
 * Watches the log from its beginning. A subscription that the server refuses is complained about, and begun again; while
 * the database is away it may say so.
 */
export function startWatcher(
  { url, key }: Required<Caller>,
  how: Subscribing,
  complain: (complaint: string) => void,
): Watcher {
  let after = START;
  const seen: LogEntry[] = [];
  const cursors = new Set<string>();
  const waiting = new Set<() => void>();
  let finished = 0;
  let breaks = -1;
  let isStopped = false;
  let stopCurrent = () => {};

  async function watch(): Promise<void> {
    while (!isStopped) {
      breaks += 1;
      const error = await subscribe();
      if (isRefusal(error)) complain(`${how} was refused: ${JSON.stringify(error)}`);
      if (!isStopped) await delay(AGAIN_MS);
    }
  }

  /** Resolves when it is over, with why if it failed. */
  async function subscribe(): Promise<unknown> {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
    });
    try {
      return await new Promise((resolve) => {
        stopCurrent = client.subscribe<{ item: Item }>(
          { query: SUBSCRIPTIONS[how], variables: { after } },
          {
            next: ({ data, errors }) => (data ? takeItem(data.item) : resolve(errors)),
            error: resolve,
            complete: () => resolve(undefined),
          },
        );
      });
    } finally {
      await client.dispose();
    }
  }

  function takeItem(item: Item): void {
    for (const entry of 'entries' in item ? item.entries : [item]) take(entry);
    after = 'entries' in item ? item.endCursor : item.cursor;
    for (const check of waiting) check();
  }

  function take(entry: LogEntry): void {
    seen.push(entry);
    cursors.add(entry.cursor);
    if (LAST_KINDS.has(entry.kind)) finished += 1;
  }

  async function until(enough: () => boolean, ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const check = () => enough() && resolve(true);
    const timer = setTimeout(() => resolve(false), ms);
    waiting.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(check);
    }
  }

  const watched = watch();
  return {
    seen,
    get breaks() {
      return breaks;
    },
    untilFinished: (count, ms) => until(() => finished >= count, ms),
    untilSeen: (cursor, ms) => until(() => cursors.has(cursor), ms),
    async stop() {
      isStopped = true;
      stopCurrent();
      await watched;
    },
  };
}

/** Whether a subscription ended with errors of GraphQL, rather than because a connection broke or the database is away. */
function isRefusal(error: unknown): boolean {
  if (!Array.isArray(error)) return false;
  const errors: readonly { readonly extensions?: { readonly code?: string } }[] = error;
  return errors.some(({ extensions }) => extensions?.code !== 'UNAVAILABLE');
}
