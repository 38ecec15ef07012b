import { describe, expect, test } from 'vitest';
import { formatGrowth, judgeGrowth } from './growth.ts';

/** Looks at something that was so much at each. */
const looksAt = (what: string, values: readonly number[]) => values.map((value) => new Map([[what, value]]));

const MINUTES = Array.from({ length: 60 }, (_, minute) => minute);

const isTold = (what: string, values: readonly number[]) => judgeGrowth(looksAt(what, values))[0]?.isUnbounded;

describe('growth', () => {
  test.each([
    ['memory in use of api', (minute: number) => 60 + minute],
    ['file descriptors of dispatcher-1', (minute: number) => 40 + 2 * minute],
    ['connections to the database', (minute: number) => 20 + minute / 2],
    ['deliveries that are pending', (minute: number) => 30 * minute],
    ['rows of destination', (minute: number) => 5 + Math.floor(minute / 30)],
    ['KiB of delivery for each import', (minute: number) => 4 + minute / 10],
  ])('of %s is told when it goes on and on', (what, at) => {
    expect(isTold(what, MINUTES.map(at))).toBe(true);
  });

  test.each([
    ['memory in use of api', (minute: number) => 60 + (minute % 5) * 4],
    ['memory in use of api', (minute: number) => 90 - 30 / (1 + minute)],
    ['file descriptors of dispatcher-1', (minute: number) => (minute % 7 === 0 ? 300 : 40)],
    ['connections to the database', (minute: number) => (minute % 10 === 9 ? 0 : 20)],
    ['deliveries that are pending', (minute: number) => (minute % 9) * 20],
    ['rows of destination', () => 5],
    ['KiB of delivery for each import', (minute: number) => 4 + 100 / (1 + minute)],
  ])('of %s is not told when it only comes and goes, or comes to an end', (what, at) => {
    expect(isTold(what, MINUTES.map(at))).toBe(false);
  });

  test('is shown for all, with a word for what grows', () => {
    const looks = MINUTES.map(
      (minute) => new Map([...[['memory in use of api', minute] as const], ['rows of webhook', 4]]),
    );
    expect(formatGrowth(judgeGrowth(looks))).toBe(
      'memory in use of api     22.0 →     52.0   grows\nrows of webhook           4.0 →      4.0\n',
    );
  });

  test('of what was seen too seldom is not judged', () => {
    expect(judgeGrowth(looksAt('rows of webhook', [1, 2, 3]))).toEqual([]);
  });
});
