/** What an attempt came to, as a value: the wire's answer to "was it delivered, and if not, why". */

import type { Handshake } from './handshake.ts';

/**
 * Why an attempt failed, with a sentence for those who read the delivery log. Stable: stored, filtered by, and shown.
 *
 * A status beyond 2xx decides as soon as it arrived, however its body ends. A 2xx counts once its body is complete,
 * longer than we read, or wrongly compressed (the receiver did accept it); a 2xx whose connection breaks or whose
 * deadline passes before that is a failure.
 */
export const ERROR_CODES = {
  HTTP_STATUS: 'The receiver answered with a status that means failure.',
  REDIRECT: 'The receiver answered with a redirect; redirects are never followed.',
  GONE: 'The receiver answered 410 Gone: it wants no more deliveries.',
  BLOCKED_ADDRESS:
    'The address in the URL may not be contacted, or in older entries one that its host has; nothing was sent.',
  BLOCKED_NAME:
    'The host name leads, perhaps only since it was checked, to addresses that may not be contacted; nothing was sent.',
  MIXED_ADDRESSES: 'The host name leads to addresses of which some may not be contacted; nothing was sent.',
  INVALID_URL: 'The URL is not one that webhooks may have; nothing was sent.',
  INVALID_HEADER: 'A header of the request holds characters that HTTP does not allow; nothing was sent.',
  DNS_FAILED: 'The host name could not be resolved; nothing was sent.',
  DNS_TIMEOUT: 'The deadline passed while the host name was looked up; nothing was sent.',
  CONNECTION_REFUSED: 'Nothing accepts connections at that address and port; nothing was sent.',
  CONNECT_FAILED: 'No connection could be made, for example because the host is unreachable; nothing was sent.',
  CONNECT_TIMEOUT: 'The deadline passed before a connection was made; nothing was sent.',
  CONNECTION_RESET:
    'The connection broke before the response was complete, as a rule by a reset; the receiver may have accepted it.',
  CONNECTION_CLOSED:
    'The receiver, or an egress proxy, closed its side of the connection before the response was complete; the receiver may have accepted it.',
  TLS_FAILED: 'No secure connection could be made, for another reason than the certificate; nothing was sent.',
  TLS_TIMEOUT: 'The deadline passed while a secure connection was made; nothing was sent.',
  CERTIFICATE_EXPIRED: 'The certificate of the receiver has expired, or is not valid yet; nothing was sent.',
  CERTIFICATE_WRONG_HOST: 'The certificate of the receiver is for another host; nothing was sent.',
  CERTIFICATE_UNTRUSTED: 'Nobody who is trusted vouches for the certificate of the receiver; nothing was sent.',
  RESPONSE_TIMEOUT: 'The deadline passed before the headers of the response; the receiver may have accepted it.',
  BODY_TIMEOUT: 'The deadline passed before the end of the response; the receiver may have accepted it.',
  HEADERS_TOO_LARGE: 'The headers of the response are longer than is accepted; the receiver may have accepted it.',
  TOO_MANY_HEADERS:
    'The headers of the response are longer than is accepted, and more than 100; the receiver may have accepted it.',
  NO_FINAL_RESPONSE: 'The receiver sent more interim (1xx) responses, or blank lines, than are accepted.',
  PROTOCOL_ERROR: 'The receiver answered with something that is not acceptable HTTP.',
  ABORTED: 'The attempt was cut short on our side; the receiver may have accepted it.',
  RESOLVER_FAILED:
    'The host name was not resolved, perhaps because our resolver does not work; nothing was sent. Not counted against the receiver.',
  PROXY_FAILED:
    'Our egress proxy made no connection, perhaps because it does not work; nothing was sent. Not counted against the receiver.',
  NETWORK_DOWN:
    'No way leads to the host, perhaps because our network is down; nothing was sent. Not counted against the receiver.',
  OUT_OF_RESOURCES: 'This server ran out of sockets or memory; nothing was sent. Not counted against the receiver.',
  NO_FREE_CONNECTION:
    'No connection came free before the deadline; nothing was sent. Not counted against the receiver.',
} as const;

/** One of the keys of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** How long each phase took, in whole milliseconds; null for a phase that did not happen or did not finish. */
export interface Timings {
  /** Null on a reused connection, as are the next two, and for a literal address. */
  readonly dnsMs: number | null;
  /** By way of an egress proxy: until it had connected to the receiver. */
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /** From the start of the attempt to the response's headers. */
  readonly firstByteMs: number | null;
  /** From the response's headers to the end of the attempt; null without a response. */
  readonly bodyMs: number | null;
  readonly totalMs: number;
}

