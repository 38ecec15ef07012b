/** Leasing: the right to attempt a delivery until a time. */

import { randomUUID } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import type { EventType } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import type { DueDestination } from './due.ts';
import { LOCK_LANES, SCAN_LANES } from './lanes.sql.ts';
import { LEASE_DUE, RELEASE_LEASES } from './lease.sql.ts';

/** A delivery that this process may attempt, with everything that the attempt needs. */
export interface LeasedDelivery {
  readonly id: string;
  readonly organizationId: string;
  readonly destinationId: string;
  /** Null for a basic webhook. */
  readonly webhookId: string | null;
  readonly eventId: string;
  readonly eventType: EventType;
  readonly importId: string | null;
  readonly isTest: boolean;
  /** Attempts settled before; this one's number is one more. */
  readonly attemptCount: number;
  /** How much of the retry schedule is used up. */
  readonly failedAttempts: number;
  /** Fences the settlement: whoever holds another token has taken the delivery over. */
  readonly leaseToken: string;
  readonly url: string;
  readonly body: string;
  /** The W3C trace context in which the event was reported; null when that was not traced. */
  readonly traceparent: string | null;
  /** Sealed custom headers; null for a basic webhook. */
  readonly headers: Uint8Array | null;
  /** The webhook's own schedule; empty or null: the instance's. */
  readonly retryScheduleSeconds: readonly number[] | null;
  /** The webhook was deleted after the delivery was scheduled. */
  readonly webhookDeleted: boolean;
  /** Sealed signing secrets in base64, current first. */
  readonly secrets: readonly string[] | null;
  /** How many attempts the destination had room for, over all dispatchers, when it was leased. */
  readonly room: number;
  /** When the destination's rate limit lets the next attempt be made, in milliseconds from now; null without a limit. */
  readonly nextSlotInMs: number | null;
  /** The span of the lease; absent without traces. */
  readonly leasedIn?: SpanContext;
}

/** How many deliveries are asked for at a destination. */
export interface Lane extends DueDestination {
  readonly slots: number;
}

/** What a lease got. */
export interface Lease<Asked> {
  readonly deliveries: readonly LeasedDelivery[];
  /** Destinations whose last room it took: when an attempt ends there, there may be room for another. */
  readonly full: ReadonlySet<string>;
  /** Lanes that another dispatcher was leasing from at that moment. */
  readonly busy: readonly Asked[];
}

/** A destination and when its first delivery is due. */
export interface DueLane extends DueDestination {
  readonly dueInMs: number;
}

type Deps = Pick<App, 'db' | 'config'>;

/**
 * Leases what is due at `lanes`, in due order. Whatever happens to this process, the deliveries are due again when the
 * lease ends; nothing sweeps. Two dispatchers never lease the same delivery, nor together more than
 * `destinationConcurrency`, or what its recovery and its rate limit allow, at one destination.
 */
export async function leaseDueDeliveries<Asked extends Pick<Lane, 'destinationId' | 'slots'>>(
  { db, config }: Deps,
  lanes: readonly Asked[],
): Promise<Lease<Asked>> {
  const [[locked], deliveries] = await db.together<[{ destinationIds: readonly string[] }, LeasedDelivery]>(
    [LOCK_LANES, [lanes.map(({ destinationId }) => destinationId)]],
    [
      LEASE_DUE,
      [
        lanes.map(({ destinationId }) => destinationId),
        lanes.map(({ slots }) => slots),
        config.destinationConcurrency,
        config.leaseMs,
        randomUUID(),
      ],
    ],
  );
  const ours = new Set(locked?.destinationIds);
  return {
    deliveries,
    full: fullAfter(deliveries),
    busy: lanes.filter(({ destinationId }) => !ours.has(destinationId)),
  };
}

function fullAfter(deliveries: readonly LeasedDelivery[]): ReadonlySet<string> {
  const full = new Set<string>();
  const got = new Map<string, number>();
  for (const { destinationId, room } of deliveries) {
    const count = (got.get(destinationId) ?? 0) + 1;
    got.set(destinationId, count);
    if (count >= room) full.add(destinationId);
  }
  return full;
}

/** Destinations with something due within `withinMs`, soonest first. Held ones count from the end of their hold. */
export async function scanLanes({ db }: Pick<App, 'db'>, withinMs: number): Promise<DueLane[]> {
  return await db.query<DueLane>(SCAN_LANES, [withinMs]);
}

/** Gives leases back unused, so that the deliveries are due at once. Those that were stolen are left alone. */
export async function releaseLeases(
  { db }: Pick<App, 'db'>,
  leases: readonly Pick<LeasedDelivery, 'id' | 'leaseToken'>[],
): Promise<void> {
  await db.query(RELEASE_LEASES, [leases.map(({ id }) => id), leases.map(({ leaseToken }) => leaseToken)]);
}
