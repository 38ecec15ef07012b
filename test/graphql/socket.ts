/** WebSockets without a client, for what a client would not do. */

import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Caller } from '../support/client.ts';

/** Opens a socket and says hello as `connectionParams`. */
export async function openSocket(
  { url }: Pick<Caller, 'url'>,
  connectionParams?: object,
  options: WebSocket.ClientOptions = {},
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', ...(connectionParams ? { payload: connectionParams } : {}) }));
  return socket;
}

/** A socket that was let in. */
export async function acknowledged(caller: Caller, options?: WebSocket.ClientOptions): Promise<WebSocket> {
  const socket = await openSocket(caller, { authorization: `Bearer ${caller.key}` }, options);
  await once(socket, 'message');
  return socket;
}

/** Begins an operation: unless said otherwise, a subscription to the delivery log. */
export function subscribe(socket: WebSocket, id: string, query = 'subscription { deliveryLog { kind } }'): void {
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
}

/** A message from the server. */
export interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** The first answer to an operation. */
export async function answerOf(socket: WebSocket, query: string): Promise<Message> {
  const id = randomUUID();
  const answers = on(socket, 'message');
  subscribe(socket, id, query);
  for await (const [data] of answers) {
    const message: Message = JSON.parse(String(data));
    if (message.id === id) return message;
  }
  throw new Error('the socket closed');
}

/** The first answer to an operation over a socket of its own. */
export async function socketAnswer(caller: Caller, query: string): Promise<unknown> {
  return await answerOf(await acknowledged(caller), query);
}
