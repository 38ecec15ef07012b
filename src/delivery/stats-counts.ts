/** What the delivery log comes to in minutes, hours and days: a pure sum. */

import type { DeliveryLogKind, StatBucket } from '../../prisma/client/client.ts';
import { addLatencies, type Latencies, slotOf } from './latency.ts';
import type { Position } from './log.ts';

/** How many of what. */
export interface Counts {
  readonly scheduled: number;
  readonly delivered: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly superseded: number;
  readonly attemptsSucceeded: number;
  readonly attemptsFailed: number;
  /** How long the attempts took. */
  readonly latency: Latencies;
}

/** An entry of the log, as far as it is counted. */
export interface CountableEntry extends Position {
  readonly organizationId: string;
  readonly webhookId: string | null;
  readonly at: Date;
  readonly kind: DeliveryLogKind;
  /** Of the attempt whose outcome it tells. */
  readonly durationMs: number | null;
}

/** Counts of one bucket of one subject: a webhook, or an organization as a whole. Named as `ADD_COUNTS` reads it. */
export interface BucketCounts extends Counts {
  readonly organizationId: string;
  readonly subjectId: string;
  readonly bucket: StatBucket;
  readonly startsAt: Date;
}

/** Nothing of anything. */
export const NO_COUNTS: Counts = {
  scheduled: 0,
  delivered: 0,
  failed: 0,
  cancelled: 0,
  superseded: 0,
  attemptsSucceeded: 0,
  attemptsFailed: 0,
  latency: [],
};

/** How long a bucket is, in milliseconds. Days are of 24 hours, in UTC. */
export const BUCKET_MS = {
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
} as const satisfies Record<StatBucket, number>;

const BUCKETS = Object.keys(BUCKET_MS) as StatBucket[]; // which `Object.keys` forgets

/** When the bucket began that an instant is in. */
export function bucketStart(bucket: StatBucket, at: Date): Date {
  return new Date(Math.floor(at.getTime() / BUCKET_MS[bucket]) * BUCKET_MS[bucket]);
}

/** Entries by bucket; each counts for its organization, and for its webhook if it has one. */
export function countEntries(entries: readonly CountableEntry[]): BucketCounts[] {
  const counted = new Map<string, BucketCounts>();
  for (const entry of entries) {
    const counts = countsOf(entry);
    if (!counts) continue;
    for (const place of placesOf(entry)) {
      const key = `${place.subjectId} ${place.bucket} ${place.startsAt.getTime()}`;
      counted.set(key, { ...place, ...addCounts(counted.get(key) ?? NO_COUNTS, counts) });
    }
  }
  return [...counted.values()];
}

/** Both together. */
export function addCounts(one: Counts, other: Counts): Counts {
  return {
    scheduled: one.scheduled + other.scheduled,
    delivered: one.delivered + other.delivered,
    failed: one.failed + other.failed,
    cancelled: one.cancelled + other.cancelled,
    superseded: one.superseded + other.superseded,
    attemptsSucceeded: one.attemptsSucceeded + other.attemptsSucceeded,
    attemptsFailed: one.attemptsFailed + other.attemptsFailed,
    latency: addLatencies(one.latency, other.latency),
  };
}

function placesOf({ organizationId, webhookId, at }: CountableEntry) {
  const subjects = webhookId ? [organizationId, webhookId] : [organizationId];
  return subjects.flatMap((subjectId) =>
    BUCKETS.map((bucket) => ({ organizationId, subjectId, bucket, startsAt: bucketStart(bucket, at) })),
  );
}

/** What one entry counts as; `undefined` for those that tell of something else. */
function countsOf({ kind, durationMs }: CountableEntry): Counts | undefined {
  const latency = durationMs === null ? [] : [...Array<number>(slotOf(durationMs)).fill(0), 1];
  switch (kind) {
    case 'SCHEDULED':
      return { ...NO_COUNTS, scheduled: 1 };
    case 'DELIVERED':
      return { ...NO_COUNTS, delivered: 1 };
    case 'EXHAUSTED':
      return { ...NO_COUNTS, failed: 1 };
    case 'CANCELLED':
      return { ...NO_COUNTS, cancelled: 1 };
    case 'SUPERSEDED':
      return { ...NO_COUNTS, superseded: 1 };
    case 'ATTEMPT_SUCCEEDED':
      return { ...NO_COUNTS, attemptsSucceeded: 1, latency };
    case 'ATTEMPT_FAILED':
      return { ...NO_COUNTS, attemptsFailed: 1, latency };
    default:
      return undefined;
  }
}
