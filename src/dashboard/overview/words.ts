/** Numbers and times of the charts in words. */

import type { StatBucket, StatPointFragment } from '../../../schema/generated/graphql.ts';
import { duration } from '../look/time.tsx';

/** What the charts are drawn of. */
export type Point = StatPointFragment;

/** What came of deliveries, in the order in which bars are stacked. */
export const OUTCOMES = [
  { key: 'delivered', name: 'Delivered' },
  { key: 'failed', name: 'Failed' },
  { key: 'cancelled', name: 'Cancelled' },
  { key: 'superseded', name: 'Superseded' },
] as const;

/** What is told of how long attempts took. */
export const LATENCIES = [
  { key: 'p50LatencyMs', name: 'p50', means: 'half of the attempts took at most' },
  { key: 'p95LatencyMs', name: 'p95', means: '95 of 100 attempts took at most' },
] as const;

const SHORT_COUNT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const RATE = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

/** `12K`, where there is little room. */
export function shortCount(value: number): string {
  return SHORT_COUNT.format(value);
}

/** `99.8%`, rounded down, so that 100 % is said of nothing less. */
export function rate(value: number | null | undefined): string {
  return typeof value === 'number' ? RATE.format(Math.floor(value * 1_000) / 1_000) : '–';
}

/** `120 ms`, `1.4 s`; a dash when nothing was attempted. */
export function latency(ms: number | null | undefined): string {
  if (typeof ms !== 'number') return '–';
  if (ms < 1_000) return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  return ms < 60_000 ? `${Math.round(ms / 100) / 10} s` : duration(ms);
}

/** Days are those of UTC; minutes and hours are the reader's own. */
const FORMATS: Readonly<Record<StatBucket, Intl.DateTimeFormat>> = {
  MINUTE: new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  HOUR: new Intl.DateTimeFormat(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
  DAY: new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }),
};

/** When a bucket is: `14:05–14:06`, `Sat 22 Nov, 14:00–15:00`, `Sat 22 Nov (UTC)`. */
export function when(bucket: StatBucket, { startsAt, endsAt }: Pick<Point, 'startsAt' | 'endsAt'>): string {
  if (bucket === 'DAY') return `${FORMATS.DAY.format(new Date(startsAt))} (UTC)`;
  return `${FORMATS[bucket].format(new Date(startsAt))}–${FORMATS.MINUTE.format(new Date(endsAt))}`;
}

const DAY_TICK = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' });
const DATE_TICK = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** What is written below the axis at an instant, in a chart that shows `spanMs`. */
export function tick(bucket: StatBucket, spanMs: number, at: Date): string {
  if (bucket === 'DAY') return DATE_TICK.format(at);
  return (spanMs > 2 * 86_400_000 ? DAY_TICK : FORMATS.MINUTE).format(at);
}
