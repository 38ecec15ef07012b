/** Ids of rows. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idBoundary, uuidV7 } from '../../src/lib/id.ts';

const AT = new Date('2026-11-21T19:22:50.123Z');

describe('uuidV7', () => {
  test('is a UUID of version 7 and variant 10 (RFC 9562)', () => {
    for (let made = 0; made < 1_000; made += 1) {
      expect(uuidV7(AT)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  test('begins with the millisecond, so that later ids sort after earlier ones', () => {
    expect(Number.parseInt(uuidV7(AT).replace('-', '').slice(0, 12), 16)).toBe(AT.getTime());

    const instant = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 1_000_000 }), (ms, later) => {
        const [first, second] = [uuidV7(new Date(ms)), uuidV7(new Date(Math.min(ms + later, 2 ** 48 - 1)))];
        expect(first < second).toBe(true);
      }),
    );
  });

  test('does not repeat within a millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => uuidV7(AT))).size).toBe(10_000);
  });
});

describe('the floor of an instant', () => {
  test('is below all ids of its millisecond, and above all of the one before', () => {
    for (const time of [0, 1, 1_700_000_000_000, 253_402_300_799_999]) {
      const floor = idBoundary(new Date(time));
      for (let made = 0; made < 100; made += 1) expect(uuidV7(new Date(time)) >= floor).toBe(true);
      if (time > 0) expect(uuidV7(new Date(time - 1)) < floor).toBe(true);
    }
  });
});
