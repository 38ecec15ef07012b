/** The part of the delivery log that a page shows: the newest entries, bounded, and frozen while one reads. */

import type { DeliveryLogFilter, LogEntryFragment } from '../../../schema/generated/graphql.ts';
import type { Api } from '../api/client.ts';
import { now } from '../look/time.tsx';
import { type Following, watchLog } from './watch-log.ts';

/** What is shown. */
export interface LogView {
  /** Newest first. */
  readonly entries: readonly LogEntryFragment[];
  readonly following: Following;
  readonly isPaused: boolean;
  /** Entries that have come since it was paused. */
  readonly waiting: number;
  /** By how much the newest entry is late, in milliseconds; 0 when it is not. */
  readonly behindMs: number;
  /** Whether the first entries have been read. */
  readonly isLoaded: boolean;
}

/** Entries that are kept: some megabytes, whatever the log does. */
export const MOST_ENTRIES = 5_000;

/** Entries are shown together so often, in milliseconds: a page is not drawn 200 times a second. */
const SHOW_EVERY_MS = 100;

/** Later than the quickest entry by this much counts as behind, in milliseconds. */
const BEHIND_MS = 2_000;

/** A window on the log, for `useSyncExternalStore`. */
export interface LogWindow {
  readonly getView: () => LogView;
  readonly subscribe: (listener: () => void) => () => void;
  /** Begins to follow; the returned function ends it. */
  open(): () => void;
  /** Freezes what is shown. What comes meanwhile is kept, and counted. */
  pause(): void;
  /** Shows what has come, and goes on. */
  resume(): void;
}

/** Makes a window that is not open yet. */
export function createLogWindow(api: Api, filter: DeliveryLogFilter, onRefused: () => void): LogWindow {
  const listeners = new Set<() => void>();
  let view: LogView = {
    entries: [],
    following: { is: 'connecting' },
    isPaused: false,
    waiting: 0,
    behindMs: 0,
    isLoaded: false,
  };
  /** Not shown yet, in log order; at most as many as are shown. */
  let fresh: LogEntryFragment[] = [];
  let waiting = 0;
  /** The least time from an entry to its arrival: how much the two clocks differ, and what the way takes. */
  let quickestMs = Number.POSITIVE_INFINITY;
  let latenessMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function change(part: Partial<LogView>): void {
    view = { ...view, ...part };
    for (const listener of listeners) listener();
  }

  function show(): void {
    clearTimeout(timer);
    timer = undefined;
    const behindMs = latenessMs > BEHIND_MS ? latenessMs : 0;
    if (view.isPaused) {
      change({ waiting, behindMs });
      return;
    }
    const entries = [...fresh.reverse(), ...view.entries].slice(0, MOST_ENTRIES);
    fresh = [];
    waiting = 0;
    change({ entries, waiting, behindMs, isLoaded: true });
  }

  function take(entries: readonly LogEntryFragment[], isFirst: boolean): void {
    if (isFirst) {
      fresh = [...entries];
      view = { ...view, entries: [], isPaused: false };
      show();
      return;
    }
    for (const entry of entries) {
      const tookMs = now() - Date.parse(entry.at);
      quickestMs = Math.min(quickestMs, tookMs);
      latenessMs = tookMs - quickestMs;
      fresh.push(entry);
      waiting += 1;
    }
    // Those that would fall out of the window at once need not wait for it.
    if (fresh.length > 2 * MOST_ENTRIES) fresh = fresh.slice(-MOST_ENTRIES);
    timer ??= setTimeout(show, SHOW_EVERY_MS);
  }

  return {
    getView: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: () => {
      const stop = watchLog(api, {
        filter,
        latest: 100,
        onEntries: take,
        onFollowing: (following) => change({ following }),
        onRefused,
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
    pause: () => change({ isPaused: true }),
    resume() {
      view = { ...view, isPaused: false };
      show();
    },
  };
}
