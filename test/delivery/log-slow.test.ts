import http from 'node:http';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { CATCH_UP_MS } from '../../src/delivery/log-subscriber.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { type Caller, watchWebSocket } from '../support/client.ts';
import { atLeast, importIds, importsOf, type SeenEntry, writeEntries } from './log-entries.ts';

/** Large entries, so that few of them fill what lies between the two ends of a connection. */
const WATCH = `subscription ($after: String) { deliveryLog(after: $after) { cursor kind importId reason } }`;
const REASON = 'x'.repeat(20_000);
const COUNT = 2_500;

/** A subscription whose client can stop taking anything off its connection. */
interface Stoppable extends AsyncDisposable {
  /** Answers, in order. */
  readonly answers: readonly Answer[];
  /** Resolves once there are `count` answers. */
  until(count: number): Promise<void>;
  /** Resolves when the subscription has ended. */
  readonly ended: Promise<void>;
  pause(): void;
  resume(): void;
}

interface Answer {
  readonly data?: { readonly deliveryLog: SeenEntry } | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly cursor?: string } }[];
}

describe.each([
  { over: 'WebSocket', subscribe: subscribeWebSocket },
  { over: 'server-sent events', subscribe: subscribeEvents },
])('a subscriber over $over that takes nothing off its connection', ({ subscribe }) => {
  test('is told that it was too slow, with where to go on, and holds up nobody (F50)', {
    timeout: 60_000,
  }, async () => {
    await using app = await createTestApp();
    await using stuck = subscribe(app);
    await using reading = watchWebSocket<SeenEntry>(app, WATCH, { after: '0.0' });
    await write(app, 'first');
    await Promise.all([stuck.until(1), reading.until(atLeast(1))]);

    stuck.pause();
    const ids = importIds('entry', COUNT);
    for (let at = 0; at < COUNT; at += 100) {
      await write(app, ...ids.slice(at, at + 100));
      app.signals.emit('log.appended', [app.organizationId]);
      await reading.until(atLeast(1 + at + 100));
    }
    await app.clock.advance(CATCH_UP_MS + 1_000);
    stuck.resume();
    await stuck.ended;

    const end = stuck.answers.at(-1)?.errors?.[0]?.extensions;
    const seen = stuck.answers.flatMap(({ data }) => (data ? [data.deliveryLog] : []));
    expect(end).toEqual({ code: 'TOO_SLOW', cursor: seen.at(-1)?.cursor });
    expect(seen.length).toBeLessThan(COUNT);
    expect(importsOf(reading.seen)).toEqual(['first', ...ids]);

    await using resumed = watchWebSocket<SeenEntry>(app, WATCH, { after: end?.cursor });
    const rest = await resumed.until(atLeast(COUNT + 1 - seen.length));
    expect(importsOf([...seen, ...rest])).toEqual(['first', ...ids]);
  });

  test('does not keep its server from stopping', async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    await using stuck = subscribe({ url: sibling.url, key: app.key });
    await write(app, 'first');
    await stuck.until(1);
    stuck.pause();

    const before = performance.now();
    await sibling.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

async function write(app: TestApp, ...ids: string[]): Promise<void> {
  await writeEntries(app.db, { organizationId: app.organizationId, importIds: ids, reason: REASON });
}

function subscribeWebSocket({ url, key }: Caller): Stoppable {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const collected = collect();
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.once('open', () => say({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
  socket.on('message', (text) => {
    const { type, payload }: { type: string; payload: Answer } = JSON.parse(String(text));
    if (type === 'connection_ack') {
      say({ type: 'subscribe', id: '1', payload: { query: WATCH, variables: { after: '0.0' } } });
    }
    if (type === 'next') collected.add(payload);
    if (type === 'complete') collected.end();
  });
  socket.once('close', collected.end);
  return {
    ...collected,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    [Symbol.asyncDispose]: () => Promise.resolve(socket.terminate()),
  };
}

function subscribeEvents({ url, key }: Caller): Stoppable {
  const collected = collect();
  const request = http.request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${key}` },
  });
  request.once('error', collected.end);
  request.once('close', collected.end);
  request.once('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^event: next\ndata: (.+)$/m.exec(message)?.[1];
        if (data) collected.add(JSON.parse(data));
      }
    });
    response.once('close', collected.end);
  });
  request.end(JSON.stringify({ query: WATCH, variables: { after: '0.0' } }));
  return {
    ...collected,
    pause: () => request.socket?.pause(),
    resume: () => request.socket?.resume(),
    [Symbol.asyncDispose]: () => Promise.resolve(void request.destroy()),
  };
}

function collect() {
  const answers: Answer[] = [];
  const ended = Promise.withResolvers<void>();
  let changed = () => {};
  return {
    answers,
    ended: ended.promise,
    add(answer: Answer): void {
      answers.push(answer);
      changed();
    },
    end: () => ended.resolve(),
    until: (count: number) =>
      new Promise<void>((resolve) => {
        changed = () => {
          if (answers.length >= count) resolve();
        };
        changed();
      }),
  };
}