/**
 * How the body of a response ended. `COMPLETE`; `CUT` when more came than we read, so that we closed the connection;
 * `UNDECODABLE` when it was not compressed as announced; `TIMEOUT` when the deadline passed before its end; `RESET` when
 * the connection, or the framing of the body, broke; `ABORTED` when we cut the attempt short.
 */
export type ResponseEnd = 'COMPLETE' | 'CUT' | 'UNDECODABLE' | 'TIMEOUT' | 'RESET' | 'ABORTED';

/**
 * What was odd about a response, whether it was accepted or not, with a sentence for those who read the delivery log.
 * Stable: stored and shown. A response may have several.
 */
export const RESPONSE_WARNINGS = {
  ANSWERED_EARLY: 'The receiver answered before all of the request was sent; it may not have read it.',
  HEADERS_NOT_ASCII: 'Values of headers hold more than ASCII. They are read as UTF-8, with U+FFFD for what is not.',
  BODY_NOT_UTF8: 'The body is not UTF-8. What is not is shown as U+FFFD.',
  BODY_ENCODED: 'The body is in a coding that is not undone, such as Brotli, or in several. It is kept as it came.',
  BODY_EXPANDS: 'The body unpacks to more than is read of any body.',
  BODY_TOO_LONG: 'The body announced its length, and was cut: it is longer, or came in more pieces, than is read.',
  BODY_UNANNOUNCED: 'The body announced no length, and was cut: it went on, or came in more pieces, than is read.',
} as const;

/** One of the keys of {@link RESPONSE_WARNINGS}. */
export type ResponseWarning = keyof typeof RESPONSE_WARNINGS;

/** Whether this is a warning that this version knows. */
export function isResponseWarning(text: string): text is ResponseWarning {
  return Object.hasOwn(RESPONSE_WARNINGS, text);
}

/** What is kept of a response: plain JSON, valid Unicode without U+0000, of bounded size. */
export interface ReceivedResponse {
  readonly status: number;
  /** Lower-case names; at most 64 lines, each value at most 1,024 characters. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** The first 16 KiB, decompressed, read as UTF-8 with U+FFFD for what is not. */
  readonly body: string;
  /** Whether the receiver sent more, or meant to, than `body` shows. */
  readonly bodyTruncated: boolean;
  readonly end: ResponseEnd;
  /** Each at most once, in the order of {@link RESPONSE_WARNINGS}. */
  readonly warnings: readonly ResponseWarning[];
}

interface AttemptFacts {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The address that was connected to; null when there was no connection. */
  readonly remoteAddress: string | null;
  /** Null when nothing was attempted on the network. */
  readonly timings: Timings | null;
  /** What was sent before the body, by lower-case names, without `connection`; values that were to be masked are. */
  readonly requestHeaders: Readonly<Record<string, string>> | null;
  /** Null without TLS, and when the handshake was not finished. */
  readonly handshake: Handshake | null;
  /** Null when no complete response header arrived. */
  readonly response: ReceivedResponse | null;
}

/** The receiver has it. */
export interface SucceededOutcome extends AttemptFacts {
  readonly kind: 'succeeded';
  readonly response: ReceivedResponse;
}

/** What speaks against an attempt. */
export interface Failure {
  readonly errorCode: ErrorCode;
  /** A sentence for people; never a stack, a secret or an internal address. */
  readonly errorMessage: string;
  /** No retry of the same request can help (410, a refused address, URL or header). */
  readonly final: boolean;
  /**
   * The fault is on our side, or may be, as when a resolver, a proxy or a network of ours is down: neither the delivery's
   * retries nor the destination's health may be charged for it.
   */
  readonly ours: boolean;
  /** How long the receiver asks us to leave it alone (`Retry-After` of 429, 502, 503, 504); null when it does not. */
  readonly retryAfterMs: number | null;
}

/** The receiver does not have it, or we cannot know. */
export interface FailedOutcome extends AttemptFacts, Failure {
  readonly kind: 'failed';
}

/** What one attempt came to. */
export type AttemptOutcome = SucceededOutcome | FailedOutcome;

/** The codes after which no retry of the same request can help. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'GONE',
  'BLOCKED_ADDRESS',
  'BLOCKED_NAME',
  'MIXED_ADDRESSES',
  'INVALID_URL',
  'INVALID_HEADER',
]);

/** The codes that speak against us, not against the receiver. */
const OURS: ReadonlySet<ErrorCode> = new Set([
  'ABORTED',
  'RESOLVER_FAILED',
  'PROXY_FAILED',
  'NETWORK_DOWN',
  'OUT_OF_RESOURCES',
  'NO_FREE_CONNECTION',
]);

/** A failure with its consequences filled in. */
export function failure(errorCode: ErrorCode, errorMessage: string, retryAfterMs: number | null = null): Failure {
  return { errorCode, errorMessage, final: FINAL.has(errorCode), ours: OURS.has(errorCode), retryAfterMs };
}
