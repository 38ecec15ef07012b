/** Whether something of ours that serves all hosts works: judged by how it lately served others. */

import type { Clock } from '../lib/clock.ts';

/** What the last that happened with another host says; `unknown` when nothing happened in the last minute. */
export type Verdict = 'works' | 'broken' | 'unknown';

/** See {@link createWitness}. Hosts are names as in URLs. */
export interface Witness {
  /** It served this host, or said clearly that the fault is the host's. */
  served(host: string): void;
  /** It did not serve this host; whose fault that is cannot be told from it alone. */
  failed(host: string): void;
  /** What others say about it. What happened with `host` itself does not count. */
  judge(host: string): Verdict;
}

/** Whether what all deliveries need works, by host name. */
export interface Witnesses {
  readonly resolver: Witness;
  readonly network: Witness;
  readonly proxy: Witness;
}

/**
 * Makes a witness. "Try again later" from a resolver means that the resolver is down, or that the name servers of one
 * domain are, and the two look alike; the same holds for unreachable networks and for a proxy that cannot connect. An
 * outage of ours must not be charged to receivers, and a receiver must not be able to pass its own for ours for ever.
 * So others are asked: when it has just served another host, it works.
 *
 * The *last* event with another host decides, so that an outage costs no more than one attempt what was served before
 * it. Two hosts that fail in turn, with nobody else served between them, do pass for an outage. Holds two events,
 * whatever happens.
 */
export function createWitness(clock: Pick<Clock, 'elapsed'>): Witness {
  let last: Event | undefined;
  /** The last event with another host than that of `last`. */
  let lastOfAnother: Event | undefined;

  function record(host: string, isServed: boolean): void {
    if (last && last.host !== host) lastOfAnother = last;
    last = { host, isServed, at: clock.elapsed() };
  }

  return {
    served: (host) => record(host, true),
    failed: (host) => record(host, false),
    judge(host) {
      const event = last?.host === host ? lastOfAnother : last;
      if (!event || clock.elapsed() - event.at > MEMORY_MS) return 'unknown';
      return event.isServed ? 'works' : 'broken';
    },
  };
}

interface Event {
  readonly host: string;
  readonly isServed: boolean;
  readonly at: number;
}

/** How long an event says something, in milliseconds. */
const MEMORY_MS = 60_000;
