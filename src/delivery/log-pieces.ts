/** The pieces in which subscribers take the delivery log: entries, or pages. */

import type { App } from '../app.ts';
import type { LogPage, Position } from './log.ts';
import { type BatchedEntry, batchEntries } from './log-batch.ts';
import { isOwedPosition, type Subscriber } from './log-subscriber.ts';

/** Something that a subscriber takes at once. */
export interface Piece<Item> {
  readonly item: Item;
  /** Whoever has taken it has everything up to here. */
  readonly end: Position;
}

/** Cuts a stretch of the log into pieces, in log order; where nothing is worth saying, into none. */
export type Cut<Item> = (page: LogPage) => Iterable<Piece<Item>>;

/** Entries of a page that a subscriber gets at most: as many as a page of the query can have. */
export const SUBSCRIBED_PAGE_SIZE = 100;

/**
 * Each entry is a piece; those that would be a page are a batch. A batch is made when its first entry is asked for, and
 * let go of with its last: what is read for it can be a hundred bodies.
 */
export function* cutIntoEntries(page: LogPage): Generator<Piece<BatchedEntry>> {
  for (const { entries } of split(page)) {
    for (const entry of batchEntries(entries)) yield { item: entry, end: entry };
  }
}

/**
 * Pages of at most {@link SUBSCRIBED_PAGE_SIZE} entries. One without any is worth saying at the beginning, so that the
 * subscriber knows from where on it hears everything; when it has caught up, having heard that there may be more; and when
 * it has heard nothing for long although the log moved on, or the reading of it.
 */
export function cutIntoPages({ clock }: Pick<App, 'clock'>, subscriber: Subscriber): Cut<LogPage> {
  return (page) => {
    const now = clock.now();
    const { told } = subscriber;
    const hasCaughtUp = told?.hasMore === true && !page.hasMore;
    const isSaid = page.entries.length > 0 || !told || hasCaughtUp || isOwedPosition(subscriber, page.end, now);
    if (!isSaid) return [];
    subscriber.told = { position: page.end, at: now, hasMore: page.hasMore };
    return split(page).map((part) => ({ item: part, end: part.end }));
  };
}

function split({ entries, end, hasMore }: LogPage): LogPage[] {
  const parts: LogPage[] = [];
  let from = 0;
  for (; from + SUBSCRIBED_PAGE_SIZE < entries.length; from += SUBSCRIBED_PAGE_SIZE) {
    const part = entries.slice(from, from + SUBSCRIBED_PAGE_SIZE);
    parts.push({ entries: part, end: part.at(-1) ?? end, hasMore: true });
  }
  return [...parts, { entries: entries.slice(from), end, hasMore }];
}
