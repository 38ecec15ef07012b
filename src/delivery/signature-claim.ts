/** What a receiver says that it got: headers, read however they are spelled, with a finding for every oddity. */

import { type Finding, finding } from './signature-finding.ts';

/** A header as a receiver shows it. */
export interface ReceivedHeader {
  readonly name: string;
  readonly value: string;
}

/** The headers that count, as they were probably sent. */
export interface Claim {
  /** Null when it is missing. */
  readonly id: string | null;
  /** Unix seconds; null when it is missing or cannot be read. */
  readonly timestamp: number | null;
  /** In base64, without their version. */
  readonly signatures: readonly string[];
  /** What `posthorn-delivery-id` says; no part of what is signed. */
  readonly deliveryId: string | null;
  /** What is odd about how they are spelled. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the headers of a request. Names may be written as frameworks show them, in any case, with `_` for `-` and `HTTP_`
 * before; headers that do not count may be among them.
 */
export function readClaim(headers: readonly ReceivedHeader[]): Claim {
  const findings: Finding[] = [];

  function read(header: string): string | null {
    const exact = headers.filter(({ name }) => name.trim().toLowerCase() === header);
    const named = exact.length > 0 ? exact : headers.filter(({ name }) => plainName(name) === header);
    const values = new Set(named.map(({ value }) => value));
    const [value] = values;
    if (value === undefined || value.trim() === '') {
      findings.push(finding('HEADER_MISSING', { header, message: `The header \`${header}\` is missing.` }));
      return null;
    }
    if (values.size > 1) {
      const message = `The header \`${header}\` is there ${values.size} times, with different values.`;
      findings.push(finding('HEADER_REPEATED', { header, message }));
    }
    if (value !== value.trim()) {
      const message = `There is white space around the value of \`${header}\`.`;
      findings.push(finding('HEADER_WHITESPACE', { header, message }));
    }
    return header === 'webhook-signature' ? [...values].join(' ').trim() : value.trim();
  }

  const id = read('webhook-id');
  const timestamp = readTimestamp(read('webhook-timestamp'), findings);
  const signatures = readSignatures(read('webhook-signature'), findings);
  const delivery = headers.find(({ name }) => plainName(name) === 'posthorn-delivery-id');
  return { id, timestamp, signatures, deliveryId: delivery?.value.trim() ?? null, findings };
}

/** As on the wire: `HTTP_WEBHOOK_ID` is how CGI, and what descends from it, shows `webhook-id`. */
function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^http-/, '');
}

function readTimestamp(text: string | null, findings: Finding[]): number | null {
  if (text === null) return null;
  if (/^\d{1,11}$/.test(text) && !text.startsWith('0')) return Number(text);

  const seconds = otherwiseWritten(text);
  const header = 'webhook-timestamp';
  const message =
    seconds === null
      ? 'The value of `webhook-timestamp` is no time.'
      : `The value of \`webhook-timestamp\` is not as it was sent, in whole seconds: ${seconds}.`;
  findings.push(finding('TIMESTAMP_MALFORMED', { header, message }));
  return seconds;
}

/** Milliseconds, a fraction, or a date. */
function otherwiseWritten(text: string): number | null {
  const number = /^\d{1,14}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const milliseconds = number >= 1e11 ? number : number * 1000;
  const time = Number.isNaN(number) ? Date.parse(text) : milliseconds;
  return time >= 0 && time < 1e14 ? Math.floor(time / 1000) : null;
}

/** A header has at most five of ours; others may pass on what they like. */
const MOST_SIGNATURES = 20;

/** As we write them, and as signatures of other versions may be written, which is not ours to say. */
const AS_SENT = /^v1,([A-Za-z0-9+/]{43}=)$/;
const OF_ANOTHER_VERSION = /^v(?!1,)\d+[a-z]*,\S+$/;

/** A version, if there is one, and what may be meant as base64 or hexadecimal; SHA-256 makes 43 digits of base64. */
const ANYHOW = /(?:(v\d+[a-z]*)[,=:]\s?)?([A-Za-z0-9+/_-]{20,}={0,2})/g;

function readSignatures(text: string | null, findings: Finding[]): string[] {
  if (text === null) return [];
  const parts = text.split(' ');
  const asSent = parts.flatMap((part) => AS_SENT.exec(part)?.[1] ?? []);
  const others = parts.filter((part) => OF_ANOTHER_VERSION.test(part));
  if (asSent.length > 0 && asSent.length + others.length === parts.length) return asSent.slice(0, MOST_SIGNATURES);

  const found = [...text.matchAll(ANYHOW)].slice(0, MOST_SIGNATURES);
  const ours = found.filter(([, version = 'v1']) => version === 'v1');
  const message = `The value of \`webhook-signature\` ${oddity(text, ours)}.`;
  findings.push(finding('SIGNATURE_MALFORMED', { header: 'webhook-signature', message }));
  return ours.map(([, , spelled = '']) => toBase64(spelled));
}

/** The first thing that is wrong with it, to end a sentence. */
function oddity(text: string, ours: readonly RegExpExecArray[]): string {
  if (ours.length === 0) return 'holds no signature of version `v1`';
  if (ours.some(([, version]) => version === undefined)) return 'lacks `v1,` before a signature';
  if (/v1[=:]/.test(text)) return 'has something else than a comma after `v1`';
  if (ours.some(([, , spelled = '']) => /^[0-9a-f]{64}$/i.test(spelled))) return 'is in hexadecimal, not in base64';
  if (/[-_]/.test(text)) return 'is in the base64 of URLs, which has `-` and `_` for `+` and `/`';
  if (ours.some(([, , spelled = '']) => spelled.length === 43)) return 'lacks the `=` at the end of a signature';
  if (ours.some(([, , spelled = '']) => spelled.length !== 44)) return 'has a signature of the wrong length';
  return 'has something else than a space between signatures';
}

function toBase64(spelled: string): string {
  if (/^[0-9a-f]{64}$/i.test(spelled)) return Buffer.from(spelled, 'hex').toString('base64');
  const digits = spelled.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  return digits.length === 43 ? `${digits}=` : digits;
}
