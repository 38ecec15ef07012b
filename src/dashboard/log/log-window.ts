/** The part of the delivery log that a page shows: the newest entries, bounded, and frozen while one reads. */

import type { DeliveryLogFilter, LogEntryFragment } from '../../../schema/generated/graphql.ts';
import type { Api } from '../api/client.ts';
import { now } from '../look/time.tsx';
import { type Following, type Gap, watchLog } from './watch-log.ts';

/** A place in the list at which entries were left out. */
export interface LogGap {
  readonly gap: Gap;
  /** Its key in the list. */
  readonly cursor: string;
  /** When the last entry before it happened, and the first after it, where there are such. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** A row of the list. */
export type LogItem = LogEntryFragment | LogGap;

/** Whether it stands for entries that were left out. */
export function isGap(item: LogItem): item is LogGap {
  return 'gap' in item;
}

/** What is shown. */
export interface LogView {
  /** Newest first. */
  readonly entries: readonly LogItem[];
  /** The latest gap, until somebody has taken note of it. */
  readonly gap: LogGap | undefined;
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
const MOST_ENTRIES = 5_000;

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
  /** Somebody has taken note of the gap. It stays in the list. */
  dismissGap(): void;
}

/** Makes a window that is not open yet. */
export function createLogWindow(api: Api, filter: DeliveryLogFilter, onRefused: () => void): LogWindow {
  const listeners = new Set<() => void>();
  let view: LogView = {
    entries: [],
    gap: undefined,
    following: { is: 'connecting' },
    isPaused: false,
    waiting: 0,
    behindMs: 0,
    isLoaded: false,
  };
  /** Not shown yet, in log order; at most as many as are shown. */
  let fresh: LogItem[] = [];
  let waiting = 0;
  /** When the last entry happened. */
  let lastAt: string | undefined;
  /** The least time from an entry to its arrival: how much the two clocks differ, and what the way takes. */
  let quickestMs = Number.POSITIVE_INFINITY;
  let latenessMs = 0;
  let gaps = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calm: ReturnType<typeof setTimeout> | undefined;

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
    const entries = fresh.length > 0 ? [...fresh.reverse(), ...view.entries].slice(0, MOST_ENTRIES) : view.entries;
    fresh = [];
    waiting = 0;
    change({ entries, waiting, behindMs, isLoaded: true });
  }

  function take(entries: readonly LogEntryFragment[], after?: 'NOTHING' | Gap): void {
    if (after) begin(after, entries[0]);
    for (const entry of entries) fresh.push(entry);
    waiting += entries.length;
    lastAt = entries.at(-1)?.at ?? lastAt;
    if (after) {
      show();
      return;
    }
    noteLateness(entries);
    // Those that would fall out of the window at once need not wait for it.
    if (fresh.length > 2 * MOST_ENTRIES) fresh = fresh.slice(-MOST_ENTRIES);
    timer ??= setTimeout(show, SHOW_EVERY_MS);
  }

  function noteLateness(entries: readonly LogEntryFragment[]): void {
    for (const { at } of entries) {
      const tookMs = now() - Date.parse(at);
      quickestMs = Math.min(quickestMs, tookMs);
      latenessMs = tookMs - quickestMs;
    }
    clearTimeout(calm);
    if (latenessMs > BEHIND_MS) calm = setTimeout(calmDown, BEHIND_MS);
  }

  /** The last entry came late, but nothing has come since: there is nothing to be behind of. */
  function calmDown(): void {
    latenessMs = 0;
    show();
  }

  /** Another log than the one before leaves nothing of it, even while somebody reads it. */
  function begin(after: 'NOTHING' | Gap, next: LogEntryFragment | undefined): void {
    latenessMs = 0;
    if (after === 'NOTHING' || after === 'UNKNOWN') {
      fresh = [];
      waiting = 0;
      view = { ...view, entries: [], isPaused: false };
    }
    if (after === 'NOTHING') return;
    gaps += 1;
    const gap: LogGap = { gap: after, cursor: `gap ${gaps}`, from: lastAt, to: next?.at };
    fresh.push(gap);
    view = { ...view, gap };
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
        clearTimeout(calm);
        stop();
      };
    },
    pause: () => change({ isPaused: true }),
    resume() {
      view = { ...view, isPaused: false };
      show();
    },
    dismissGap: () => change({ gap: undefined }),
  };
}
