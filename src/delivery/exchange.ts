/** One HTTP exchange over got: what was sent, what came back, and how it ended. Judges nothing. */

import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import type { Got, Request, Response } from 'got';
import { onAbort } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import type { DeliveryAgents } from './agent.ts';
import { createJourney, type Journey } from './journey.ts';
import { KEPT_BODY_BYTES } from './received-response.ts';
import { createWire } from './wire.ts';

/** What to send, and for how long. */
export interface ExchangeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything from the look-up of the name to the last byte of the body, waiting for a free socket included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * How it ended: `complete`; `enough` when more than {@link READ_BODY_BYTES} of body came, or more than
 * {@link READ_WIRE_BYTES} in whatever wrapping; `undecodable` when the body is not compressed as announced; `timeout`;
 * `aborted` by the caller's signal; or the error that ended it.
 */
export type ExchangeEnd = 'complete' | 'enough' | 'undecodable' | 'timeout' | 'aborted' | Error;

/** What is known when it is over. */
export interface Exchange {
  readonly end: ExchangeEnd;
  /** How far it came, and where to. */
  readonly journey: Journey;
  /** Those of the request, but for `connection`; null when it never had a connection to go over. */
  readonly requestHeaders: OutgoingHttpHeaders | null;
  readonly reply: Reply | null;
  /** The beginning of the decompressed body, a little more than is kept. */
  readonly body: readonly Buffer[];
  readonly bodyBytes: number;
  /** Compressed bytes that `body` was unpacked from; null when nothing was unpacked. */
  readonly packedBytes: number | null;
  /** Lines of the header that was under way, in the part that is read; 0 once it was complete. */
  readonly headerLines: number;
  /** The receiver closed its side of the connection before the end, which is no reset. */
  readonly wasClosed: boolean;
  /** The instant, by `elapsed`, at which the reply's headers were there. */
  readonly repliedAt: number | null;
  /** A connection kept from an earlier request was closed at once, without a byte: as a rule the request was not read. */
  readonly wasStale: boolean;
}

/** The header of the final response. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** It came before all of the request had been handed to the network. */
  readonly isEarly: boolean;
}

/** Ends an exchange that came to interim responses only, or to something that is no response, without end. */
export class NoFinalResponseError extends Error {
  override readonly name = 'NoFinalResponseError';
}

/** At most so much of the decompressed body is read; then the connection is closed. */
export const READ_BODY_BYTES = 64 * 1024;

/**
 * At most so much is read from the connection: twice the body, for headers and for chunks of a few bytes each. Endless
 * chunk extensions, trailers and compressed nothings are not, nor is a body in chunks of one byte, which cost a lot.
 */
const READ_WIRE_BYTES = 2 * READ_BODY_BYTES;

/**
 * Pieces in which a body is read, a chunk being one at least. Node makes 10,000 objects of 64 KiB that came in chunks of
 * one byte: 500 such bodies at once took 1.3 GB and a minute of computing.
 */
const MAX_BODY_PIECES = 1_024;

/** A connection that is closed later than this, in milliseconds, was closed because of the request, not before it. */
const STALE_WITHIN_MS = 1_000;

/** Interim responses (1xx) that are read over. */
const MAX_INTERIM_RESPONSES = 16;

/**
 * Makes one POST. Resolves exactly once, whatever receiver and network do, at the latest when the deadline passes: also
 * when a look-up that cannot be interrupted still hangs. Unless it is `complete`, the connection is closed, and
 * also when the response came before all of the request was sent.
 *
 * Got's stream API with a string body: measured at 3,400 to 4,000 requests/s on one core, against 2,600 to 3,100 for its
 * promise API and 2,600 to 3,100 for a Buffer body, which got copies in pieces.
 */
