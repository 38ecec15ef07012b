/** Sends one delivery to its receiver: from a URL and a body to what the receiver answered. */

import { STATUS_CODES } from 'node:http';
import got from 'got';
import type { Clock } from '../lib/clock.ts';
import type { AddressRules, Resolver } from '../webhook/address.ts';
import { parseWebhookUrl, WebhookUrlRefusedError } from '../webhook/url.ts';
import { createDeliveryAgents } from './agent.ts';
import { type Exchange, exchange } from './exchange.ts';
import { type AttemptOutcome, type Failure, failure, type ReceivedResponse, type Timings } from './outcome.ts';
import { KEPT_BODY_BYTES, keepBody, keepHeaders } from './received-response.ts';
import { parseRetryAfter } from './retry-after.ts';
import { explainTransportError } from './transport-error.ts';

/** One request. The body is sent as UTF-8, byte for byte what was signed. */
export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Deadline for everything, from the look-up of the name to the last byte of the response. Default: the sender's. */
  readonly timeoutMs?: number;
  /** Cuts the attempt short; it then comes to `ABORTED`, unless the receiver's status already decided. */
  readonly signal?: AbortSignal;
}

/** Sends, and owns the connections that deliveries share. */
export interface Sender {
  /**
   * POSTs once, to no other place than the URL: no redirects, no retries, no proxy, no cookies. Never rejects for
   * anything that receiver, network or URL do. Holds at most 64 KiB of the response, and little else.
   */
  send(request: SendRequest): Promise<AttemptOutcome>;
  /** Closes all connections. Sends under way fail as reset. */
  close(): void;
}

/** What a sender is made from. */
export interface SenderOptions {
  readonly rules: AddressRules;
  readonly resolver: Resolver;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly timeoutMs: number;
  /** Sent unless a request brings its own. */
  readonly userAgent: string;
  /** The longest `Retry-After` that is honoured. Default: 24 hours, the longest delay of the default schedule. */
  readonly maxRetryAfterMs?: number;
  /** Default 256: above what a dispatcher sends at once, so that slow webhooks of a host do not hold up its others. */
  readonly maxSocketsPerHost?: number;
}

/** Makes a sender; it opens nothing before the first send. */
export function createSender(options: SenderOptions): Sender {
  const { rules, resolver, clock, timeoutMs, maxRetryAfterMs = 86_400_000, maxSocketsPerHost = 256 } = options;
  const agents = createDeliveryAgents({ rules, resolver, maxSocketsPerHost });
  const client = got.extend({
    agent: { http: agents.http, https: agents.https },
    method: 'POST',
    headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity' },
    decompress: false,
    followRedirect: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    retry: { limit: 0 },
    throwHttpErrors: false,
  });

  return {
    async send(request) {
      const startedAt = clock.now();
      const start = clock.elapsed();
      const url = parseUrl(request.url);
      if (typeof url === 'string') return refusedUrl(startedAt, url);

      const { headers, body, signal } = request;
      const limit = request.timeoutMs ?? timeoutMs;
      const done = await exchange(client, clock, { url, headers, body, timeoutMs: limit, signal });

      const response = responseOf(done);
      const durationMs = Math.round(clock.elapsed() - start);
      const timings = timingsOf(done, start, durationMs);
      const facts = { startedAt, durationMs, remoteAddress: done.remoteAddress, timings };
      const failed =
        (response && judgeStatus(response, clock.now(), maxRetryAfterMs)) ?? judgeEnd(done, timings, limit);
      if (failed) return { kind: 'failed', ...facts, response, ...failed };
      if (!response) return { kind: 'failed', ...facts, response, ...NO_RESPONSE };
      return { kind: 'succeeded', ...facts, response };
    },
    close: agents.close,
  };
}

/** More of it is a `PROTOCOL_ERROR`. Node's default, too; stated because a limit is a promise. */
const MAX_HEADER_BYTES = 16 * 1024;

const NO_RESPONSE = failure('PROTOCOL_ERROR', 'The exchange ended without a response.');

/** The statuses whose `Retry-After` holds the destination. */
const RETRY_AFTER_STATUSES: readonly number[] = [429, 502, 503, 504];

/** The URL, or why it is none. It was checked when it was stored; the rules may have become stricter since. */
function parseUrl(text: string): URL | string {
  try {
    return parseWebhookUrl(text);
  } catch (error) {
    if (error instanceof WebhookUrlRefusedError) return error.message;
    throw error;
  }
}

function refusedUrl(startedAt: Date, reason: string): AttemptOutcome {
  const facts = { startedAt, durationMs: 0, remoteAddress: null, timings: null, response: null };
  return { kind: 'failed', ...facts, ...failure('INVALID_URL', reason) };
}

/** What a status other than 2xx means, however its body ended. */
function judgeStatus({ status, headers }: ReceivedResponse, now: Date, maxRetryAfterMs: number): Failure | undefined {
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

/** Whether an exchange that no status speaks against came to its end. */
function judgeEnd({ end, reply }: Exchange, timings: Timings, timeoutMs: number): Failure | undefined {
  if (end === 'complete' || end === 'enough' || end === 'undecodable') return undefined;
  if (end === 'aborted') return failure('ABORTED', 'The attempt was cut short on our side.');
  if (end !== 'timeout') return explainTransportError(end);

  const waitedFor = reply ? 'the end of the response' : timings.connectMs === null ? 'an answer' : 'a response';
  return failure('TIMEOUT', `The deadline of ${timeoutMs} ms passed while waiting for ${waitedFor}.`);
}

function responseOf({ reply, body, bodyBytes, end }: Exchange): ReceivedResponse | null {
  if (!reply) return null;
  return {
    status: reply.status,
    headers: keepHeaders(reply.rawHeaders),
    body: keepBody(body),
    bodyTruncated: end !== 'complete' || bodyBytes > KEPT_BODY_BYTES,
  };
}

function timingsOf({ phases, repliedAt }: Exchange, start: number, totalMs: number): Timings {
  return {
    dnsMs: notNegative(phases.dns),
    connectMs: notNegative(phases.tcp),
    tlsMs: notNegative(phases.tls),
    firstByteMs: repliedAt === null ? null : Math.round(repliedAt - start),
    totalMs,
  };
}

/** Got measures phases by the wall clock, which may be set back meanwhile. */
function notNegative(ms: number | null): number | null {
  return ms === null ? null : Math.max(0, ms);
}
