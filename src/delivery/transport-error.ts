/** Puts what Node, TLS and the HTTP parser throw into the words of the delivery log. */

import { BlockedAddressError } from '../webhook/address.ts';
import { type ErrorCode, type Failure, failure } from './outcome.ts';

/**
 * Classifies the error that ended an exchange. Unknown errors count as `PROTOCOL_ERROR`, with their code. Messages say
 * what happened, not at which address: a name may have resolved to one that its owner need not know.
 */
export function explainTransportError(error: unknown): Failure {
  const thrown = rootOf(error);
  if (thrown instanceof BlockedAddressError) return failure('BLOCKED_ADDRESS', thrown.message);

  const code = codeOf(thrown);
  const known = CODES[code];
  if (known) return failure(...known);
  if (code.startsWith('HPE_')) return failure('PROTOCOL_ERROR', `The response is not valid HTTP (${code}).`);
  if (TLS_CODE.test(code)) return failure('TLS_FAILED', `No secure connection: ${tlsReason(thrown)}.`);
  return failure('PROTOCOL_ERROR', `The exchange failed (${code || 'no code'}).`);
}

const REFUSED = ['CONNECTION_REFUSED', 'The connection was refused.'] as const;
const RESET = ['CONNECTION_RESET', 'The receiver closed the connection before its response was complete.'] as const;
const NO_ROUTE = ['CONNECT_FAILED', 'The host could not be reached.'] as const;
const BAD_HEADER = ['INVALID_HEADER', 'A request header holds characters that HTTP does not allow.'] as const;

const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  DNS_FAILED: ['DNS_FAILED', 'The host name could not be resolved.'],
  ECONNREFUSED: REFUSED,
  ECONNRESET: RESET,
  ECONNABORTED: RESET,
  EPIPE: RESET,
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: RESET,
  ERR_STREAM_PREMATURE_CLOSE: RESET,
  EHOSTUNREACH: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ENETDOWN: NO_ROUTE,
  EADDRNOTAVAIL: NO_ROUTE,
  EACCES: NO_ROUTE,
  EPERM: NO_ROUTE,
  EINVAL: NO_ROUTE,
  ETIMEDOUT: ['CONNECT_FAILED', 'The host did not answer the attempt to connect.'],
  EMFILE: ['CONNECT_FAILED', 'This server has run out of file descriptors.'],
  ENFILE: ['CONNECT_FAILED', 'This machine has run out of file descriptors.'],
  HPE_HEADER_OVERFLOW: ['PROTOCOL_ERROR', 'The response has more headers than are accepted.'],
  UNASKED_UPGRADE: ['PROTOCOL_ERROR', 'The receiver switched to another protocol without being asked.'],
  ERR_INVALID_CHAR: BAD_HEADER,
  ERR_INVALID_HTTP_TOKEN: BAD_HEADER,
  ERR_HTTP_INVALID_HEADER_VALUE: BAD_HEADER,
};

/** Node's own TLS errors, OpenSSL's, and the names of X.509 verification failures. */
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERROR_IN_CERT_|EE_KEY_|CA_)/;

/** Got wraps the error that it was given. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.name === 'RequestError' && error.cause ? error.cause : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** OpenSSL errors carry a short reason beside a message full of its source files; the others have a plain message. */
function tlsReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (codeOf(error) === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'the certificate is for another host';
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