export function exchange(
  client: Got,
  agents: DeliveryAgents,
  clock: Pick<Clock, 'elapsed'>,
  request: ExchangeRequest,
): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  const { url, headers, signal } = request;
  const journey = createJourney(clock);
  const slot = agents.slots.take(url.origin);
  const body: Buffer[] = [];
  let bodyBytes = 0;
  let reply: Reply | null = null;
  let repliedAt: number | null = null;
  let sentAt: number | null = null;
  let stream: Request | undefined;
  let asked: ClientRequest | undefined;
  let decoder: Gunzip | Inflate | undefined;
  let isEarly = false;
  let over = false;
  const wire = createWire((bytes) => {
    if (bytes > READ_WIRE_BYTES) finish(reply ? 'enough' : new NoFinalResponseError());
  });

  const timer = setTimeout(finish, request.timeoutMs, 'timeout');
  let stopListening = () => {};
  if (signal) stopListening = onAbort(signal, () => finish('aborted'));
  slot.taken.then(send).catch(finish);
  return promise;

  function send(): void {
    if (over) return;
    journey.reach('response');
    stream = client.stream(url, { headers, body: request.body, request: ask });
    stream.on('error', finish);
    stream.on('upgrade', (_response: unknown, socket: Readable) => {
      // Node would leave the socket to us, open and unread.
      socket.destroy();
      finish(Object.assign(new Error('switched protocols'), { code: 'UNASKED_UPGRADE' }));
    });
    stream.on('response', receive);
  }

  function ask(to: URL, options: RequestOptions): ClientRequest {
    const question = agents.request(to, options, journey);
    asked = question;
    let interim = 0;
    question.on('information', () => {
      interim += 1;
      // Once: thousands more may be in the bytes that the parser has at hand.
      if (interim === MAX_INTERIM_RESPONSES + 1) finish(new NoFinalResponseError());
    });
    question.prependOnceListener('response', (response) => {
      wire.headerEnded();
      isEarly = !question.writableFinished;
      // Not a function literal, which would be old from the start and keep the exchange (0012-young-objects.md).
      response.push = limitPieces(response.push.bind(response));
    });
    question.once('socket', watch);
    return question;
  }

  /** Where the parser hands over its pieces: whoever listens to the body gets many at once, when it is too late. */
  function limitPieces(push: IncomingMessage['push']): IncomingMessage['push'] {
    let pieces = 0;
    return (piece: unknown) => {
      pieces += 1;
      if (piece === null || pieces <= MAX_BODY_PIECES) return push(piece);
      finish('enough');
      return false;
    };
  }

  function watch(socket: Duplex): void {
    sentAt = clock.elapsed();
    journey.remoteAddress ??= agents.remoteAddressOf(socket);
    journey.handshake ??= agents.handshakeOf(socket);
    wire.watch(socket);
  }

  function receive(response: Response): void {
    const { statusCode: status, headers, rawHeaders } = response;
    reply = { status, headers, rawHeaders, isEarly };
    repliedAt = clock.elapsed();
    decoder = createDecoder(headers['content-encoding']);
    if (decoder) stream?.pipe(decoder).on('error', () => finish('undecodable'));
    const source = decoder ?? stream;
    source?.on('data', (chunk: Buffer) => {
      if (bodyBytes <= KEPT_BODY_BYTES) body.push(chunk);
      bodyBytes += chunk.length;
      if (bodyBytes > READ_BODY_BYTES) finish('enough');
    });
    source?.on('end', () => finish('complete'));
  }

  function finish(end: ExchangeEnd): void {
    if (over) return;
    over = true;
    if (end === 'complete') agents.keep([stream, asked]);
    clearTimeout(timer);
    stopListening();
    wire.leave();
    if (end !== 'complete') {
      stream?.destroy();
      decoder?.destroy();
      journey.abandon();
    }
    slot.giveBack();
    const atOnce = sentAt !== null && clock.elapsed() - sentAt < STALE_WITHIN_MS;
    const wasStale = end instanceof Error && stream?.reusedSocket === true && wire.bytes === 0 && atOnce;
    const wasConnected = journey.stage === 'response' && journey.remoteAddress !== null;
    const requestHeaders = (wasConnected && asked?.getHeaders()) || null;
    const { headerLines, isClosed: wasClosed } = wire;
    const packedBytes = decoder?.bytesWritten ?? null;
    const received = { reply, body, bodyBytes, packedBytes, repliedAt };
    resolve({ end, journey, requestHeaders, ...received, headerLines, wasClosed, wasStale });
  }
}

/**
 * We ask for no compression, so this is for receivers that compress all the same. Got could undo it by itself, but it
 * applies as many codings as the receiver lists, thousands if it likes, each with its own buffers. One coding is undone;
 * a body with more is kept as it came, and so is one in Brotli, whose decoder works as far ahead as the sender's window
 * allows: 500 small bombs at once took 850 MB.
 */
function createDecoder(contentEncoding: string | undefined): Gunzip | Inflate | undefined {
  switch (contentEncoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    default:
      return undefined;
  }
}
