import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/import/instant.ts';

describe('an instant', () => {
  test.each([
    '2024-04-24T17:20:14.659349Z',
    '2024-04-24T17:20:14Z',
    '2024-04-24T17:20:14.1Z',
    '2024-04-24T17:20:14.100000Z',
    '2024-04-24T17:20:14.000Z',
    '2024-02-29T23:59:59.999999Z',
    '0001-01-01T00:00:00Z',
    '0099-12-31T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
  ])('in UTC comes out byte for byte: %s', (text) => {
    expect(parseInstant(text)).toBe(text);
  });

  test.each([
    ['2024-04-24T19:20:14.659349+02:00', '2024-04-24T17:20:14.659349Z'],
    ['2024-04-24T12:50:14.6-04:30', '2024-04-24T17:20:14.6Z'],
    ['2024-03-01T00:30:00+01:00', '2024-02-29T23:30:00Z'],
    ['2023-12-31T23:59:59.999999-23:59', '2024-01-01T23:58:59.999999Z'],
    ['2024-04-24T17:20:14+00:00', '2024-04-24T17:20:14Z'],
    ['2024-04-24T17:20:14-00:00', '2024-04-24T17:20:14Z'],
    ['2024-04-24t17:20:14z', '2024-04-24T17:20:14Z'],
  ])('with an offset or in lower case comes out in UTC: %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    ['2024-04-24T17:20:14.1234567Z', '2024-04-24T17:20:14.123456Z'],
    ['2024-12-31T23:59:59.999999999Z', '2024-12-31T23:59:59.999999Z'],
  ])('finer than microseconds is cut, not rounded: %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    ['30 February', '2024-02-30T00:00:00Z'],
    ['29 February of a common year', '2023-02-29T00:00:00Z'],
    ['29 February 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2024-04-31T00:00:00Z'],
    ['month 0', '2024-00-01T00:00:00Z'],
    ['month 13', '2024-13-01T00:00:00Z'],
    ['day 0', '2024-01-00T00:00:00Z'],
    ['24:00', '2024-01-01T24:00:00Z'],
    ['minute 60', '2024-01-01T00:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['an offset of 24 hours', '2024-01-01T00:00:00+24:00'],
    ['an offset of 60 minutes', '2024-01-01T00:00:00+01:60'],
    ['an offset without a colon', '2024-01-01T00:00:00+0100'],
    ['no offset', '2024-01-01T00:00:00'],
    ['no time', '2024-01-01'],
    ['no seconds', '2024-01-01T00:00Z'],
    ['a space for the T', '2024-01-01 00:00:00Z'],
    ['a comma', '2024-01-01T00:00:00,5Z'],
    ['a point without digits', '2024-01-01T00:00:00.Z'],
    ['ten digits', '2024-01-01T00:00:00.1234567890Z'],
    ['space before', ' 2024-01-01T00:00:00Z'],
    ['a newline after', '2024-01-01T00:00:00Z\n'],
    ['foreign digits', '２０２４-01-01T00:00:00Z'],
    ['the year 0', '0000-06-01T00:00:00Z'],
    ['the year 0 once in UTC', '0001-01-01T00:00:00+01:00'],
    ['the year 10000 once in UTC', '9999-12-31T23:59:59-00:01'],
    ['a year of six digits', '+002024-01-01T00:00:00Z'],
    ['nothing', ''],
    ['words', 'yesterday'],
  ])('is refused with %s', (_what, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('is the same moment in any offset, with the fraction as written', () => {
    const moment = fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(9000, 0) }).map((ms) => ms - (ms % 1000));
    const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,6}$/));
    fc.assert(
      fc.property(moment, fraction, fc.integer({ min: -1439, max: 1439 }), (ms, digits, offset) => {
        const local = new Date(ms + offset * 60_000).toISOString().slice(0, 19);
        const inUtc = new Date(ms).toISOString().slice(0, 19);
        expect(parseInstant(`${local}${digits}${offsetText(offset)}`)).toBe(`${inUtc}${digits}Z`);
      }),
    );
  });

  test('once parsed parses to itself', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true }),
        (date) => {
          const parsed = parseInstant(date.toISOString());
          expect(parsed).toBe(date.toISOString());
        },
      ),
    );
  });

  test('is undefined for any other text, and nothing throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)),
        (text) => {
          const parsed = parseInstant(text);
          if (parsed !== undefined)
            expect(new Date(parsed).toISOString().slice(0, 19)).toBe(text.slice(0, 19).toUpperCase());
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function offsetText(minutes: number): string {
  const abs = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}
