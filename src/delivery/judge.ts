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
 * resolver's, network's or proxy's fault is told to its witness, and is ours unless the witness blames the host.
 */
export function judgeEnd(exchange: Exchange, route: Route): Failure | undefined {
  const { end, reply, journey, headerLines, wasClosed } = exchange;
  if (end === 'complete' || end === 'enough' || end === 'undecodable') return undefined;
  if (end === 'aborted') return failure('ABORTED', 'The attempt was cut short on our side.');
  if (end === 'timeout') return judgeTimeout(reply ? 'body' : journey.stage, route);

  const explained = explainTransportError(end, { stage: journey.stage, headerLines, wasClosed });
  if (route.byProxy)
    return explained.errorCode === 'CONNECT_FAILED' ? oursUnlessProven(explained, 'proxy', route) : explained;
  if (explained.errorCode === 'CONNECTION_REFUSED') route.witnesses.network.served(route.host);
  return isUnreachable(end) ? oursUnlessProven(explained, 'network', route) : explained;
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
  if (code === 'DNS_TIMEOUT') return oursUnlessProven(passed, 'resolver', route);
  return code === 'CONNECT_TIMEOUT' && route.byProxy ? oursUnlessProven(passed, 'proxy', route) : passed;
}

/** What failed if it is ours. */
const OURS = { resolver: 'RESOLVER_FAILED', proxy: 'PROXY_FAILED', network: 'NETWORK_DOWN' } as const;

/** `theirs` when the witness blames the host, and otherwise ours: what happened is the same. */
function oursUnlessProven(theirs: Failure, of: keyof Witnesses, { host, witnesses }: Route): Failure {
  return witnesses[of].failed(host) === 'host' ? theirs : failure(OURS[of], theirs.errorMessage);
}
