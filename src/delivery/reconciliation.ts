/** Reconciliation: whether a receiver has everything that was delivered to it, and what it has not. */

import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { DeliveryStatus } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { idBoundary } from '../lib/id.ts';
import { digestWindow, listWindow, MOST_WALKED, type Place } from './reconciliation.sql.ts';

/** More deliveries than are looked at for one answer. */
export class WindowTooLargeError extends GraphQLError {
  constructor() {
    super(
      `There are more deliveries in this window than are looked at at once: ${MOST_EVENTS} to one place, of ${MOST_WALKED} in all. Ask for a shorter window.`,
      { extensions: { code: 'WINDOW_TOO_LARGE' } },
    );
  }
}

/** Events in a window at most. */
const MOST_EVENTS = 100_000;

/**
 * How far the time in an event's id, which is that of the process that accepted it, may be from that in the ids of its
 * deliveries, which is the database's and a little later. In milliseconds.
 */
const SLACK_MS = 300_000;

/** What was accepted from `from` to before `to`, by the times in the ids of the events, for one place. */
export interface Window {
  readonly organizationId: string;
  readonly place: Place;
  /** Of the webhook or the destination. */
  readonly placeId: string;
  readonly from: Date;
  readonly to: Date;
}

/** What went to the place in a stretch of time. */
export interface Digest {
  readonly from: Date;
  readonly to: Date;
  readonly events: number;
  readonly delivered: number;
  /** SHA-256, in hex, of the delivered events' ids as receivers see them, in ascending order, with a line feed between. */
  readonly digest: string;
}

/** A window with its digest, as a whole and cut into buckets of equal length. */
export interface Reconciliation extends Digest {
  readonly window: Window;
  readonly buckets: readonly Digest[];
}

/** An event that went to the place. */
export interface SentEvent {
  readonly eventId: string;
  readonly deliveryId: string;
  readonly status: DeliveryStatus;
}

/** The digest of nothing. */
const EMPTY = { events: 0, delivered: 0, digest: createHash('sha256').digest('hex') };

/**
 * Counts and digests a window, as it stands now.
 *
 * @throws {WindowTooLargeError}
 */
export async function reconcile({ db }: Pick<App, 'db'>, window: Window, buckets: number): Promise<Reconciliation> {
  const { from, to, place } = window;
  const bounds = Array.from(
    { length: buckets + 1 },
    (_, index) => new Date(from.getTime() + Math.ceil((index * (to.getTime() - from.getTime())) / buckets)),
  );
  const rows = await db.reads.query<DigestRow>(digestWindow(place), [
    ...boundsOf(window),
    from.getTime(),
    to.getTime(),
    buckets,
  ]);
  const byBucket = new Map(rows.map(({ bucket, walked, ...digest }) => [bucket, { digest, walked }]));
  const whole = byBucket.get(null);
  if (whole && (whole.walked > MOST_WALKED || whole.digest.events > MOST_EVENTS)) throw new WindowTooLargeError();
  return {
    window,
    from,
    to,
    ...(whole?.digest ?? EMPTY),
    buckets: bounds.slice(1).map((end, index) => ({
      from: bounds[index] ?? from,
      to: end,
      ...(byBucket.get(index)?.digest ?? EMPTY),
    })),
  };
}

interface DigestRow extends Omit<Digest, 'from' | 'to'> {
  /** From 0; null for the whole window. */
  readonly bucket: number | null;
  readonly walked: number;
}

/** The next `limit` events of a window after one, in the order of their ids; from its beginning without one. */
export async function listEvents(
  { db }: Pick<App, 'db'>,
  window: Window,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<SentEvent[]> {
  const floor = idBoundary(new Date(0));
  return await db.reads.query<SentEvent>(listWindow(window.place), [...boundsOf(window), after ?? floor, limit]);
}

/** The first six parameters of either statement. */
function boundsOf({ organizationId, placeId, from, to }: Window): unknown[] {
  const earliest = new Date(from.getTime() - SLACK_MS);
  const latest = new Date(to.getTime() + SLACK_MS);
  return [organizationId, placeId, ...[earliest, latest, from, to].map(idBoundary)];
}
