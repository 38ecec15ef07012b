/** How the body that a receiver shows differs from the one that was sent. */

import { canonicalJson } from '../lib/canonical-json.ts';
import { parseExact } from '../lib/exact-json.ts';
import { type Difference, type Finding, finding } from './signature-finding.ts';

/**
 * What happened to a body on its way, as far as the bytes tell: nothing, when they are the same. Pure, and linear in
 * their length.
 */
export function compareBodies(received: Buffer, sentText: string): readonly Finding[] {
  const sent = Buffer.from(sentText);
  if (received.equals(sent)) return [];
  if (received.length === 0) return [finding('BODY_EMPTY')];

  const around = addedAround(received, sent);
  if (around.length > 0) return around;
  const encoding = otherEncoding(received, sentText);
  if (encoding) return [finding('BODY_ENCODING', { message: encoding })];

  const difference = firstDifference(received, sent);
  const where = `The first difference is at byte ${difference.offset}.`;
  if (received.length < sent.length && difference.offset === received.length) {
    const message = `The body ends after ${received.length} of ${sent.length} bytes.`;
    return [finding('BODY_CUT', { message, difference })];
  }
  const rewriting = rewritten(received.toString(), sentText);
  if (rewriting) return [finding('BODY_RESERIALISED', { message: `${rewriting} ${where}`, difference })];
  return [finding('BODY_CHANGED', { message: `${FALLBACK} ${where}`, difference })];
}

const FALLBACK = 'The body is not the one that was sent.';

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** A byte order mark, white space, or both, when that is all that was added. */
function addedAround(received: Buffer, sent: Buffer): Finding[] {
  const hasMark = received.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const unmarked = hasMark ? received.subarray(BYTE_ORDER_MARK.length) : received;
  const before = blanks(unmarked) - blanks(sent);
  const after = unmarked.length - sent.length - before;
  if (before < 0 || after < 0 || !unmarked.subarray(before, before + sent.length).equals(sent)) return [];
  if (blanks(unmarked.subarray(before + sent.length)) < after) return [];

  const message = `There is white space around the body: ${before} bytes before it, and ${after} after it.`;
  return [
    ...(hasMark ? [finding('BODY_BYTE_ORDER_MARK')] : []),
    ...(before + after > 0 ? [finding('BODY_WHITESPACE', { message })] : []),
  ];
}

/** How many bytes of white space it begins with, among it the NUL that some languages end a text with. */
function blanks(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0 && (byte < 0x09 || byte > 0x0d));
  return first === -1 ? bytes.length : first;
}

/** Which other character encoding the body went through, as a sentence; `undefined` when it was none of the usual. */
function otherEncoding(received: Buffer, sentText: string): string | undefined {
  const sent = Buffer.from(sentText);
  const wide = Buffer.from(sentText, 'utf16le');
  const isWide = (bytes: Buffer) =>
    [wide, Buffer.concat([Buffer.from([0xff, 0xfe]), wide])].some((w) => w.equals(bytes));
  const swapped = received.length % 2 === 0 ? Buffer.from(received).swap16() : received;
  if (isWide(received) || isWide(swapped)) return 'The body is in UTF-16; it was sent in UTF-8.';
  if (!NOT_ASCII.test(sentText)) return undefined;

  if (received.equals(Buffer.from(sentText, 'latin1')) && !BEYOND_LATIN_1.test(sentText)) {
    return 'The body is in ISO 8859-1; it was sent in UTF-8.';
  }
  const twice = ['latin1', 'windows-1252'].map((label) => Buffer.from(readAs(label, sent)));
  if (twice.some((bytes) => bytes.equals(received))) {
    return 'The body was read as ISO 8859-1, or Windows-1252, and written as UTF-8: its bytes that are not ASCII are encoded twice.';
  }
  const text = received.toString();
  const isLossy = ['?', '\uFFFD', ''].some((stand) =>
    [/[\u0080-\u{10ffff}]/gu, /[\u0080-\uffff]/g].some((other) => sentText.replace(other, stand) === text),
  );
  return isLossy ? 'The characters of the body that are not ASCII were replaced or left out.' : undefined;
}

const NOT_ASCII = /[\u0080-\uffff]/;
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;

/** The label `latin1` means Windows-1252 to decoders of the web, and ISO 8859-1 to Node. */
function readAs(label: string, bytes: Buffer): string {
  return label === 'latin1' ? bytes.toString('latin1') : new TextDecoder(label).decode(bytes);
}

/** How a body that says the same was written anew, as a sentence; `undefined` when it does not say the same. */
function rewritten(received: string, sent: string): string | undefined {
  if (received.length > MOST_GROWTH * sent.length + 1_024) return undefined;
  const said = parseJson(sent);
  if (said === undefined) {
    const isSameForm = sortedForm(received) === sortedForm(sent);
    return isSameForm
      ? 'The body is the same form, written in other bytes: it was parsed and written anew.'
      : undefined;
  }
  const heard = parseJson(received);
  if (heard === undefined) return undefined;
  if (heard.value === sent) return 'The body is a JSON text that holds the body: it was serialised once more.';
  return canonicalJson(heard.value) === canonicalJson(said.value)
    ? 'The body is the same JSON value, written in other bytes: it was parsed and written anew.'
    : undefined;
}

/** Writing a body anew, even with indentation, does not make it so many times as long; parsing one that is takes its time. */
const MOST_GROWTH = 8;

/** In an object, since `null` is JSON. */
function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseExact(text, NO_KEYS) };
  } catch {
    return undefined; // not JSON, or nested deeper than anything that is sent
  }
}

const NO_KEYS: ReadonlySet<string> = new Set();

function sortedForm(text: string): string {
  const form = new URLSearchParams(text.trim());
  form.sort();
  return form.toString();
}

/** What is shown on either side of the difference, in bytes. */
const BEFORE = 12;
const AFTER = 28;

function firstDifference(received: Buffer, sent: Buffer): Difference {
  const shorter = Math.min(received.length, sent.length);
  let offset = 0;
  while (offset < shorter && received[offset] === sent[offset]) offset += 1;
  return { offset, received: excerpt(received, offset), sent: excerpt(sent, offset) };
}

function excerpt(bytes: Buffer, offset: number): string {
  return bytes.toString('utf8', characterStart(bytes, offset - BEFORE), characterStart(bytes, offset + AFTER));
}

/** The start of the UTF-8 character that `place` is in, within the bytes there are. */
function characterStart(bytes: Buffer, place: number): number {
  let start = Math.min(Math.max(place, 0), bytes.length);
  for (let back = 0; back < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80; back += 1) start -= 1;
  return start;
}
