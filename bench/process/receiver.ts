/** A receiver that answers 200 and knows when requests came in. */

import { createServer } from 'node:http';
import { listen } from '../../src/lib/http.ts';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';

/** When, by the machine's clock, the first and the last of the requests asked for came in. */
export interface Received {
  readonly firstMs: number;
  readonly lastMs: number;
}

let expected = 0;
let arrivals = 0;
let firstMs = 0;
let allCame = Promise.withResolvers<Received>();

const server = createServer((request, response) => {
  arrivals += 1;
  if (arrivals === 1) firstMs = machineMs();
  if (arrivals === expected) allCame.resolve({ firstMs, lastMs: machineMs() });
  request.resume();
  request.on('end', () => response.end('ok'));
});
server.keepAliveTimeout = 60_000;
const url = await listen(server, 0, '127.0.0.1');

const calls = answerCalls({
  url: () => url,
  /** Counts from nothing again, up to `count`. */
  expect(count: number): void {
    expected = count;
    arrivals = 0;
    allCame = Promise.withResolvers<Received>();
  },
  /** Once all that were expected have come. */
  received: () => allCame.promise,
});

/** What the receiver can be asked. */
export type ReceiverCalls = typeof calls;
