/** Subscribers to the delivery log, half over WebSocket and half over server-sent events, who know when entries came. */

import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { Arrivals } from '../support/arrivals.ts';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';

/** Whom to subscribe to, and as whom. */
interface Server {
  readonly url: string;
  readonly key: string;
}

const SUBSCRIPTION = 'subscription { deliveryLog { cursor at kind deliveryStatus importId } }';

/** Subscriptions that are begun at once. */
const AT_ONCE = 50;

/** By the ids of imports: when their entries came, in the order in which they came. */
let seen = new Map<string, number[]>();

const calls = answerCalls({
  /** Adds `count` subscribers. They hear what is written once they are all there. */
  async watch({ server, count }: { server: Server; count: number }): Promise<void> {
    for (let from = 0; from < count; from += AT_ONCE) {
      const indexes = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index);
      await Promise.all(indexes.map((index) => (index % 2 === 0 ? watchWebSocket(server) : watchEvents(server))));
    }
  },
  /** Remembers every entry from now on, and none from before. */
  trace(): void {
    seen = new Map();
  },
  /** When the entries with these ids came: once `each` have every one, or `withinMs` have passed; and when that was. */
  async traced({ ids, each, withinMs }: { ids: readonly string[]; each: number; withinMs: number }): Promise<Arrivals> {
    const deadlineMs = machineMs() + withinMs;
    while (ids.some((id) => (seen.get(id)?.length ?? 0) < each) && machineMs() < deadlineMs) await delay(10);
    return { untilMs: machineMs(), atMs: ids.map((id) => seen.get(id) ?? []) };
  },
});

async function watchWebSocket({ url, key }: Server): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
  await once(socket, 'message');
  socket.on('message', (data) => {
    const message = String(data);
    if (message === '{"type":"ping"}') return socket.send('{"type":"pong"}');
    note(message);
  });
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: SUBSCRIPTION } }));
}

async function watchEvents({ url, key }: Server): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    authorization: `Bearer ${key}`,
  };
  const asked = request(`${url}/graphql`, { method: 'POST', agent: false, headers });
  asked.end(JSON.stringify({ query: SUBSCRIPTION }));
  const [response] = await once(asked, 'response');
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) note(message);
  });
}

/** Looked for rather than parsed: it must cost less than what is measured. */
function note(message: string): void {
  const start = message.indexOf(BEFORE_ID);
  if (start < 0) return;
  const from = start + BEFORE_ID.length;
  const id = message.slice(from, message.indexOf('"', from));
  const times = seen.get(id) ?? [];
  seen.set(id, times);
  times.push(machineMs());
}

const BEFORE_ID = '"importId":"';

/** What the watchers can be asked. */
export type WatcherCalls = typeof calls;
