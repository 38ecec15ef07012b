/** A receiver that answers and knows when requests came in; and one beside it that never answers. */

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../../src/lib/http.ts';
import type { Arrivals } from '../support/arrivals.ts';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { idInBody } from '../support/example.ts';

/** When, by the machine's clock, the first and the last of the requests asked for came in. */
export interface Received {
  readonly firstMs: number;
  readonly lastMs: number;
}

let expected = 0;
let arrivals = 0;
let firstMs = 0;
let allCame = Promise.withResolvers<Received>();
let status = 200;
/** By the ids in bodies, and then by path: when the first such request came. */
let traced: Map<string, Map<string, number>> | undefined;

const server = createServer((request, response) => {
  const atMs = machineMs();
  arrivals += 1;
  if (arrivals === 1) firstMs = atMs;
  if (arrivals === expected) allCame.resolve({ firstMs, lastMs: atMs });
  const statusThen = status;
  const answer = () => response.writeHead(statusThen).end('ok');
  if (!traced) {
    request.resume().on('end', answer);
    return;
  }
  const trace = traced;
  void text(request).then((body) => {
    const id = idInBody(body);
    const paths = trace.get(id) ?? new Map<string, number>();
    trace.set(id, paths);
    const path = request.url ?? '';
    if (!paths.has(path)) paths.set(path, atMs);
    answer();
  });
});
server.keepAliveTimeout = 60_000;
const url = await listen(server, 0, '127.0.0.1');

let hanging = 0;
const hangingServer = createServer((request) => {
  hanging += 1;
  request.resume();
});
const hangingUrl = await listen(hangingServer, 0, '127.0.0.1');

const calls = answerCalls({
  /** Answers anything with 200, or what it was told. */
  url: () => url,
  /** Takes every request and never answers. */
  hangingUrl: () => hangingUrl,
  /** How many requests never got an answer so far. */
  hanging: () => hanging,
  /** What to answer from now on. */
  answer(next: number): void {
    status = next;
  },
  /** Counts from nothing again, up to `count`. */
  expect(count: number): void {
    expected = count;
    arrivals = 0;
    allCame = Promise.withResolvers<Received>();
  },
  /** Once all that were expected have come. */
  received: () => allCame.promise,
  /** How many requests came since the last `expect`, and how many different ids were in those since the last `trace`. */
  came: () => ({ requests: arrivals, ids: traced?.size ?? 0 }),
  /** Is well from now on, remembers every request, and answers with how many came since the last `expect`. */
  recover(): number {
    status = 200;
    traced = new Map();
    return arrivals;
  },
  /** Remembers every request from now on. */
  trace(): void {
    traced = new Map();
  },
  /**
   * When the requests with these ids came: once there are `each` of every one, or `withinMs` have passed; and when that
   * was. Remembers no more.
   */
  async traced({ ids, each, withinMs }: { ids: readonly string[]; each: number; withinMs: number }): Promise<Arrivals> {
    const deadlineMs = machineMs() + withinMs;
    const came = traced ?? new Map<string, Map<string, number>>();
    while (ids.some((id) => (came.get(id)?.size ?? 0) < each) && machineMs() < deadlineMs) await delay(10);
    traced = undefined;
    return { untilMs: machineMs(), atMs: ids.map((id) => [...(came.get(id)?.values() ?? [])]) };
  },
});

/** What the receiver can be asked. */
export type ReceiverCalls = typeof calls;
