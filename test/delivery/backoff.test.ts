import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs, DEFAULT_RETRY_SCHEDULE_SECONDS } from '../../src/delivery/backoff.ts';

const noJitter = () => 0;
/** The largest number below 1. */
const mostJitter = () => 1 - Number.EPSILON / 2;

describe('the default retry schedule', () => {
  test('makes ten attempts at the times of Standard Webhooks, over three days', () => {
    const startsAt: number[] = [];
    let at = 0;
    for (let failed = 0; ; failed += 1) {
      const delay = backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, failed, noJitter);
      if (delay === undefined) break;
      at += delay;
      startsAt.push(at / 1000);
    }
    const hms = (h: number, m: number, s: number) => (h * 60 + m) * 60 + s;
    expect(startsAt).toEqual([
      hms(0, 0, 0),
      hms(0, 0, 5),
      hms(0, 5, 5),
      hms(0, 35, 5),
      hms(2, 35, 5),
      hms(7, 35, 5),
      hms(17, 35, 5),
      hms(31, 35, 5),
      hms(51, 35, 5),
      hms(75, 35, 5),
    ]);
  });
});

describe('the delay before the next attempt', () => {
  test.each(DEFAULT_RETRY_SCHEDULE_SECONDS.map((seconds, index) => [index + 1, seconds] as const))(
    'after %i failed attempts is %i s at least, and never 20 %% more (B18)',
    (failed, seconds) => {
      expect(backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, failed, noJitter)).toBe(seconds * 1000);
      expect(backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, failed, mostJitter)).toBe(seconds * 1200 - 1);
    },
  );

  test('is whole milliseconds from the base to 20 % above it, whatever the schedule and the dice (B18)', () => {
    const schedule = fc.array(fc.integer({ min: 0, max: 30 * 86_400 }), { minLength: 1, maxLength: 20 });
    const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(schedule, fc.nat(), dice, (seconds, pick, roll) => {
        const index = pick % seconds.length;
        const base = (seconds[index] ?? Number.NaN) * 1000;
        const delay = backoffMs(seconds, index + 1, () => roll);
        expect(delay).toSatisfy(Number.isInteger);
        expect(delay).toBeGreaterThanOrEqual(base);
        expect(delay).toBeLessThanOrEqual(base * 1.2);
      }),
    );
  });

  test('spreads a crowd that failed together over the whole of the 20 % (B18)', () => {
    const crowd = Array.from({ length: 1000 }, () => backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, 2, Math.random) ?? 0);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const delay of crowd) {
      const tenth = Math.floor((delay - 300_000) / 6000);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // 100 are expected in each; fewer than 30 or more than 200 would be one time in 10^12.
    expect(tenths).toHaveLength(10);
    expect(Math.min(...tenths)).toBeGreaterThan(30);
    expect(Math.max(...tenths)).toBeLessThan(200);
  });

  test('is none before the first attempt', () => {
    expect(backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, 0, mostJitter)).toBe(0);
    expect(backoffMs([], 0, mostJitter)).toBe(0);
  });

  test('keeps the milliseconds of a schedule in fractions of a second', () => {
    expect(backoffMs([0.05, 1.005], 1, noJitter)).toBe(50);
    expect(backoffMs([0.05, 1.005], 2, noJitter)).toBe(1005);
  });

  test('is undefined once the schedule is used up (B19)', () => {
    expect(backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, 10, noJitter)).toBeUndefined();
    expect(backoffMs(DEFAULT_RETRY_SCHEDULE_SECONDS, 11, noJitter)).toBeUndefined();
    expect(backoffMs([], 1, noJitter)).toBeUndefined();
  });
});
