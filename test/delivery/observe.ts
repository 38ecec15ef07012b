/** What tests of the dispatcher see: the delivery log, the deliveries, and what a process writes into its own log. */

import { createLogger, type Logger } from '../../src/lib/logger.ts';
import { ask, type Caller, type Watching, watchWebSocket } from '../support/client.ts';

/** An entry of the delivery log. */
export interface SeenEntry {
  readonly kind: string;
  readonly at: string;
  readonly deliveryStatus: string;
  readonly importId: string | null;
  readonly webhookId: string | null;
  readonly attemptNumber: number | null;
  readonly nextAttemptAt: string | null;
  readonly responseStatus: number | null;
  readonly errorCode: string | null;
  readonly reason: string | null;
}

/** A delivery with its attempts. */
export interface SeenDelivery {
  readonly status: string;
  readonly importId: string | null;
  readonly attemptCount: number;
  readonly attempts: readonly {
    readonly number: number;
    readonly outcome: string;
    readonly url: string;
    readonly responseStatus: number | null;
    readonly responseBodyTruncated: boolean;
    readonly errorCode: string | null;
    readonly leaseLost: boolean;
  }[];
}

/** Follows the delivery log from its beginning. */
export function watchLog(caller: Caller): Watching<SeenEntry> {
  return watchWebSocket<SeenEntry>(
    caller,
    `subscription {
      deliveryLog(after: "0.0") {
        kind at deliveryStatus importId webhookId attemptNumber nextAttemptAt responseStatus errorCode reason
      }
    }`,
  );
}

/** For `until`: once there are `count` entries of a kind. */
export function seen(kind: string, count = 1): (entries: readonly SeenEntry[]) => boolean {
  return (entries) => entries.filter((entry) => entry.kind === kind).length >= count;
}

/** The kinds of entries, in order. */
export function kindsOf(entries: readonly SeenEntry[]): string[] {
  return entries.map(({ kind }) => kind);
}

/** How long the log says that the next attempt is away, in milliseconds. */
export function delayOf({ at, nextAttemptAt }: SeenEntry): number {
  return Date.parse(nextAttemptAt ?? '') - Date.parse(at);
}

/** The deliveries of the organization, oldest first; at most a hundred. */
export async function readDeliveries(caller: Caller): Promise<SeenDelivery[]> {
  const { edges } = await ask<{ edges: { node: SeenDelivery }[] }>(
    caller,
    `{
      deliveries(last: 100) {
        edges {
          node {
            status importId attemptCount
            attempts { number outcome url responseStatus responseBodyTruncated errorCode leaseLost }
          }
        }
      }
    }`,
  );
  return edges.map(({ node }) => node).toReversed();
}

/** A line of a process's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A process's log that can be waited for. */
export interface LogBook {
  readonly log: Logger;
  readonly lines: readonly LogLine[];
  /** The lines with this message, as soon as there are `count`. */
  until(msg: string, count?: number): Promise<readonly LogLine[]>;
}

/** Keeps all lines from level `info` on. */
export function createLogBook(): LogBook {
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const write = (text: string) => {
    lines.push(JSON.parse(text));
    for (const check of waiting) check();
  };
  return {
    log: createLogger('info', { write }),
    lines,
    until: (msg, count = 1) =>
      new Promise((resolve) => {
        const check = () => {
          const found = lines.filter((line) => line.msg === msg);
          if (found.length < count) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}
