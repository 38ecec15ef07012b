/** A real HTTP server that plays the receiver of webhooks: answers as told, and remembers what it was sent. */

import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { systemClock } from '../../src/lib/clock.ts';

/** A request, complete with its body. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly rawBody: Buffer;
  readonly at: Date;
}

/** One answer in full. `delay` holds it back until the promise resolves; see {@link never}. */
export interface AnswerParts {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  readonly delay?: Promise<unknown>;
}

/** Answers by hand. `index` counts requests from 0. */
export type AnswerHandler = (request: ReceivedRequest, response: http.ServerResponse, index: number) => unknown;

/** A status, an answer in full, or a function that writes it. */
export type Answer = number | AnswerParts | AnswerHandler;

/** See {@link startReceiver}. */
export interface Receiver extends AsyncDisposable {
  /** With the port, without a path or trailing slash. */
  readonly url: string;
  readonly port: number;
  /** All requests so far, in order of their last byte. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** The first request that no earlier call returned, as soon as there is one. */
  nextRequest(): Promise<ReceivedRequest>;
  /** All requests, as soon as there are `count`. */
  waitFor(count: number): Promise<readonly ReceivedRequest[]>;
  /** Replaces the answers, beginning with the next request. */
  answerWith(answers: Answers): void;
  /** Cuts all connections and stops. */
  close(): Promise<void>;
}

/** A list answers one request each, and its last entry all that follow; a function answers them all. */
export type Answers = readonly Answer[] | AnswerHandler;

/** For a `delay`: an answer that does not come. */
export const never: Promise<never> = new Promise(() => {});

/** How a receiver differs from the usual one. */
export interface ReceiverOptions {
  /** It speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly maxVersion?: SecureVersion };
  /** Where it listens. Default: 127.0.0.1. */
  readonly host?: string;
}

/** Starts a receiver on a free port of this machine. Answers 200 unless told otherwise. */
export async function startReceiver(answers: Answers = [200], options: ReceiverOptions = {}): Promise<Receiver> {
  const { host = '127.0.0.1' } = options;
  const requests: ReceivedRequest[] = [];
  const waiting = new Set<() => void>();
  let answerFor = chooser(answers);
  let connections = 0;
  let returned = 0;

  const server = options.tls ? https.createServer(options.tls, receive) : http.createServer(receive);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = addressOf(server);

  async function receive(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // cut off by the sender: not a request
    }
    const { method = '', url = '', headers, rawHeaders } = request;
    const received = { method, url, headers, rawHeaders, rawBody: Buffer.concat(chunks), at: systemClock.now() };
    const index = requests.push(received) - 1;
    for (const check of waiting) check();
    await give(answerFor(), received, response, index);
  }

  async function waitFor(count: number): Promise<readonly ReceivedRequest[]> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => requests.length >= count && resolve();
    const timer = setTimeout(() => {
      reject(new Error(`The receiver waited ${WAIT_MS} ms for ${count} requests and got ${requests.length}.`));
    }, WAIT_MS);
    waiting.add(check);
    check();
    try {
      await promise;
      return requests;
    } finally {
      clearTimeout(timer);
      waiting.delete(check);
    }
  }

  async function nextRequest(): Promise<ReceivedRequest> {
    const index = returned;
    returned += 1;
    const request = (await waitFor(index + 1))[index];
    if (!request) throw new Error('The receiver lost a request.');
    return request;
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  return {
    url: `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    nextRequest,
    waitFor,
    answerWith(next) {
      answerFor = chooser(next);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The address of a server that listens on TCP. */
export function addressOf(server: { address(): AddressInfo | string | null }): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on TCP.');
  return address;
}

/** Generous: only a test that is wrong waits so long. */
const WAIT_MS = 40_000;

function chooser(answers: Answers): () => Answer {
  if (typeof answers === 'function') return () => answers;

  let next = 0;
  return () => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer ?? 200;
  };
}

async function give(
  answer: Answer,
  request: ReceivedRequest,
  response: http.ServerResponse,
  index: number,
): Promise<void> {
  if (typeof answer === 'function') {
    await answer(request, response, index);
    return;
  }
  const { status = 200, headers = {}, body, delay } = typeof answer === 'number' ? { status: answer } : answer;
  await delay;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
