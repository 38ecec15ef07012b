/** Pages of lists that are in the order of ids, newest first. */

import { AFTER_ALL_IDS, BEFORE_ALL_IDS, idBoundary } from './id.ts';

/** Which part of the list. */
export interface IdPage {
  /** The id that the page begins after, or with a negative `take` ends before; itself not in it. Null: an end of the list. */
  readonly cursor: string | null;
  /** How many rows: the newest of those, or when negative the oldest. */
  readonly take: number;
}

/** A time in which ids were made. Null: open. */
export interface IdTime {
  /** Then or later. */
  readonly from: Date | null;
  /** Before. */
  readonly to: Date | null;
}

/** What a statement reads for a page: `limit` rows between two ids, both left out, beginning at one of them. */
export interface IdBounds {
  readonly above: string;
  readonly below: string;
  readonly limit: number;
  /** `desc`: from the newest on; `asc`: from the oldest on, so that what is read is the page in reverse. */
  readonly direction: 'desc' | 'asc';
}

/** The bounds of a page of what was made in a time. Rows that are made meanwhile move nothing below a cursor. */
export function idBounds({ cursor, take }: IdPage, { from, to }: IdTime = { from: null, to: null }): IdBounds {
  const isBackward = take < 0;
  return {
    above: last([BEFORE_ALL_IDS, from && idBoundary(from), isBackward ? cursor : null]),
    below: first([AFTER_ALL_IDS, to && idBoundary(to), isBackward ? null : cursor]),
    limit: Math.abs(take),
    direction: isBackward ? 'asc' : 'desc',
  };
}

type Candidates = readonly [string, ...(string | null)[]];

const last = ([id, ...others]: Candidates): string =>
  others.reduce<string>((known, other) => (other !== null && other > known ? other : known), id);

const first = ([id, ...others]: Candidates): string =>
  others.reduce<string>((known, other) => (other !== null && other < known ? other : known), id);
