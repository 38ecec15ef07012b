/** Follows the delivery log: what there is, then what happens, over lost connections without gap or repeat. */

import {
  DeliveryLogDocument,
  type DeliveryLogFilter,
  type DeliveryLogQuery,
  type LogEntryFragment,
  WatchDeliveryLogPagesDocument,
  type WatchDeliveryLogPagesSubscription,
} from '../../../schema/generated/graphql.ts';
import { type Api, sentenceOf } from '../api/client.ts';
import { createRetry, isEndOfKey, isForbidden } from '../api/retry.ts';

/** Where following stands. `waiting` is for a connection; `failed` is for good. */
export type Following =
  | { readonly is: 'connecting' | 'live' | 'waiting' }
  | { readonly is: 'failed'; readonly why: string };

/**
 * Why entries were left out. `EXPIRED`: the server does not keep them any more. `UNKNOWN`: the log is another than it
 * was, restored from a backup. `SKIPPED`: there were too many to catch up with.
 */
export type Gap = 'EXPIRED' | 'UNKNOWN' | 'SKIPPED';

/** What is followed, and who is told. */
export interface LogWatch {
  readonly filter: DeliveryLogFilter;
  /** How many of the latest entries to begin with, 1 to 100. */
  readonly latest: number;
  /** In log order, joining on to those before unless `after` says why not: the first ones of all, or a gap. */
  readonly onEntries: (entries: readonly LogEntryFragment[], after?: 'NOTHING' | Gap) => void;
  readonly onFollowing?: (following: Following) => void;
  /** The key was refused. */
  readonly onRefused: () => void;
}

/** Entries that are caught up with after a lost connection; with more to come, the latest ones are shown instead. */
const MOST_MISSED = 5_000;

/** What the codes of cursors that cannot be gone on from mean. */
const GAPS: ReadonlyMap<unknown, Gap> = new Map([
  ['CURSOR_EXPIRED', 'EXPIRED'],
  ['CURSOR_UNKNOWN', 'UNKNOWN'],
]);

/**
 * Follows the log until the returned function is called, by pages: a busy log is a message now and then, not one per
 * entry. They do not go through the cache, since the log has no end.
 */
export function watchLog({ client, socket, isConnected }: Api, watch: LogWatch): () => void {
  const { filter, latest, onEntries, onRefused } = watch;
  let cursor: string | undefined;
  /** Of the last entry that was told. */
  let lastEntry: string | undefined;
  /** What to say of the entries that the next reading of the latest begins with. */
  let after: 'NOTHING' | Gap = 'NOTHING';
  let missed = 0;
  let isOver = false;
  let unsubscribe = () => {};

  const tell = (following: Following) => !isOver && watch.onFollowing?.(following);
  const stopHearing = socket.on('connected', () => tell({ is: 'live' }));
  const retry = createRetry(connect);

  function connect(): void {
    if (cursor === undefined) void readLatest();
    else subscribe(cursor);
  }

  async function readLatest(): Promise<void> {
    const { data, error } = await client
      .query<DeliveryLogQuery>(
        DeliveryLogDocument.toString(),
        { filter, last: latest },
        { requestPolicy: 'network-only' },
      )
      .toPromise();
    if (isOver) return;
    if (error && error.graphQLErrors.length > 0 && !isPassing(error.graphQLErrors[0]?.extensions.code)) {
      return void tell({ is: 'failed', why: sentenceOf(error) });
    }
    if (!data) return connectLater();
    const { entries, endCursor } = data.deliveryLog;
    const joint = entries.findIndex((entry) => entry.cursor === lastEntry);
    if (after === 'SKIPPED' && joint >= 0) onEntries(entries.slice(joint + 1));
    else onEntries(entries, after);
    lastEntry = entries.at(-1)?.cursor;
    subscribe(endCursor);
  }

  function subscribe(from: string): void {
    unsubscribe();
    cursor = from;
    missed = 0;
    if (isConnected()) tell({ is: 'live' });
    let isDone = false;
    const end = (next: () => void) => {
      if (isDone || isOver) return;
      isDone = true;
      next();
    };
    unsubscribe = socket.subscribe<WatchDeliveryLogPagesSubscription>(
      { query: WatchDeliveryLogPagesDocument.toString(), variables: { filter, after: from } },
      {
        next({ data, errors }) {
          if (isDone) return;
          const [error] = errors ?? [];
          if (error) return end(() => goOnAfter(error.extensions));
          if (!data) return;
          retry.succeeded();
          const { entries, endCursor, hasMore } = data.deliveryLogPages;
          cursor = endCursor;
          lastEntry = entries.at(-1)?.cursor ?? lastEntry;
          if (entries.length > 0) onEntries(entries);
          missed = hasMore ? missed + entries.length : 0;
          if (missed >= MOST_MISSED) end(() => startOver('SKIPPED'));
        },
        error: (error) => end(() => (isForbidden(error) ? onRefused() : connectLater())),
        complete: () => end(connectLater),
      },
    );
  }

  /** The server has ended the subscription, and said where to go on. */
  function goOnAfter(extensions: Readonly<Record<string, unknown>> | undefined): void {
    if (isEndOfKey(extensions?.code)) {
      onRefused();
      return;
    }
    const gap = GAPS.get(extensions?.code);
    if (gap) {
      startOver(gap);
      return;
    }
    if (typeof extensions?.cursor === 'string') cursor = extensions.cursor;
    connectLater();
  }

  /** Begins again with the latest entries there are. */
  function startOver(why: Gap): void {
    unsubscribe();
    cursor = undefined;
    after = why;
    retry.later();
  }

  function connectLater(): void {
    if (isOver) return;
    tell({ is: 'waiting' });
    retry.later();
  }

  tell({ is: 'connecting' });
  connect();
  return () => {
    isOver = true;
    retry.stop();
    unsubscribe();
    stopHearing();
  };
}

function isPassing(code: unknown): boolean {
  return code === 'UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR';
}
