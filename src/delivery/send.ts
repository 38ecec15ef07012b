/** Sends one delivery to its receiver: from a URL and a body to what the receiver answered. */

import type { OutgoingHttpHeaders } from 'node:http';
import got from 'got';
import type { Clock } from '../lib/clock.ts';
import type { AddressRules, Resolver } from '../webhook/address.ts';
import { MASKED_VALUE } from '../webhook/header.ts';
import { parseWebhookUrl, WebhookUrlRefusedError } from '../webhook/url.ts';
import { createDeliveryAgents } from './agent.ts';
import { type Exchange, exchange } from './exchange.ts';
import { judgeEnd, judgeStatus } from './judge.ts';
import { type AttemptOutcome, failure, type ReceivedResponse, type Timings } from './outcome.ts';
import { KEPT_BODY_BYTES, keepBody, keepHeaders } from './received-response.ts';
import { warningsOf } from './response-warnings.ts';
import { MAX_HEADER_BYTES } from './wire.ts';

/** One request. The body is sent as UTF-8, byte for byte what was signed. */
export interface SendRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Lower-case names of headers whose values are nobody's business: the outcome shows them masked. */
  readonly maskedHeaders?: ReadonlySet<string>;
  /** Deadline for everything, from the look-up of the name to the last byte of the response. Default: the sender's. */
  readonly timeoutMs?: number;
  /** Cuts the attempt short; it then comes to `ABORTED`, unless the receiver's status already decided. */
  readonly signal?: AbortSignal;
}

/** Sends, and owns the connections that deliveries share. */
export interface Sender {
  /**
   * POSTs once, to no other place than the URL: no redirects, no cookies, no proxy but the configured one, no retries
   * but where a connection kept from earlier turns out to be closed. Never rejects for anything that receiver, network or
   * URL do. Holds at most 64 KiB of the response, and little else.
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
  /** An HTTP proxy that all connections are made by way of; its own address is exempt from the rules. Default: none. */
  readonly proxyUrl?: URL | undefined;
  /** Requests at once; further ones wait. Default 256; a dispatcher allows all that it can ever have under way. */
  readonly maxSockets?: number;
  /** Requests at once to one host and port; further ones wait. Default: all; a dispatcher allows half of all. */
  readonly maxSocketsPerHost?: number;
  /** Unused connections that are kept, in all. Default 1,000. */
  readonly maxIdleSockets?: number;
}

/** Makes a sender; it opens nothing before the first send. */
export function createSender(options: SenderOptions): Sender {
  const { clock, timeoutMs, maxRetryAfterMs = 86_400_000, proxyUrl, maxSockets = 256 } = options;
  const { maxSocketsPerHost = maxSockets, maxIdleSockets = 1_000 } = options;
  const agents = createDeliveryAgents({ ...options, proxyUrl, maxSockets, maxSocketsPerHost, maxIdleSockets });
  const client = got.extend({
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
      let done = await exchange(client, agents, clock, { url, headers, body, timeoutMs: limit, signal });
      for (let stale = 1; done.wasStale && stale <= MAX_STALE_CONNECTIONS; stale += 1) {
        const left = limit - (clock.elapsed() - start);
        done = await exchange(client, agents, clock, { url, headers, body, timeoutMs: left, signal });
      }

      const response = responseOf(done);
      const durationMs = Math.round(clock.elapsed() - start);
      const { remoteAddress, handshake } = done.journey;
      const timings = timingsOf(done, start, durationMs);
      const requestHeaders = done.requestHeaders && recordHeaders(done.requestHeaders, request.maskedHeaders);
      const facts = { startedAt, durationMs, remoteAddress, timings, requestHeaders, handshake };
      const route = {
        host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        timeoutMs: limit,
        byProxy: proxyUrl !== undefined,
        witnesses: agents.witnesses,
      };
      const failed = (response && judgeStatus(response, clock.now(), maxRetryAfterMs)) ?? judgeEnd(done, route);
      if (failed) return { kind: 'failed', ...facts, response, ...failed };
      if (!response) return { kind: 'failed', ...facts, response, ...NO_RESPONSE };
      return { kind: 'succeeded', ...facts, response };
    },
    close: agents.close,
  };
}

/**
 * How many connections that the receiver had closed are passed over, within the same attempt and its deadline. Servers
 * close connections that they think unused at the very moment at which a request is on its way; one that is busy closes
 * many. RFC 9112, section 9.3.1 has clients try again only what is safe to repeat; deliveries are, by their `webhook-id`.
 */
const MAX_STALE_CONNECTIONS = 3;

const NO_RESPONSE = failure('PROTOCOL_ERROR', 'The exchange ended without a response.');

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
  const facts = { startedAt, durationMs: 0, remoteAddress: null, timings: null, requestHeaders: null, handshake: null };
  return { kind: 'failed', ...facts, response: null, ...failure('INVALID_URL', reason) };
}

function responseOf(done: Exchange): ReceivedResponse | null {
  const { reply, bodyBytes, end } = done;
  if (!reply) return null;
  const body = keepBody(done.body);
  return {
    status: reply.status,
    headers: keepHeaders(reply.rawHeaders),
    body,
    bodyTruncated: end !== 'complete' || bodyBytes > KEPT_BODY_BYTES,
    end: typeof end === 'string' ? RESPONSE_ENDS[end] : 'RESET',
    warnings: warningsOf(done, reply, body),
  };
}

const RESPONSE_ENDS = {
  complete: 'COMPLETE',
  enough: 'CUT',
  undecodable: 'UNDECODABLE',
  timeout: 'TIMEOUT',
  aborted: 'ABORTED',
} as const;

/** As plain text: Node has a number here and there. */
function recordHeaders(headers: OutgoingHttpHeaders, masked?: ReadonlySet<string>): Record<string, string> {
  const recorded: Record<string, string> = Object.create(null); // a header may be called __proto__
  for (const name of Object.keys(headers)) recorded[name] = masked?.has(name) ? MASKED_VALUE : String(headers[name]);
  return recorded;
}

function timingsOf({ journey: { phases }, repliedAt }: Exchange, start: number, totalMs: number): Timings {
  const firstByteMs = repliedAt === null ? null : Math.round(repliedAt - start);
  return {
    dnsMs: phases.dns,
    connectMs: phases.connect,
    tlsMs: phases.tls,
    firstByteMs,
    bodyMs: firstByteMs === null ? null : totalMs - firstByteMs,
    totalMs,
  };
}
