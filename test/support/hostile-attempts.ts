/**
 * A process that sends to many hostile receivers at once and to a healthy one meanwhile, and reports what came of it:
 * a process of its own, so that its memory is nobody else's.
 */

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { body, givenSender, headers } from './sender.ts';

/** What it is told, as its first message. */
export interface AttemptOrders {
  /** Sent to at once, and not waited for. */
  readonly hostile: readonly string[];
  /** Sent to one after the other, meanwhile. */
  readonly healthy: string;
  readonly healthyCount: number;
  /** Whether to wait until no hostile attempt hangs any more, before the report. */
  readonly waitForHostile: boolean;
  /** How long an attempt may take. Default: longer than any test lasts. */
  readonly timeoutMs?: number | undefined;
}

/** What it reports, as its only message. */
export interface AttemptReport {
  /** How many deliveries to the healthy receiver succeeded. */
  readonly delivered: number;
  /** How many hostile attempts were still under way when the last healthy one was delivered. */
  readonly hanging: number;
  /** Growth of the resident memory at its highest, in bytes. */
  readonly grownBytes: number;
}

async function obey(orders: AttemptOrders): Promise<AttemptReport> {
  const { hostile, healthy, healthyCount, waitForHostile, timeoutMs = DEADLINE_MS } = orders;
  const sender = givenSender({ maxSockets: hostile.length + 1, timeoutMs });
  for (let warm = 0; warm < 20; warm += 1) await sender.send({ url: healthy, headers, body });
  const before = process.memoryUsage.rss();
  let hanging = hostile.length;
  const attempts = hostile.map((url) => sender.send({ url, headers, body }).finally(() => (hanging -= 1)));
  let delivered = 0;
  for (let sent = 0; sent < healthyCount; sent += 1) {
    const outcome = await sender.send({ url: healthy, headers, body });
    if (outcome.kind === 'succeeded') delivered += 1;
  }
  const stillHanging = hanging;
  if (waitForHostile) await Promise.all(attempts);
  return { delivered, hanging: stillHanging, grownBytes: highestBytes() - before };
}

/** On Linux `maxRSS` begins with what the parent had when it forked, which may be more than this process ever has. */
function highestBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

/** Longer than any test lasts. */
const DEADLINE_MS = 120_000;

process.once('message', (orders) => {
  void obey(orders as AttemptOrders).then((report) => process.send?.(report, () => process.exit()));
});
