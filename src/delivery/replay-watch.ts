/** Watching replays: their progress, for the subscriptions of this process. */

import type { Replay } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { createKeyWatch, type KeyEnd, type KeyHolder } from './key-watch.ts';
import { tallyOf } from './replay-progress.ts';

/** Who watches what. When the key is revoked or has expired, the watching ends. */
export interface ReplayWatching extends KeyHolder {
  readonly organizationId: string;
  readonly replayId: string;
}

/** Why a watching ended from our side, before the replay was over. */
export type ReplayWatchEnd = { readonly ended: KeyEnd | 'STOPPING' };

/** Follows replays. */
export interface ReplayWatch extends Service {
  /**
   * The replay as it is, or was within the last second, then whenever something about it has changed, until it is over;
   * the last one says so. A replay that is not there is over. When we end it, the last item says why. Whoever takes more
   * slowly gets the latest.
   *
   * `return` ends it at once, also while a `next` is waiting.
   */
  watch(watching: ReplayWatching): AsyncIterableIterator<Replay | ReplayWatchEnd, undefined, undefined>;
}

/** How often a replay that is watched is looked at, in milliseconds. */
const LOOK_MS = 1_000;

interface Watcher extends ReplayWatching {
  ended: ReplayWatchEnd['ended'] | undefined;
  closed: boolean;
  wake: () => void;
}

/** What there is to show of a replay, and the same as text, to compare. */
interface Progress {
  readonly replay: Replay;
  readonly text: string;
}

/** A replay that somebody watches. It is looked at once for all of them. */
interface WatchedReplay {
  readonly organizationId: string;
  readonly replayId: string;
  readonly watchers: Set<Watcher>;
  /** As it was seen last, another object whenever it has changed; null when it is not there. */
  progress: Progress | null | undefined;
  /** Something was done to it since the last look began. */
  hinted: boolean;
  /** Ends the pause between two looks. */
  wake: () => void;
}

/** Watches nothing until somebody asks; each replay that is watched costs a look-up and a count a second. */
export function createReplayWatch(app: Pick<App, 'db' | 'clock' | 'log' | 'signals'>): ReplayWatch {
  const { db, clock, log, signals } = app;
  const watchers = new Set<Watcher>();
  const watched = new Map<string, WatchedReplay>();
  const following = new Set<Promise<void>>();
  const keys = createKeyWatch(app, watchers, end);
  const unsubscribe: (() => void)[] = [];
  let isStopping = false;

  function end(watcher: Watcher, reason: ReplayWatchEnd['ended']): void {
    watcher.ended ??= reason;
    watcher.wake();
  }

  async function* generate(watcher: Watcher): AsyncGenerator<Replay | ReplayWatchEnd, undefined> {
    const replay = join(watcher);
    let shown: Progress | undefined;
    try {
      while (!watcher.ended && !watcher.closed) {
        const { progress } = replay;
        if (progress && progress !== shown) {
          shown = progress;
          yield progress.replay;
          continue;
        }
        if (isLast(progress)) return undefined;
        await untilWoken(watcher);
      }
      if (watcher.ended && !watcher.closed) yield { ended: watcher.ended };
    } finally {
      leave(replay, watcher);
    }
    return undefined;
  }

  function join(watcher: Watcher): WatchedReplay {
    watchers.add(watcher);
    if (isStopping) end(watcher, 'STOPPING');
    const { organizationId, replayId } = watcher;
    const name = `${organizationId}/${replayId}`;
    const known = watched.get(name);
    known?.watchers.add(watcher);
    if (known) return known;
    const begun: WatchedReplay = {
      organizationId,
      replayId,
      watchers: new Set([watcher]),
      progress: undefined,
      hinted: false,
      wake: () => {},
    };
    watched.set(name, begun);
    const work = follow(begun).finally(() => following.delete(work));
    following.add(work);
    return begun;
  }

  function leave(replay: WatchedReplay, watcher: Watcher): void {
    watchers.delete(watcher);
    replay.watchers.delete(watcher);
    if (replay.watchers.size === 0) replay.wake();
  }

  /** Looks at a replay for as long as somebody watches it, or until there is nothing more to come. */
  async function follow(replay: WatchedReplay): Promise<void> {
    while (replay.watchers.size > 0 && !isStopping && !isLast(replay.progress)) {
      replay.hinted = false;
      keys.endExpired();
      await keys.check();
      await look(replay);
      await pause(replay);
    }
    watched.delete(`${replay.organizationId}/${replay.replayId}`);
  }

  async function look(watchedReplay: WatchedReplay): Promise<void> {
    const { organizationId, replayId: id, progress: before } = watchedReplay;
    try {
      const replay = await db.prisma.replay.findFirst({ where: { id, organizationId } });
      const text = replay && JSON.stringify([...shownOf(replay), await tallyOf(app, replay)]);
      if (before && before.text === text) return;
      watchedReplay.progress = replay && text ? { replay, text } : null;
      for (const watcher of watchedReplay.watchers) watcher.wake();
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'replay.read_failed');
    }
  }

  /** Until something was done to the replay, or until it is time to look again. */
  async function pause(replay: WatchedReplay): Promise<void> {
    if (replay.hinted || replay.watchers.size === 0 || isStopping || isLast(replay.progress)) return;
    const woken = new AbortController();
    replay.wake = () => woken.abort();
    await clock.sleep(LOOK_MS, woken.signal);
    replay.wake = () => {};
  }

  return {
    start() {
      unsubscribe.push(
        signals.on('replay.changed', (ids) => {
          for (const replay of watched.values()) {
            if (ids && !ids.has(replay.replayId)) continue;
            replay.hinted = true;
            replay.wake();
          }
        }),
        signals.on('key.revoked', (ids) => {
          if (ids) keys.endRevoked(ids);
          else keys.doubt();
        }),
      );
      return Promise.resolve();
    },
    async stop() {
      for (const stop of unsubscribe.splice(0)) stop();
      isStopping = true;
      for (const watcher of watchers) end(watcher, 'STOPPING');
      for (const replay of watched.values()) replay.wake();
      await Promise.all(following);
    },
    watch(watching) {
      const watcher: Watcher = { ...watching, ended: undefined, closed: false, wake: () => {} };
      const replays = generate(watcher);
      return {
        next: () => replays.next(),
        // A generator that waits cannot be returned from, so it is woken first.
        return: () => {
          watcher.closed = true;
          watcher.wake();
          return replays.return(undefined);
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

/** Whether nothing comes after it. */
function isLast(progress: Progress | null | undefined): boolean {
  return progress === null || (progress !== undefined && progress.replay.finishedAt !== null);
}

function shownOf({ status, planned, requested, skipped, finishedAt }: Replay): unknown[] {
  return [status, planned, requested, skipped, finishedAt];
}

/** Resolves when there may be something for the watcher. */
async function untilWoken(watcher: Watcher): Promise<void> {
  await new Promise<void>((resolve) => {
    watcher.wake = resolve;
  });
}
