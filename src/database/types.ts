/** Values of the two types that the drivers read differently. OIDs: PostgreSQL's `pg_type.dat`. */

export const INT8 = 20;
export const TIMESTAMPTZ = 1184;

export const parseInt8 = (text: string): bigint => BigInt(text);

/** PostgreSQL's ISO output, such as `2026-11-21 19:22:50.123456+00`; milliseconds are kept. */
export function parseTimestamptz(text: string): Date {
  return new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}
