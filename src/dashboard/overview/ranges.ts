/** How far back the charts look. */

import type { StatBucket } from '../../../schema/generated/graphql.ts';

/** One choice. */
export interface Range {
  /** After "in the last". */
  readonly name: string;
  readonly label: string;
  readonly bucket: StatBucket;
  /** How many buckets, the one that is still going on included. */
  readonly buckets: number;
  /** How often to ask again, in milliseconds: the longer the buckets, the less there is to see. */
  readonly everyMs: number;
}

/** The choices, by what the address calls them. */
export const RANGES = {
  hour: { name: 'hour', label: 'Hour', bucket: 'MINUTE', buckets: 60, everyMs: 4_000 },
  day: { name: '24 hours', label: 'Day', bucket: 'HOUR', buckets: 24, everyMs: 10_000 },
  week: { name: '7 days', label: 'Week', bucket: 'HOUR', buckets: 7 * 24, everyMs: 30_000 },
  month: { name: '30 days', label: 'Month', bucket: 'DAY', buckets: 30, everyMs: 30_000 },
} as const satisfies Record<string, Range>;

/** What one of them is called. */
export type RangeName = keyof typeof RANGES;

/** The range that an address names; the hour when it names none that there is. */
export function readRange(search: URLSearchParams): RangeName {
  const name = search.get('range') ?? '';
  return Object.hasOwn(RANGES, name) ? (name as RangeName) : 'hour';
}
