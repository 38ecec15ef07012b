/** The `Retry-After` header, as receivers and attackers write it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRetryAfter } from '../../src/delivery/retry-after.ts';

const now = new Date('2026-11-21T12:00:00Z');
const maxMs = 86_400_000;

describe('Retry-After', () => {
  test.each([
    ['1', 1_000],
    ['120', 120_000],
    [' 5 ', 5_000],
    ['86400', maxMs],
    ['86401', maxMs],
    ['9999999999', maxMs],
    ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
    ['Saturday, 21-Nov-26 12:01:00 GMT', 60_000],
    ['Sat Nov 21 12:01:00 2026', 60_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', maxMs],
  ])('B14: %j is %i ms', (value, ms) => {
    expect(parseRetryAfter([value], now, maxMs)).toBe(ms);
  });

  test.each([
    '',
    ' ',
    '0',
    '-1',
    '-5',
    '+5',
    '1.5',
    '1e300',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    'soon',
    '5, 10',
    '9'.repeat(400),
    'Sat, 21 Nov 2026 11:59:59 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Sat, 99 Nov 2026 12:01:00 GMT',
    '2026-11-22',
    '2026-11-22T00:00:00Z',
    'Sat, 21 Nov 2026 12:01:00 +0000',
  ])('B14: %j is ignored', (value) => {
    expect(parseRetryAfter([value], now, maxMs)).toBeNull();
  });

  test('B14: is ignored when it is absent or contradicts itself', () => {
    expect(parseRetryAfter([], now, maxMs)).toBeNull();
    expect(
      parseRetryAfter(
        Array.from({ length: 10 }, (_, index) => `${index}`),
        now,
        maxMs,
      ),
    ).toBeNull();
  });

  test('B14: is null or within bounds, whatever it says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (value) => {
        const ms = parseRetryAfter([value], now, maxMs);
        expect(ms === null || (ms > 0 && ms <= maxMs)).toBe(true);
      }),
    );
  });
});
