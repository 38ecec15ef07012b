/** What a webhook URL must look like, and the check that its host may be contacted. */

import { DomainError } from '../errors.ts';
import { type AddressRules, BlockedAddressError, type Resolver, vetHost } from './address.ts';

/** A URL that webhooks may not have. The message is for whoever typed it. */
export class WebhookUrlRefusedError extends DomainError {
  readonly code = 'WEBHOOK_URL_REFUSED';
}

/** Longest URL accepted, in characters. What common servers and proxies still take. */
export const MAX_URL_LENGTH = 2048;

/**
 * Parses the URL of a webhook: absolute, http or https, without credentials and fragment. The result is normalised:
 * odd spellings of IPv4 addresses are dotted, international names are punycode, one trailing dot of the host is gone.
 *
 * The text is checked before the parser sees it, because the WHATWG parser silently drops tabs and newlines, turns
 * backslashes into slashes and supplies missing slashes: what a person reads must be what is contacted.
 *
 * @throws {WebhookUrlRefusedError} for everything else, saying what is wrong.
 */
export function parseWebhookUrl(text: string): URL {
  refuseIf(text.length > MAX_URL_LENGTH, `A webhook URL has at most ${MAX_URL_LENGTH} characters.`);
  refuseIf(UNREADABLE.test(text), 'A webhook URL contains no spaces, control characters or backslashes.');
  refuseIf(!/^https?:\/\/[^/?#]/i.test(text), 'A webhook URL starts with http:// or https:// and a host.');
  refuseIf(text.includes('#'), 'A webhook URL has no fragment (#…): it would not be sent.');

  const url = URL.parse(text);
  if (!url) throw new WebhookUrlRefusedError('This is not a valid URL.');
  refuseIf(
    url.href.length > MAX_URL_LENGTH,
    `A webhook URL has at most ${MAX_URL_LENGTH} characters, those outside ASCII as they are sent (%E4, xn--…).`,
  );

  const authority = text.split(/[/?]/, 3)[2] ?? '';
  refuseIf(authority.includes('@'), 'A webhook URL contains no user name or password.');
  refuseIf(url.port === '0', 'A webhook URL has no port 0.');

  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  refuseIf(url.hostname === '' || /^\.|\.\.|\.$/.test(url.hostname), 'This host name is not valid.');
  return url;
}

/**
 * Parses a URL and makes sure that its host resolves, and only to addresses that the rules allow. That it does so now
 * promises nothing for later: every connection is vetted again when it is opened.
 *
 * @throws {WebhookUrlRefusedError} when it does not parse, does not resolve within five seconds, or is not allowed.
 */
export async function checkWebhookUrl(
  { rules, resolver }: { rules: AddressRules; resolver: Resolver },
  text: string,
): Promise<URL> {
  const url = parseWebhookUrl(text);
  try {
    const addresses = await within(RESOLVE_DEADLINE_MS, vetHost(rules, resolver, url.hostname));
    if (addresses.length > 0) return url;
  } catch (error) {
    if (error instanceof BlockedAddressError) throw new WebhookUrlRefusedError(error.message, { cause: error });
  }
  throw new WebhookUrlRefusedError(`The host ${url.hostname} does not resolve to an address.`);
}

/** Control and format characters (zero width, bidirectional), lone surrogates, white space, and the backslash. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Cs}\s\\]/u;

/** As long as a person at a form waits for an answer. */
const RESOLVE_DEADLINE_MS = 5_000;

function refuseIf(refused: boolean, message: string): void {
  if (refused) throw new WebhookUrlRefusedError(message);
}

/** The work itself cannot be cut short (getaddrinfo knows no signal), only no longer waited for. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
