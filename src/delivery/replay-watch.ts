/** Watching replays: their progress, for the subscriptions of this process. */

import type { Replay } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import type { Service } from '../lib/service.ts';
import { findEndedKeys } from '../organization/ended-keys.ts';
import { tallyOf } from './replay-progress.ts';

/** Who watches what. */
export interface ReplayWatching {
  readonly organizationId: string;
  /** The key it came with; when that is revoked or has expired, the watching ends. */
  readonly keyId: string;
  readonly keyExpiresAt: Date | null;
  readonly replayId: string;
}

/** Why a watching ended from our side, before the replay was over. */
export type ReplayWatchEnd = { readonly ended: 'KEY_REVOKED' | 'KEY_EXPIRED' | 'STOPPING' };

/** Follows replays. */
export interface ReplayWatch extends Service {
  /**
   * The replay as it is now, then whenever something about it has changed, at most once a second, until it is over;
   * the last one says so. A replay that is not there is over. When we end it, the last item says why.
   *
   * `return` ends it at once, also while a `next` is waiting.
   */
  watch(watching: ReplayWatching): AsyncIterableIterator<Replay | ReplayWatchEnd, undefined, undefined>;
}

/** How often a replay that is watched is looked at, in milliseconds. */
const LOOK_MS = 1_000;

/** How often keys are looked up, since the hint that one was revoked may be lost, in milliseconds. */
const KEY_CHECK_MS = 30_000;

interface Watcher extends ReplayWatching {
  ended: ReplayWatchEnd['ended'] | undefined;
  closed: boolean;
  keyCheckedAt: number;
  wake: () => void;
}

/** Watches nothing until somebody asks; each watcher costs a look-up and a count a second. */
export function createReplayWatch(app: Pick<App, 'db' | 'clock' | 'log' | 'signals'>): ReplayWatch {
  const { db, clock, log, signals } = app;
  const watchers = new Set<Watcher>();
  const unsubscribe: (() => void)[] = [];
  let isStopping = false;

  function end(watcher: Watcher, reason: ReplayWatchEnd['ended']): void {
    watcher.ended ??= reason;
    watcher.wake();
  }

  async function* generate(watcher: Watcher): AsyncGenerator<Replay | ReplayWatchEnd, undefined> {
    watchers.add(watcher);
    if (isStopping) end(watcher, 'STOPPING');
    let last: string | undefined;
    try {
      while (!watcher.ended && !watcher.closed) {
        const found = await look(watcher);
        if (found === null) return undefined;
        if (found && found.text !== last && !watcher.ended) yield found.replay;
        last = found?.text ?? last;
        if (found?.replay.finishedAt) return undefined;
        await pause(watcher);
      }
      if (watcher.ended && !watcher.closed) yield { ended: watcher.ended };
    } finally {
      watchers.delete(watcher);
    }
    return undefined;
  }

  /** The replay, and all that is shown of it as text to compare; null when it is not there, nothing when nobody can tell. */
  async function look(watcher: Watcher): Promise<{ replay: Replay; text: string } | null | undefined> {
    const { organizationId, replayId: id } = watcher;
    try {
      await checkKey(watcher);
      const replay = await db.prisma.replay.findFirst({ where: { id, organizationId } });
      if (!replay) return null;
      const { status, planned, requested, skipped } = replay;
      return { replay, text: JSON.stringify([status, planned, requested, skipped, await tallyOf(app, replay)]) };
    } catch (error) {
      log.warn({ error: describeDatabaseError(error) }, 'replay.read_failed');
      return undefined;
    }
  }

  async function checkKey(watcher: Watcher): Promise<void> {
    const now = clock.now();
    if (watcher.keyExpiresAt && watcher.keyExpiresAt <= now) end(watcher, 'KEY_EXPIRED');
    if (now.getTime() - watcher.keyCheckedAt < KEY_CHECK_MS) return;
    const { revoked, expired } = await findEndedKeys(app, new Set([watcher.keyId]));
    watcher.keyCheckedAt = now.getTime();
    if (revoked.size > 0) end(watcher, 'KEY_REVOKED');
    if (expired.size > 0) end(watcher, 'KEY_EXPIRED');
  }

  /** Until something was done to the replay, or until it is time to look again. */
  async function pause(watcher: Watcher): Promise<void> {
    if (watcher.ended || watcher.closed) return;
    const woken = new AbortController();
    watcher.wake = () => woken.abort();
    await clock.sleep(LOOK_MS, woken.signal);
    watcher.wake = () => {};
  }

  return {
    start() {
      unsubscribe.push(
        signals.on('replay.changed', (ids) => {
          for (const watcher of watchers) if (!ids || ids.has(watcher.replayId)) watcher.wake();
        }),
        signals.on('key.revoked', (ids) => {
          for (const watcher of watchers) {
            if (ids?.has(watcher.keyId)) end(watcher, 'KEY_REVOKED');
            if (!ids) watcher.keyCheckedAt = Number.NEGATIVE_INFINITY;
          }
        }),
      );
      return Promise.resolve();
    },
    stop() {
      for (const stop of unsubscribe.splice(0)) stop();
      isStopping = true;
      for (const watcher of watchers) end(watcher, 'STOPPING');
      return Promise.resolve();
    },
    watch(watching) {
      const watcher: Watcher = {
        ...watching,
        ended: undefined,
        closed: false,
        keyCheckedAt: Number.NEGATIVE_INFINITY,
        wake: () => {},
      };
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
