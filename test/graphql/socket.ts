/** WebSockets without a client, for what a client would not do. */

import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Caller } from '../support/client.ts';

/** Opens a socket and says hello as `connectionParams`. */
export async function openSocket({ url }: Pick<Caller, 'url'>, connectionParams?: object): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', ...(connectionParams ? { payload: connectionParams } : {}) }));
  return socket;
}

/** The first answer to an operation over a socket of its own. */
export async function socketAnswer(caller: Caller, query: string): Promise<unknown> {
  const socket = await openSocket(caller, { authorization: `Bearer ${caller.key}` });
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  const [data] = await once(socket, 'message');
  return JSON.parse(String(data));
}
