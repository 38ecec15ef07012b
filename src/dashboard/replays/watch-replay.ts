/** Follows the progress of a replay, over lost connections, until it is over. */

import { useEffect, useState } from 'react';
import {
  type ReplayProgressFragment,
  WatchReplayDocument,
  type WatchReplaySubscription,
} from '../../../schema/generated/graphql.ts';
import type { Api } from '../api/client.ts';
import { createRetry, isEndOfKey, isForbidden } from '../api/retry.ts';
import { REFUSED_KEY, useSession } from '../sign-in/session.tsx';

/** Who is told what. */
export interface ReplayWatch {
  readonly id: string;
  /** As it is at first, and whenever it has come further; what came before a lost connection may be left out. */
  readonly onReplay: (replay: ReplayProgressFragment) => void;
  readonly onLost: () => void;
  /** The key was refused. */
  readonly onRefused: () => void;
}

/** Follows it until it is over, or until the returned function is called. */
export function watchReplay({ socket }: Api, { id, onReplay, onLost, onRefused }: ReplayWatch): () => void {
  let isOver = false;
  let unsubscribe = () => {};
  const retry = createRetry(subscribe);

  function subscribe(): void {
    unsubscribe();
    let isDone = false;
    const end = (refused: boolean) => {
      if (isDone || isOver) return;
      isDone = true;
      if (refused) return onRefused();
      onLost();
      retry.later();
    };
    unsubscribe = socket.subscribe<WatchReplaySubscription>(
      { query: WatchReplayDocument.toString(), variables: { id } },
      {
        next({ data, errors }) {
          if (isOver) return;
          if (errors || !data) return end(isEndOfKey(errors?.[0]?.extensions?.code));
          retry.succeeded();
          if (data.replay.finishedAt) isOver = true;
          onReplay(data.replay);
        },
        error: (error) => end(isForbidden(error)),
        complete: () => end(false),
      },
    );
  }

  subscribe();
  return () => {
    isOver = true;
    retry.stop();
    unsubscribe();
  };
}

/** The latest that is known of a replay, and whether it is as of now. */
export interface FollowedReplay {
  readonly replay: ReplayProgressFragment | undefined;
  readonly isLost: boolean;
  /** For what a mutation has answered: it is news as well. */
  readonly show: (replay: ReplayProgressFragment) => void;
}

/** Follows the replay `id` while the page is there; `undefined`: nothing. */
export function useReplay(id: string | undefined): FollowedReplay {
  const { api, signOut } = useSession();
  const [replay, show] = useState<ReplayProgressFragment>();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (!id) return;
    return watchReplay(api, {
      id,
      onReplay: (next) => {
        setLost(false);
        show(next);
      },
      onLost: () => setLost(true),
      onRefused: () => signOut(REFUSED_KEY),
    });
  }, [api, signOut, id]);
  return { replay, isLost, show };
}
