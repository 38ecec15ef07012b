/** Makes what a stranger sent safe to keep: bounded, valid Unicode, without U+0000 (which PostgreSQL refuses). */

/** Bytes of a decompressed body that are kept. */
export const KEPT_BODY_BYTES = 16 * 1024;

const MAX_HEADER_LINES = 64;
const MAX_HEADER_VALUE = 1_024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: "not ASCII" is exactly what is meant.
const NOT_ASCII = /[^\x00-\x7f]/;

/** Whether any of Node's flat list of names and values has more than ASCII, kept or not. */
export function hasMoreThanAscii(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some((text) => NOT_ASCII.test(text));
}

/** Turns Node's flat list of names and values into lower-case names with all their values, in order of arrival. */
export function keepHeaders(rawHeaders: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null);
  const end = Math.min(rawHeaders.length, MAX_HEADER_LINES * 2);

  for (let index = 0; index + 1 < end; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase().slice(0, MAX_HEADER_VALUE);
    const value = readable(rawHeaders[index + 1] ?? '');
    const values = headers[name];
    if (values) values.push(value);
    if (!values) headers[name] = [value];
  }
  return headers;
}

/** Reads the beginning of a body as UTF-8. A character cut in two by the limit is left out. */
export function keepBody(chunks: readonly Buffer[]): string {
  if (chunks.length === 0) return '';

  const [first] = chunks;
  const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
  return bytes.toString('utf8', 0, characterBoundary(bytes, KEPT_BODY_BYTES)).replaceAll('\0', '\uFFFD');
}

/**
 * Whether the body is not UTF-8, as far as it is kept. `isWhole` is false when it was cut somewhere, perhaps within a
 * character. `kept` is what {@link keepBody} made of it.
 */
export function isNotUtf8(chunks: readonly Buffer[], kept: string, isWhole: boolean): boolean {
  // Nothing was replaced, so that there was nothing to replace.
  if (!kept.includes('\uFFFD')) return false;

  const bytes = Buffer.concat(chunks);
  const end = characterBoundary(bytes, KEPT_BODY_BYTES);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: !isWhole });
    return false;
  } catch {
    return true;
  }
}

/** Node hands out header bytes as Latin-1; receivers that send more than ASCII mostly mean UTF-8. */
function readable(value: string): string {
  const kept = value.slice(0, MAX_HEADER_VALUE);
  return NOT_ASCII.test(kept) ? Buffer.from(kept, 'latin1').toString('utf8').replaceAll('\0', '\uFFFD') : kept;
}

/** The last place at or before `limit` where a UTF-8 character may begin; a character has at most four bytes. */
function characterBoundary(bytes: Buffer, limit: number): number {
  if (bytes.length <= limit) return bytes.length;

  let end = limit;
  while (end > limit - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}
