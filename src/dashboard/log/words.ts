/** What the kinds of entries, the statuses of deliveries and the causes of failures are called here. */

import type {
  DeliveryErrorCode,
  DeliveryLogKind,
  DeliveryStatus,
  ResponseWarning,
} from '../../../schema/generated/graphql.ts';
import type { Tone } from '../look/tag.tsx';

/** Every kind of entry, in the order of a delivery's life, and how good the news is. */
export const KINDS: Readonly<Record<DeliveryLogKind, { readonly name: string; readonly tone: Tone }>> = {
  SCHEDULED: { name: 'Scheduled', tone: 'plain' },
  ATTEMPT_SUCCEEDED: { name: 'Attempt succeeded', tone: 'good' },
  ATTEMPT_FAILED: { name: 'Attempt failed', tone: 'warning' },
  DELIVERED: { name: 'Delivered', tone: 'good' },
  EXHAUSTED: { name: 'Given up', tone: 'bad' },
  HELD: { name: 'Held', tone: 'warning' },
  RESUMED: { name: 'Resumed', tone: 'plain' },
  CANCELLED: { name: 'Cancelled', tone: 'plain' },
  SUPERSEDED: { name: 'Superseded', tone: 'plain' },
  REDELIVERY_REQUESTED: { name: 'Redelivery asked for', tone: 'waiting' },
};

/** Every status of a delivery. */
export const STATUSES: Readonly<Record<DeliveryStatus, { readonly name: string; readonly tone: Tone }>> = {
  PENDING: { name: 'Waiting', tone: 'waiting' },
  DELIVERED: { name: 'Delivered', tone: 'good' },
  FAILED: { name: 'Failed', tone: 'bad' },
  CANCELLED: { name: 'Cancelled', tone: 'plain' },
  SUPERSEDED: { name: 'Superseded', tone: 'plain' },
};

/** Every cause of a failed attempt, the likeliest first, as it stands after "the last attempt: ". */
export const ERRORS: Readonly<Record<DeliveryErrorCode, string>> = {
  HTTP_STATUS: 'error status',
  RESPONSE_TIMEOUT: 'response timeout',
  CONNECTION_REFUSED: 'connection refused',
  CONNECT_TIMEOUT: 'connect timeout',
  CONNECT_FAILED: 'connect failed',
  CONNECTION_RESET: 'connection reset',
  CONNECTION_CLOSED: 'connection closed',
  DNS_FAILED: 'DNS failed',
  DNS_TIMEOUT: 'DNS timeout',
  TLS_FAILED: 'TLS failed',
  TLS_TIMEOUT: 'TLS timeout',
  CERTIFICATE_EXPIRED: 'certificate expired',
  CERTIFICATE_WRONG_HOST: 'certificate for another host',
  CERTIFICATE_UNTRUSTED: 'certificate untrusted',
  REDIRECT: 'redirect',
  GONE: 'answered 410 Gone',
  BODY_TIMEOUT: 'body timeout',
  HEADERS_TOO_LARGE: 'headers too large',
  TOO_MANY_HEADERS: 'too many headers',
  NO_FINAL_RESPONSE: 'no final response',
  PROTOCOL_ERROR: 'protocol error',
  BLOCKED_ADDRESS: 'blocked address',
  BLOCKED_NAME: 'name leads to a blocked address',
  MIXED_ADDRESSES: 'some addresses are blocked',
  INVALID_URL: 'invalid URL',
  INVALID_HEADER: 'invalid header',
  ABORTED: 'cut short on our side',
  RESOLVER_FAILED: 'our resolver may have failed',
  PROXY_FAILED: 'our proxy may have failed',
  NETWORK_DOWN: 'our network may be down',
  OUT_OF_RESOURCES: 'out of resources on our side',
  NO_FREE_CONNECTION: 'no free connection on our side',
};

/** Every oddity of a response, as a sentence. */
export const WARNINGS: Readonly<Record<ResponseWarning, string>> = {
  ANSWERED_EARLY: 'It answered before all of the request was sent, and may not have read it.',
  HEADERS_NOT_ASCII: 'Values of its headers hold more than ASCII.',
  BODY_NOT_UTF8: 'Its body is not UTF-8: \uFFFD stands for what is not.',
  BODY_ENCODED: 'Its body is in a coding that is not undone, and is shown as it came.',
  BODY_EXPANDS: 'Its body unpacks to more than is read.',
  BODY_TOO_LONG: 'Its body is longer, or came in more pieces, than is read.',
  BODY_UNANNOUNCED: 'Its body announced no length, and was cut where reading ends.',
};

/** A failure as people read it: `answered 500`, `connection refused`. */
export function errorName(code: DeliveryErrorCode, status: number | null | undefined): string {
  if ((code === 'HTTP_STATUS' || code === 'REDIRECT') && status) return `answered ${status}`;
  return ERRORS[code];
}
