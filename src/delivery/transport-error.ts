/** Puts what Node, TLS and the HTTP parser throw into the words of the delivery log. */

import { isIPv6 } from 'node:net';
import { BlockedAddressError } from '../webhook/address.ts';
import { NoFinalResponseError } from './exchange.ts';
import type { Stage } from './journey.ts';
import { OUT_OF_RESOURCES_CODES } from './out-of-resources.ts';
import { type ErrorCode, type Failure, failure } from './outcome.ts';
import { TunnelError } from './tunnel.ts';

/**
 * Classifies the error that ended an exchange in `stage`. Unknown errors count as `PROTOCOL_ERROR`, with their code.
 * Messages say what happened, not at which address: a name may have resolved to one that its owner need not know.
 *
 * An unreachable network and a tunnel that was not built count as the receiver's fault here; whether they may be ours
 * depends on what others came to, which one error does not tell.
 */
export function explainTransportError(error: unknown, circumstances: Circumstances = {}): Failure {
  const { stage, headerLines = 0, wasClosed = false } = circumstances;
  const thrown = rootOf(error);
  if (thrown instanceof BlockedAddressError) return failure(thrown.code, thrown.message);
  if (thrown instanceof TunnelError) {
    return failure(thrown.isProxyToBlame ? 'PROXY_FAILED' : 'CONNECT_FAILED', thrown.message);
  }
  if (thrown instanceof NoFinalResponseError) return failure('NO_FINAL_RESPONSE', NO_FINAL_RESPONSE);

  const code = codeOf(thrown);
  if (isOutOfResources(thrown, code))
    return failure('OUT_OF_RESOURCES', 'This server has run out of sockets or memory.');
  const known = CODES[code];
  if (known === RESET && stage === 'tls') return failure(...CLOSED_DURING_TLS);
  if (known === RESET && wasClosed) return failure(...CLOSED);
  if (known === TOO_LARGE && headerLines > MANY_HEADER_LINES) return failure(...TOO_MANY);
  if (known) return failure(...known);
  if (code.startsWith('HPE_')) return failure('PROTOCOL_ERROR', `The response is not valid HTTP (${code}).`);
  if (UNTRUSTED_CODE.test(code)) return failure('CERTIFICATE_UNTRUSTED', `No secure connection: ${tlsReason(thrown)}.`);
  if (TLS_CODE.test(code)) return failure('TLS_FAILED', `No secure connection: ${tlsReason(thrown)}.`);
  return failure('PROTOCOL_ERROR', `The exchange failed (${code || 'no code'}).`);
}

/** What went with an error. */
export interface Circumstances {
  readonly stage?: Stage;
  /** Lines of the header that was under way. */
  readonly headerLines?: number;
  /** The receiver had closed its side of the connection. */
  readonly wasClosed?: boolean;
}

/** A header with more lines than this is refused for their number, and otherwise for their length. */
const MANY_HEADER_LINES = 100;

/** Whether the error says that no way leads to the host, or none that is allowed, which may be our network's fault. */
export function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.includes(codeOf(rootOf(error)));
}

type Explanation = readonly [ErrorCode, string];

const NO_FINAL_RESPONSE = 'The receiver sent more before its response than is accepted.';
const UNREACHABLE: readonly string[] = ['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'];

const REFUSED: Explanation = ['CONNECTION_REFUSED', 'The connection was refused.'];
const RESET: Explanation = [
  'CONNECTION_RESET',
  'The connection was reset, or broke, before the response was complete.',
];
const CLOSED: Explanation = [
  'CONNECTION_CLOSED',
  'The receiver closed the connection before its response was complete.',
];
const TOO_LARGE: Explanation = ['HEADERS_TOO_LARGE', 'The response has longer headers than are accepted.'];
const TOO_MANY: Explanation = [
  'TOO_MANY_HEADERS',
  'The response has too many headers: more than 100, and longer than are accepted.',
];
const NO_ROUTE: Explanation = ['CONNECT_FAILED', 'The host could not be reached.'];
const BAD_HEADER: Explanation = ['INVALID_HEADER', 'A request header holds characters that HTTP does not allow.'];
const EXPIRED: Explanation = [
  'CERTIFICATE_EXPIRED',
  'No secure connection: the certificate has expired, or is not valid yet.',
];
const WRONG_HOST: Explanation = [
  'CERTIFICATE_WRONG_HOST',
  'No secure connection: the certificate is for another host.',
];
const CLOSED_DURING_TLS: Explanation = [
  'TLS_FAILED',
  'No secure connection: the receiver closed the connection during the handshake.',
];

