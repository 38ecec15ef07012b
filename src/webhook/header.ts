/** Custom headers of a webhook: which may be set, and how they are kept. */

import { z } from 'zod';
import type { SecretBox } from '../lib/secret-box.ts';

/** A header as a manager gave it. */
export interface CustomHeader {
  readonly name: string;
  readonly value: string;
}

/** What is shown in place of a custom header's value. No header can have it: values are ASCII. */
export const MASKED_VALUE = '••••';

/** Prefixes of what only we may say: Standard Webhooks, ourselves, and the way to a proxy. */
const RESERVED_PREFIXES = ['webhook-', 'posthorn-', 'proxy-'];

/** What we set ourselves, and the hop-by-hop headers of RFC 9110 §7.6.1. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

const MOST_HEADERS = 20;

/** `token` of RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Visible ASCII, with spaces and tabs within: neither CR nor LF, nor anything that proxies disagree about. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

const customHeader = z.object({
  name: z
    .string()
    .max(128, 'must have at most 128 characters.')
    .regex(TOKEN, "must be a header name: letters, digits and any of !#$%&'*+.^_`|~-")
    .refine((name) => !isReserved(name), 'is set by the server or belongs to the connection; choose another name.'),
  value: z
    .string()
    .max(4096, 'must have at most 4096 characters.')
    .regex(VALUE, 'must be visible ASCII characters, with spaces only between them and no line breaks.'),
});

/** At most 20 headers, each name once (header names ignore case). */
export const customHeaders = z
  .array(customHeader)
  .max(MOST_HEADERS, `must be at most ${MOST_HEADERS} headers.`)
  .refine(
    (headers) => new Set(headers.map(({ name }) => name.toLowerCase())).size === headers.length,
    'must name each header once; upper and lower case are the same.',
  );

/** Encrypts headers for keeping: their values are often credentials. Of none there is nothing to keep, nor to open each time. */
export function sealHeaders(box: SecretBox, headers: readonly CustomHeader[]): Uint8Array<ArrayBuffer> {
  return headers.length === 0 ? new Uint8Array() : box.seal(JSON.stringify(headers));
}

/** The headers that were sealed. An empty value is what a webhook without any has, and a deleted one. */
export function openHeaders(box: SecretBox, sealed: Uint8Array): readonly CustomHeader[] {
  return sealed.length === 0 ? [] : JSON.parse(box.open(sealed));
}

function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}
