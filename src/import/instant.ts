/** Instants as text, so that they keep their microseconds, which a `Date` has not. */

/** Date and time to the second, fraction, offset: the `date-time` of RFC 3339, section 5.6. */
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:(\.\d{1,6})\d{0,3})?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * Reads an RFC 3339 date-time with any offset and gives it in UTC, with `Z`. The digits of the fraction stay as
 * written, up to six; the seventh to ninth are cut off, which never moves an instant into the future. What is in that
 * form already comes out byte for byte.
 *
 * `undefined` for everything else: dates and times that do not exist (30 February, 24:00, leap seconds), and instants
 * outside the years 1 to 9999, which PostgreSQL or the form itself cannot hold.
 */
export function parseInstant(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, date, time, fraction = '', sign, hours = '0', minutes = '0'] = match;

  const written = new Date(`${date}T${time}Z`);
  if (toSeconds(written) !== `${date}T${time}`) return undefined;

  const offsetMinutes = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const inUtc = toSeconds(new Date(written.getTime() - offsetMinutes * 60_000));
  return inUtc && `${inUtc}${fraction}Z`;
}

/** `undefined` when the date is invalid or its year is not one of 0001 to 9999. */
function toSeconds(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return /^(?!0000)\d{4}-/.test(text) ? text.slice(0, 'yyyy-mm-ddThh:mm:ss'.length) : undefined;
}