const CODES: Readonly<Record<string, Explanation>> = {
  DNS_FAILED: ['DNS_FAILED', 'The host name could not be resolved.'],
  RESOLVER_FAILED: ['RESOLVER_FAILED', 'The host name could not be resolved, which may be the fault of our resolver.'],
  ECONNREFUSED: REFUSED,
  ECONNRESET: RESET,
  ECONNABORTED: RESET,
  EPIPE: RESET,
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: RESET,
  ERR_STREAM_PREMATURE_CLOSE: RESET,
  EHOSTUNREACH: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  EADDRNOTAVAIL: NO_ROUTE,
  EACCES: NO_ROUTE,
  EPERM: NO_ROUTE,
  EINVAL: NO_ROUTE,
  ENETDOWN: ['NETWORK_DOWN', 'The network of this server is down.'],
  ETIMEDOUT: ['CONNECT_FAILED', 'The host did not answer the attempt to connect.'],
  HPE_HEADER_OVERFLOW: TOO_LARGE,
  UNASKED_UPGRADE: ['PROTOCOL_ERROR', 'The receiver switched to another protocol without being asked.'],
  TLS_TICKET_FLOOD: ['PROTOCOL_ERROR', 'The receiver sent more TLS session tickets than are accepted.'],
  ERR_INVALID_CHAR: BAD_HEADER,
  ERR_INVALID_HTTP_TOKEN: BAD_HEADER,
  ERR_HTTP_INVALID_HEADER_VALUE: BAD_HEADER,
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EXPIRED,
  ERR_TLS_CERT_ALTNAME_INVALID: WRONG_HOST,
  HOSTNAME_MISMATCH: WRONG_HOST,
};

/** The names of X.509 verification failures, of which Node has made error codes. */
const UNTRUSTED_CODE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERROR_IN_CERT_|CA_)/;

/** Node's own TLS errors, and OpenSSL's. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$|EE_KEY_)/;

/**
 * Got wraps the error that it was given; Node wraps those of several addresses, of which the most telling counts: that
 * no way leads to an address, such as an IPv6 one from a machine that has none, says nothing of the others.
 */
function rootOf(error: unknown): unknown {
  const root = error instanceof Error && error.name === 'RequestError' && error.cause ? error.cause : error;
  if (!(root instanceof AggregateError)) return root;

  const errors: readonly unknown[] = root.errors;
  const isTelling = (each: unknown) => !UNREACHABLE.includes(codeOf(each));
  return errors.find((each) => CODES[codeOf(each)] === REFUSED) ?? errors.findLast(isTelling) ?? errors.at(-1) ?? root;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** `EADDRNOTAVAIL` means for IPv6 mostly that this machine has none, and for IPv4 that no local port is left. */
function isOutOfResources(error: unknown, code: string): boolean {
  if (code === 'OUT_OF_RESOURCES' || OUT_OF_RESOURCES_CODES.has(code)) return true;
  const address = error instanceof Error && 'address' in error ? String(error.address) : '';
  return code === 'EADDRNOTAVAIL' && address !== '' && !isIPv6(address);
}

/** OpenSSL errors carry a short reason beside a message full of its source files; the others have a plain message. */
function tlsReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
  // What follows is advice on how to start Node.
  return reason.replace(/; if the root CA .*$/, '');
}
