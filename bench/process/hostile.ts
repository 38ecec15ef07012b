/** Receivers that do their worst, in every way that the tests know. */

import { HOSTILITIES } from '../../test/support/hostile.ts';
import { drip, say, startTcpServer, type Talk, type TcpServer } from '../../test/support/tcp.ts';
import { answerCalls } from '../support/child.ts';

/** The beginning of a TLS record of a handshake, which says that it is 16 KiB long. */
const HANDSHAKE = '\x16\x03\x03\x40\x00';

/** TLS that never finishes: silence, a start, and one byte after another. */
const UNFINISHED: readonly Talk[] = [() => {}, say(HANDSHAKE), drip(HANDSHAKE, '\x02')];

const WAYS = [
  ...HOSTILITIES.map(({ talk }) => ({ scheme: 'http', talk })),
  ...UNFINISHED.map((talk) => ({ scheme: 'https', talk })),
];

let servers: readonly TcpServer[] = [];

const calls = answerCalls({
  /** Opens a receiver for each way of being hostile, and answers with their URLs. */
  async open(): Promise<string[]> {
    servers = await Promise.all(WAYS.map(({ talk }) => startTcpServer(talk)));
    return WAYS.map(({ scheme }, index) => `${scheme}://127.0.0.1:${servers[index]?.port}`);
  },
  /** Closes them with everything that hangs there, and answers with how many connections there have been. */
  async close(): Promise<number> {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    return servers.reduce((sum, { connections }) => sum + connections, 0);
  },
});

/** What they can be asked. */
export type HostileCalls = typeof calls;
