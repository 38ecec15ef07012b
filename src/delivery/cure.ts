/** What people can do about an attempt that failed. */

import type { ErrorCode } from './outcome.ts';

/** A sentence or two for each code, beside the one that says what happened. */
const CURES: Readonly<Record<ErrorCode, string>> = {
  HTTP_STATUS: 'The log of the receiver says why. If it checks signatures, `diagnoseSignature` says what is wrong.',
  REDIRECT: 'Give the webhook the URL that the receiver redirects to: the response header `location`.',
  GONE: 'If the receiver still wants deliveries, have it answer 2xx, enable the webhook, and redeliver.',
  BLOCKED_ADDRESS: 'Give the webhook a URL with a public host, or allow the network with ALLOWED_NETWORKS.',
  BLOCKED_NAME:
    'See where the host name leads now, and who changed that. If it is right, allow the network with ALLOWED_NETWORKS.',
  MIXED_ADDRESSES:
    'Give the webhook a host of which every address is public, or allow the network with ALLOWED_NETWORKS.',
  INVALID_URL: 'Give the webhook a URL that `updateWebhook` accepts; an import, a correct `webhookUrl`.',
  INVALID_HEADER: "Correct the webhook's own headers, then redeliver.",
  DNS_FAILED: 'Check the host in the URL for typing errors, and that its domain has an address record.',
  DNS_TIMEOUT: "Check that the name servers of the host's domain answer.",
  CONNECTION_REFUSED: 'Check that the receiver is running, and listens on the port in the URL.',
  CONNECT_FAILED: 'Check the address of the host, and the routes and firewalls between this server and it.',
  CONNECT_TIMEOUT: 'Check that no firewall drops what this server sends to that port; the receiver may be overloaded.',
  CONNECTION_RESET:
    'The log of the receiver, or of the proxy in front of it, says why: it crashed, or gave up on the request.',
  CONNECTION_CLOSED:
    'The log of the receiver, or of the proxy in front of it, says why: it ended without a response, or in the middle.',
  TLS_FAILED: 'Check that the port in the URL speaks TLS, version 1.2 or later.',
  TLS_TIMEOUT: 'Check that the port in the URL speaks TLS; the receiver may be overloaded.',
  CERTIFICATE_EXPIRED: 'Renew the certificate of the receiver. `certificateExpiresAt` is when this one expires or did.',
  CERTIFICATE_WRONG_HOST:
    'Give the webhook a host that the certificate names, or the receiver a certificate for this host.',
  CERTIFICATE_UNTRUSTED:
    'Have the receiver send its whole chain, from an authority that is publicly trusted. An authority of your own is trusted when the server is started with NODE_EXTRA_CA_CERTS.',
  RESPONSE_TIMEOUT: 'Have the receiver answer first and work later. ATTEMPT_TIMEOUT_SECONDS is the deadline.',
  BODY_TIMEOUT: 'Have the receiver end its response: an empty body is enough. ATTEMPT_TIMEOUT_SECONDS is the deadline.',
  HEADERS_TOO_LARGE: 'Have the receiver answer with shorter headers: 16 KiB in all are read.',
  TOO_MANY_HEADERS: 'Have the receiver answer with fewer headers: 16 KiB in all are read.',
  NO_FINAL_RESPONSE: 'Have the receiver, or the proxy in front of it, send one final response.',
  PROTOCOL_ERROR: 'Check that the port in the URL speaks HTTP/1.1, and not, for example, TLS where the URL says http.',
  ABORTED: 'Nothing has to be done: it is attempted again.',
  RESOLVER_FAILED:
    'Check the name servers that this machine uses; if it is only this host, those of its domain. It is attempted again by itself.',
  PROXY_FAILED:
    'Check EGRESS_PROXY_URL, and that the proxy is running; if it is only this host, that it can be reached from the proxy. It is attempted again by itself.',
  NETWORK_DOWN:
    'Check the network of this machine; if it is only this host, its address, and the routes to it. It is attempted again by itself.',
  OUT_OF_RESOURCES:
    'Let the process open more files (`ulimit -n`), or lower DISPATCH_CONCURRENCY. It is attempted again by itself.',
  NO_FREE_CONNECTION: 'Raise DISPATCH_CONCURRENCY, or run another dispatcher. It is attempted again by itself.',
};

/** For statuses of which more can be said. */
const CURES_OF_STATUSES: Readonly<Record<number, string>> = {
  401: "Check the credentials among the webhook's own headers; `diagnoseSignature` if it is the signature that it refuses.",
  403: "Check the credentials among the webhook's own headers, and whether the receiver, or a firewall in front of it, lets this server in.",
  404: "Check the path in the webhook's URL.",
  405: "Check the path in the webhook's URL: what is there does not take a POST.",
  413: 'Have the receiver, or the proxy in front of it, accept longer bodies.',
  415: 'Have the receiver accept `application/json`, or for basic webhooks `application/x-www-form-urlencoded`.',
  429: 'Give the webhook a rate limit that the receiver can keep up with: `maxAttemptsPerSecond`.',
  502: 'The proxy in front of the receiver did not reach it: check that the receiver is running.',
  503: 'The receiver is overloaded or in maintenance. It is attempted again by itself.',
  504: 'The proxy in front of the receiver waited too long for it: have the receiver answer first and work later.',
};

/** What to do about `errorCode`, whose attempt was answered with `status` if it was answered. */
export function cureOf(errorCode: ErrorCode, status: number | null): string {
  const ofStatus = errorCode === 'HTTP_STATUS' && status !== null ? CURES_OF_STATUSES[status] : undefined;
  return ofStatus ?? CURES[errorCode];
}
