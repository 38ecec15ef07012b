/** Follows the delivery log: what there is, then what happens, over lost connections without gap or repeat. */

import {
  DeliveryLogDocument,
  type DeliveryLogFilter,
  type DeliveryLogQuery,
  type LogEntryFragment,
  WatchDeliveryLogDocument,
  type WatchDeliveryLogSubscription,
} from '../../../schema/generated/graphql.ts';
import { type Api, sentenceOf } from '../api/client.ts';
import { createRetry, isEndOfKey, isForbidden } from '../api/retry.ts';

/** Where following stands. `waiting` is for a connection; `failed` is for good. */
export type Following =
  | { readonly is: 'connecting' | 'live' | 'waiting' }
  | { readonly is: 'failed'; readonly why: string };

/** What is followed, and who is told. */
export interface LogWatch {
  readonly filter: DeliveryLogFilter;
  /** How many of the latest entries to begin with, 1 to 100. */
  readonly latest: number;
  /** In log order. `isFirst` with the latest entries: forget what came before. */
  readonly onEntries: (entries: readonly LogEntryFragment[], isFirst: boolean) => void;
  readonly onFollowing?: (following: Following) => void;
  /** The key was refused. */
  readonly onRefused: () => void;
}

/**
 * Follows the log until the returned function is called. The entries do not go through the cache, which would keep them,
 * and the log has no end.
 */
export function watchLog({ client, socket, isConnected }: Api, watch: LogWatch): () => void {
  const { filter, latest, onEntries, onRefused } = watch;
  let cursor: string | undefined;
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
    onEntries(data.deliveryLog.entries, true);
    cursor = data.deliveryLog.endCursor;
    subscribe(cursor);
  }

  function subscribe(after: string): void {
    unsubscribe();
    if (isConnected()) tell({ is: 'live' });
    let isDone = false;
    const end = (next: () => void) => {
      if (isDone || isOver) return;
      isDone = true;
      next();
    };
    unsubscribe = socket.subscribe<WatchDeliveryLogSubscription>(
      { query: WatchDeliveryLogDocument.toString(), variables: { filter, after } },
      {
        next({ data, errors }) {
          const [error] = errors ?? [];
          if (error) return end(() => goOnAfter(error.extensions));
          if (!data) return;
          retry.succeeded();
          cursor = data.deliveryLog.cursor;
          onEntries([data.deliveryLog], false);
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
    if (typeof extensions?.cursor === 'string') cursor = extensions.cursor;
    // What came before cannot be gone on from: begin with what there is now.
    else if (String(extensions?.code).startsWith('CURSOR_')) cursor = undefined;
    connectLater();
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
