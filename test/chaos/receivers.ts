/** The receivers of a run: one HTTP server with a path for each webhook, and the ledger of what they got. */

import { createHash } from 'node:crypto';
import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { parseGlobalId } from '../../src/graphql/global-id.ts';
import { addressOf } from '../support/receiver.ts';
import type { Gate } from './gate.ts';
import { HOOKS } from './hooks.ts';

/** A request that a receiver has read to its end. Instants are those of `performance.now()`. */
export interface Receipt {
  /** The path: which webhook. */
  readonly hook: string;
  /** `webhook-id`. */
  readonly eventId: string;
  /** `posthorn-delivery-id`. */
  readonly deliveryId: string;
  /** `posthorn-attempt`. */
  readonly attempt: number;
  /** The importer's id, from the body. */
  readonly importId: string;
  /** Whether it says that the import needs review. */
  readonly isReview: boolean;
  readonly bodyHash: string;
  readonly at: number;
  /** The answer and when it was given; null when there was none. */
  answer: { readonly status: number; readonly at: number } | null;
}

/** See {@link startReceivers}. */
export interface Receivers extends AsyncDisposable {
  /** Without a path or trailing slash. */
  readonly url: string;
  /** In order of arrival. */
  readonly ledger: readonly Receipt[];
  /** The secrets by which each path verifies what it gets; must be there before the first request. */
  readonly secrets: Map<string, string>;
  /** Resolves at the next request that is a retry after a failure, once it is read. */
  nextRetry(): Promise<void>;
}

/** What receivers need to know. */
export interface ReceiversOptions {
  readonly gate: Gate;
  /** Which process sends what it sends of this delivery, given by its UUID. */
  readonly senderOf: (deliveryId: string) => string | undefined;
  /** Whether the clock of a sender may be wrong now. */
  readonly clockJumped: () => boolean;
  readonly complain: (complaint: string) => void;
}

/** Starts the receivers on a free port of 127.0.0.1. */
export async function startReceivers({ gate, senderOf, clockJumped, complain }: ReceiversOptions): Promise<Receivers> {
  const ledger: Receipt[] = [];
  const secrets = new Map<string, string>();
  /** Events that were answered with 500 at a path already. */
  const failed = new Set<string>();
  let retried = Promise.withResolvers<void>();

  async function receive(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const headers = request.headers as Record<string, string | undefined>; // none of ours comes twice
    const deliveryId = headers['posthorn-delivery-id'] ?? '';
    const uuid = parseGlobalId(deliveryId)?.uuid ?? '';
    const sender = senderOf(uuid) ?? '';
    if (gate.arrive('request-unread', sender, [uuid]) === 'hold') return;
    const body = (await buffer(request)).toString();
    const hook = (request.url ?? '').slice(1);
    const complaint = verify(secrets.get(hook) ?? '', headers, body, clockJumped());
    if (complaint) complain(`${deliveryId} at ${hook}: ${complaint}`);
    const receipt: Receipt = {
      hook,
      eventId: headers['webhook-id'] ?? '',
      deliveryId,
      attempt: Number(headers['posthorn-attempt']),
      importId: importIdOf(body),
      isReview: body.startsWith('{"event":"headless_import_needs_review"'),
      bodyHash: createHash('sha256').update(body).digest('hex'),
      at: performance.now(),
      answer: null,
    };
    ledger.push(receipt);
    if (receipt.attempt > 1) {
      retried.resolve();
      retried = Promise.withResolvers();
    }
    if (gate.arrive('request-sent', sender, [uuid]) === 'hold') return;
    const { delayMs = 0, failingOnce = 0 } = HOOKS[hook] ?? {};
    if (delayMs > 0) await delay(delayMs);
    const fails = isFailing(receipt, failingOnce) && !failed.has(`${hook} ${receipt.eventId}`);
    if (fails) failed.add(`${hook} ${receipt.eventId}`);
    const status = fails ? 500 : 200;
    if (response.destroyed) return;
    receipt.answer = { status, at: performance.now() };
    response.writeHead(status).end();
    if (status === 200) gate.arrive('answered', sender, [uuid]);
  }

  const server = http.createServer((request, response) => {
    receive(request, response).catch(() => undefined); // cut off by the sender: not a request
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${addressOf(server).port}`,
    ledger,
    secrets,
    nextRetry: () => retried.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What is wrong with a request by the official library; a time that is far off is not, while a clock is. */
function verify(
  secret: string,
  headers: Record<string, string | undefined>,
  body: string,
  clockJumped: boolean,
): string | undefined {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const signature = headers['webhook-signature'] ?? '';
  const webhook = new Webhook(secret);
  const given = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  try {
    if (clockJumped) {
      const expected = webhook.sign(id, new Date(Number(timestamp) * 1000), body);
      return signature.split(' ').includes(expected) ? undefined : 'the signature is wrong';
    }
    webhook.verify(body, given, { jsonParse: false });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function importIdOf(body: string): string {
  const form = /^uploadId=(.+)$/.exec(body);
  if (form?.[1]) return decodeURIComponent(form[1]);
  const { data }: { data: { id: string } } = JSON.parse(body);
  return data.id;
}

/** Decided by the event's id, so that a run does not depend on who comes first. */
function isFailing({ eventId }: Receipt, failingOnce: number): boolean {
  return Number.parseInt(eventId.slice(-6), 16) % 100 < failingOnce;
}
