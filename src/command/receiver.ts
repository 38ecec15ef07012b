/** A receiver of webhooks for trying things out: it verifies what it gets and answers as told. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { Clock } from '../lib/clock.ts';
import { answerText, closeServer, listen } from '../lib/http.ts';
import type { Service } from '../lib/service.ts';
import { CommandError } from './command-error.ts';

/** What the official library says of a request's signature; `unchecked` without a secret to check it with. */
export type Verdict =
  | { readonly kind: 'verified' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unchecked' };

/** A request, complete with its body. */
export interface ReceivedRequest {
  readonly at: Date;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came. */
  readonly body: Buffer;
  readonly verdict: Verdict;
  /** What it is answered with. */
  readonly status: number;
}

/** What a receiver is made from. */
export interface ReceiverOptions {
  readonly clock: Clock;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What it is told to answer, whatever the signature. */
  readonly status: number;
  /** The first that many requests are answered with 500 instead. */
  readonly fail: number;
  /** How long it waits before it answers, in milliseconds. */
  readonly delayMs: number;
  /** Told each request before it is answered. */
  readonly onRequest: (request: ReceivedRequest) => void;
}

/** A receiver that listens once it is started, at every path. */
export interface Receiver extends Service {
  /** Without a path; known once it has started. */
  readonly url: string;
  /**
   * Verifies with this secret from now on, beside those it knows.
   *
   * @throws {CommandError} when it is no secret.
   */
  trust(secret: string): void;
}

/** Makes a receiver that trusts nobody yet. Stopping it does not wait for the delay of its answers. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { clock, onRequest } = options;
  const verifiers: Webhook[] = [];
  const stopping = new AbortController();
  const server = createServer((request, response) => void receive(request, response));
  let url = '';
  let failuresLeft = options.fail;

  /** Never rejects. */
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (!body) return;
    const status = failuresLeft > 0 ? 500 : options.status;
    failuresLeft = Math.max(0, failuresLeft - 1);
    const { method = '', url: path = '', headers } = request;
    onRequest({ at: clock.now(), method, path, headers, body, verdict: verify(verifiers, headers, body), status });
    await clock.sleep(options.delayMs, stopping.signal);
    answerText(response, status, status < 300 ? 'received' : 'told to fail');
  }

  return {
    get url() {
      return url;
    },
    trust: (secret) => void verifiers.push(createVerifier(secret)),
    async start() {
      url = await listen(server, options.port, options.host);
    },
    async stop(deadline) {
      stopping.abort();
      await closeServer(server, deadline);
    },
  };
}

/** The value of a header; several of one name are one with commas, as HTTP has it. */
export function headerOf({ headers }: Pick<ReceivedRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The whole body, or `undefined` when the sender cut it off. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

function createVerifier(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new CommandError('A secret is "whsec_" and base64, as createWebhook and rotateWebhookSecret answer it.');
  }
}

/** Several secrets are those of a rotation, or of several webhooks: one that fits is enough. */
function verify(verifiers: readonly Webhook[], headers: IncomingHttpHeaders, body: Buffer): Verdict {
  if (verifiers.length === 0) return { kind: 'unchecked' };
  const single = Object.fromEntries(Object.keys(headers).map((name) => [name, headerOf({ headers }, name) ?? '']));
  const reasons = verifiers.map((verifier) => refusal(verifier, single, body));
  const [reason] = reasons;
  return reason === undefined || reasons.includes(undefined) ? { kind: 'verified' } : { kind: 'invalid', reason };
}

/** Why the signature does not hold, in the library's words. */
function refusal(verifier: Webhook, headers: Record<string, string>, body: Buffer): string | undefined {
  try {
    verifier.verify(body, headers, { jsonParse: false }); // the body of a basic webhook is a form
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}
