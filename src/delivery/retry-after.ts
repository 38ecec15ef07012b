/** How long a receiver asks to be left alone: the `Retry-After` header of RFC 9110, section 10.2.3. */

/**
 * Milliseconds to wait, more than 0 and at most `maxMs`; null when the header says nothing usable. `values` are all
 * lines of that header: several of them contradict each other, so they are ignored, as is everything that is neither
 * plain seconds nor an HTTP date in the future (negative, fractional, `1e300`, `NaN`, empty).
 */
export function parseRetryAfter(values: readonly string[], now: Date, maxMs: number): number | null {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) return null;

  const text = value.trim();
  const waitMs = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now.getTime();
  return waitMs > 0 ? Math.min(waitMs, maxMs) : null;
}

/** The preferred form, and the two obsolete ones that recipients must accept (RFC 9110, section 5.6.7). */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
];
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** `Date.parse` alone would also read `-5` and `1.5` as dates. NaN when it is no HTTP date. */
function parseHttpDate(text: string): number {
  if (HTTP_DATES.some((form) => form.test(text))) return Date.parse(text);
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : Number.NaN;
}
