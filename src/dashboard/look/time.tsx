/** Instants and durations as people read them: in their own zone, with UTC when they point at it. */

import { useEffect, useState } from 'react';

/** The only place of the dashboard that asks the machine what time it is. */
export function now(): number {
  return Date.now();
}

/** An instant rounded down to the minute, in ISO 8601, so that an address with it is easy to read. */
export function toTheMinute(at: number): string {
  return new Date(at - (at % 60_000)).toISOString();
}

/** The time, again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return time;
}

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});
const MINUTE = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

/** An instant in full. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={utc(at)}>
      {FULL.format(new Date(at))}
    </time>
  );
}

/** An instant to the millisecond, with its day when that is not today. */
export function LogTime({ at }: { at: string }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now()).toDateString();
  return (
    <time dateTime={at} title={utc(at)} className="log-time">
      {!isToday && `${DAY.format(date)} `}
      {CLOCK.format(date)}
    </time>
  );
}

/** An instant to the minute, with its day when that is not today: short enough for the middle of a sentence. */
export function Moment({ at }: { at: string }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now()).toDateString();
  return (
    <time dateTime={at} title={utc(at)}>
      {!isToday && `${DAY.format(date)}, `}
      {MINUTE.format(date)}
    </time>
  );
}

/** How long ago it was, or how long until then. */
export function Ago({ at }: { at: string }) {
  const time = useNow(10_000);
  return (
    <time dateTime={at} title={`${FULL.format(new Date(at))} · ${utc(at)}`}>
      {relative(Date.parse(at) - time)}
    </time>
  );
}

/** Counts down to an instant. */
export function Countdown({ to, over }: { to: string; over: string }) {
  const left = Date.parse(to) - useNow(500);
  return (
    <time dateTime={to} title={utc(to)}>
      {left > 0 ? `in ${duration(left)}` : over}
    </time>
  );
}

/** How long something has lasted that began at an instant. */
export function Lasting({ since }: { since: string }) {
  const ms = useNow(1_000) - Date.parse(since);
  return (
    <time dateTime={since} title={`since ${FULL.format(new Date(since))} · ${utc(since)}`}>
      {ms < 1_000 ? 'less than 1 s' : duration(ms)}
    </time>
  );
}

/** A span of time in its two largest units: `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const units = UNITS.filter(([, length]) => ms >= length).slice(0, 2);
  let rest = Math.floor(ms / 1_000) * 1_000;
  const parts = units.map(([name, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count > 0 ? `${count} ${name}` : '';
  });
  return parts.filter(Boolean).join(' ');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

const RELATIVE_UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function relative(ms: number): string {
  for (const [unit, length] of RELATIVE_UNITS) {
    if (Math.abs(ms) >= length) return RELATIVE.format(Math.round(ms / length), unit);
  }
  return ms > 5_000 ? RELATIVE.format(Math.round(ms / 1_000), 'second') : 'just now';
}

/** An instant in UTC, for pointing at. */
export function utc(at: string): string {
  return `${at.replace('T', ' ').replace('Z', '')} UTC`;
}
