/** The ways in which an operation can be sent, each of which gives all that is answered to it. */

import type { WebSocket } from 'ws';
import type { Caller } from '../../support/client.ts';
import { answerOf, type Message } from '../socket.ts';
import type { Operation } from './operations.ts';

/** What came back: the status over HTTP, and every answer. */
export interface Answers {
  readonly status?: number;
  readonly answers: readonly unknown[];
}

const SENTINEL = '{ __typename }';

/** POST for one answer. */
export async function sendOverHttp(caller: Caller, operation: Operation): Promise<Answers> {
  const response = await request(caller, operation, 'application/json');
  return { status: response.status, answers: [await read(response)] };
}

/** GET, as a link or a script tag of another site would. */
export async function sendByGet({ url, key }: Caller, { query, variables }: Operation): Promise<Answers> {
  const address = `${url}/graphql?${new URLSearchParams({ query: query.toWellFormed(), variables: JSON.stringify(variables) })}`;
  if (address.length > LONGEST_ADDRESS) return { answers: [] };
  const response = await fetch(address, { headers: { accept: 'application/json', authorization: `Bearer ${key}` } });
  return { status: response.status, answers: [await read(response)] };
}

/** Node answers longer ones with 431 itself. */
const LONGEST_ADDRESS = 8_000;

/** POST for an event stream, read until it ends or has nothing to say for now. */
export async function sendOverEvents(caller: Caller, operation: Operation): Promise<Answers> {
  const left = new AbortController();
  const response = await request(caller, operation, 'text/event-stream', left.signal);
  const { status } = response;
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return { status, answers: [await read(response)] };
  }
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    // The first thing of all is a comment; another comment is said when nothing has come for a while.
    if (text.split(':\n\n').length > 2) break;
  }
  left.abort();
  const events = [...text.matchAll(/^event: next\ndata: (.*)$/gm)];
  return { status, answers: events.map(([, data = '']) => JSON.parse(data)) };
}

/** Over a socket that many operations share. */
export async function sendOverSocket(socket: WebSocket, operation: Operation): Promise<Answers> {
  const { query, variables, operationName, kind } = operation;
  const id = crypto.randomUUID();
  const messages: Message[] = [];
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  const hear = (data: unknown) => {
    const message: Message = JSON.parse(String(data));
    if (message.id !== id) return;
    messages.push(message);
    resolve();
  };
  socket.on('message', hear);
  socket.once('close', resolve);
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables, operationName } }));
  // A subscription may have nothing to say; one that was refused has said so before the operation that follows it.
  if (kind === 'subscription') await answerOf(socket, SENTINEL);
  else await answered;
  socket.send(JSON.stringify({ id, type: 'complete' }));
  socket.off('message', hear);
  socket.off('close', resolve);
  return { answers: messages.filter(({ type }) => type !== 'complete').map(answerIn) };
}

const answerIn = ({ type, payload }: Message): unknown => (type === 'error' ? { errors: payload } : payload);

/** The answer, or the text of one that is none. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function request(
  { url, key }: Caller,
  { query, variables, operationName }: Operation,
  accept: string,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables, operationName }),
    ...(signal ? { signal } : {}),
  });
}
