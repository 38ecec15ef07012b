/** Decides what speaks against an exchange: the receiver's status, its end, or our own side. */

import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.ts';
import { type ErrorCode, type Failure, failure, type ReceivedResponse } from './outcome.ts';
import { parseRetryAfter } from './retry-after.ts';
import { explainTransportError, isUnreachable } from './transport-error.ts';
import type { Witnesses } from './witness.ts';

/** What a status other than 2xx means, however its body ended; `undefined` for 2xx. */
export function judgeStatus(
  { status, headers }: ReceivedResponse,
  now: Date,
  maxRetryAfterMs: number,
): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;

  const named = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  if (status === 410) return failure('GONE', `The receiver answered ${named}: it wants no more deliveries.`);
  if (status >= 300 && status < 400) {
    return failure('REDIRECT', `The receiver answered ${named}; redirects are never followed.`);
  }
  const retryAfterMs = RETRY_AFTER_STATUSES.includes(status)
    ? parseRetryAfter(headers['retry-after'] ?? [], now, maxRetryAfterMs)
    : null;
  return failure('HTTP_STATUS', `The receiver answered ${named}.`, retryAfterMs);
}

/** The statuses whose `Retry-After` holds the destination. */
const RETRY_AFTER_STATUSES: readonly number[] = [429, 502, 503, 504];

/** Where an exchange went, and for how long it might. */
export interface Route {
  readonly host: string;
  readonly timeoutMs: number;
  readonly byProxy: boolean;
  readonly witnesses: Witnesses;
}

/**
 * Whether an exchange that no status speaks against came to its end; `undefined` when it did. What may be our own
 * resolver's, network's or proxy's fault is told to its witness, and decided by what others came to.
 */
export function judgeEnd({ end, reply, journey }: Exchange, route: Route): Failure | undefined {
  if (end === 'complete' || end === 'enough' || end === 'undecodable') return undefined;
  if (end === 'aborted') return failure('ABORTED', 'The attempt was cut short on our side.');
  if (end === 'timeout') return judgeTimeout(reply ? 'body' : journey.stage, route);

  const explained = explainTransportError(end, journey.stage);
  if (route.byProxy) return explained.errorCode === 'CONNECT_FAILED' ? blameProxyOr(explained, route) : explained;
  if (explained.errorCode === 'CONNECTION_REFUSED') route.witnesses.network.served(route.host);
  return isUnreachable(end) ? blameNetworkOr(explained, route) : explained;
}

/** By what the deadline found under way: the code, and what was waited for. */
const TIMEOUTS: Readonly<Record<Exchange['journey']['stage'] | 'body', readonly [ErrorCode, string]>> = {
  slot: ['NO_FREE_CONNECTION', 'a free connection'],
  lookup: ['DNS_TIMEOUT', 'the address of the host'],
  proxy: ['PROXY_FAILED', 'the egress proxy'],
  connect: ['CONNECT_TIMEOUT', 'a connection'],
  tls: ['TLS_TIMEOUT', 'a secure connection'],
  response: ['RESPONSE_TIMEOUT', 'a response'],
  body: ['BODY_TIMEOUT', 'the end of the response'],
};

function judgeTimeout(stage: keyof typeof TIMEOUTS, route: Route): Failure {
  const [code, waitedFor] = TIMEOUTS[stage];
  const passed = failure(code, `The deadline of ${route.timeoutMs} ms passed while waiting for ${waitedFor}.`);
  if (code === 'DNS_TIMEOUT') return blameResolverOr(passed, route);
  return code === 'CONNECT_TIMEOUT' && route.byProxy ? blameProxyOr(passed, route) : passed;
}

/** Ours unless the resolver is known to work. */
function blameResolverOr(theirs: Failure, { host, witnesses: { resolver } }: Route): Failure {
  resolver.failed(host);
  return resolver.judge(host) === 'works' ? theirs : failure('RESOLVER_FAILED', theirs.errorMessage);
}

/** Ours unless the proxy is known to work. */
function blameProxyOr(theirs: Failure, { host, witnesses: { proxy } }: Route): Failure {
  proxy.failed(host);
  return proxy.judge(host) === 'works' ? theirs : failure('PROXY_FAILED', theirs.errorMessage);
}

/** Theirs unless others are just as unreachable: single hosts without a route are common, for example by IPv6. */
function blameNetworkOr(theirs: Failure, { host, witnesses: { network } }: Route): Failure {
  network.failed(host);
  return network.judge(host) === 'broken' ? failure('NETWORK_DOWN', 'Our network reaches nobody.') : theirs;
}
