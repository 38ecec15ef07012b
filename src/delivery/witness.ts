/** Whose fault it is when something of ours that serves all hosts does not serve one of them. */

import type { Clock } from '../lib/clock.ts';

/** Who is to blame for a failure. `us` also when that cannot be told. */
export type Culprit = 'host' | 'us';

/** See {@link createWitness}. Hosts are names as in URLs. */
export interface Witness {
  /**
   * It served this host, or said clearly that the fault is the host's. What was asked at `askedAt`, by `elapsed`, before
   * the latest failure, and answered too late for it, does not end the row of failures.
   */
  served(host: string, askedAt?: number): void;
  /** It did not serve this host, and did not say whose fault that is. To be called once for each failure. */
  failed(host: string): Culprit;
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
 *
 * So a failure is ours, unless the host is proven to fail alone: for five minutes it was never served, failed at least
 * every three minutes, and others were served at least every minute, the last of them within the minute before each of
 * its failures.
 *
 * In an outage of ours nobody is served, so a minute after its beginning no failure has evidence any more. One failure
 * before the outage, and the longest pause after it, make up no more than four minutes with that minute. So who only
 * fails in an outage, or once before it, is not charged, however many attempts fail at once. A failure that comes late,
 * when others are served again after more than a minute, begins anew.
 *
 * Holds two servings, and 10,000 hosts that fail. One that is forgotten among more begins anew, which errs on our side.
 */
export function createWitness(clock: Pick<Clock, 'elapsed'>): Witness {
  let last: Serving | undefined;
  /** The last serving of another host than that of `last`. */
  let lastOfAnother: Serving | undefined;
  /** Since when somebody has been served every minute. */
  let steadySince = 0;
  /** By host, the one that failed longest ago first. */
  const rows = new Map<string, Row>();

  function hasEvidence(host: string, now: number): boolean {
    const serving = last?.host === host ? lastOfAnother : last;
    return serving !== undefined && now - serving.at <= MEMORY_MS;
  }

  return {
    served(host, askedAt) {
      const now = clock.elapsed();
      if (!last || now - last.at > MEMORY_MS) steadySince = now;
      if (last && last.host !== host) lastOfAnother = last;
      last = { host, at: now };
      const row = rows.get(host);
      if (row && (askedAt ?? now) >= row.last) rows.delete(host);
    },
    failed(host) {
      const now = clock.elapsed();
      const row = rows.get(host);
      rows.delete(host);
      if (!hasEvidence(host, now)) return 'us';

      const goesOn = row !== undefined && now - row.last <= GAP_MS && row.last >= steadySince;
      const since = goesOn ? row.since : now;
      rows.set(host, { since, last: now });
      const [oldest] = rows.keys();
      if (rows.size > MAX_ROWS && oldest !== undefined) rows.delete(oldest);
      return now - since >= GRACE_MS ? 'host' : 'us';
    },
  };
}

interface Serving {
  readonly host: string;
  readonly at: number;
}

/** Failures of one host without a serving of it in between. */
interface Row {
  readonly since: number;
  readonly last: number;
}

/** How long a serving says something, in milliseconds. With {@link GAP_MS} less than {@link GRACE_MS}. */
const MEMORY_MS = 60_000;

/** The longest pause within a row. After a fault of ours a destination is tried again in half a minute. */
const GAP_MS = 180_000;

/** How long a row is ours. */
const GRACE_MS = 300_000;

const MAX_ROWS = 10_000;
