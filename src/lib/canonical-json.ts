/** One text for equal JSON values, whatever the order of their keys, for comparing contents by their hash. */

/**
 * `JSON.stringify` with the keys of every object in one fixed order. Numbers that `parseExact` kept as they were spelled
 * are written so: `1.0` and `1` are different contents, since receivers would get different bytes.
 *
 * @param value JSON, so no `undefined` at the top, nested no deeper than `parseExact` allows.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || JSON.isRawJSON(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
