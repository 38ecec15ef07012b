/** What the delivery log comes to in minutes, hours and days: a pure sum. */

import type { DeliveryLogKind, StatBucket } from '../../prisma/client/client.ts';
import { addDuration, addLatencies, type Latencies } from './latency.ts';
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
  /** Of the attempt whose outcome it tells; null when it tells of something else. */
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
  const minutes = countMinutes(entries);
  return BUCKETS.flatMap((bucket) => {
    const buckets = Map.groupBy(
      minutes,
      (minute) => `${minute.subjectId} ${bucketStart(bucket, minute.startsAt).getTime()}`,
    );
    return [...buckets.values()].flatMap((together) => sumOf(bucket, together));
  });
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

/** Counts of a minute that are being added to. */
type Minute = Omit<BucketCounts, keyof Counts> & Record<CountName, number> & { readonly latency: number[] };

type CountName = Exclude<keyof Counts, 'latency'>;

/**
 * By minute, and added to in place: while a batch is counted, reports and attempts wait for the event loop. 500 entries of
 * eleven webhooks took 12 ms with a new sum for each entry and bucket; they take 0.4 ms.
 */
function countMinutes(entries: readonly CountableEntry[]): Minute[] {
  const minutes = new Map<string, Map<number, Minute>>();
  for (const { organizationId, webhookId, at, kind, durationMs } of entries) {
    const name = COUNTED_AS[kind];
    if (!name) continue;
    const startsAt = bucketStart('MINUTE', at);
    for (const subjectId of webhookId ? [organizationId, webhookId] : [organizationId]) {
      const ofSubject = minutes.get(subjectId) ?? new Map<number, Minute>();
      const place = { organizationId, subjectId, bucket: 'MINUTE', startsAt } as const;
      const minute = ofSubject.get(startsAt.getTime()) ?? { ...place, ...NO_COUNTS, latency: [] };
      minutes.set(subjectId, ofSubject.set(startsAt.getTime(), minute));
      minute[name] += 1;
      if (durationMs !== null) addDuration(minute.latency, durationMs);
    }
  }
  return [...minutes.values()].flatMap((ofSubject) => [...ofSubject.values()]);
}

/** What an entry counts as; those that tell of something else count as nothing. */
const COUNTED_AS: Partial<Record<DeliveryLogKind, CountName>> = {
  SCHEDULED: 'scheduled',
  DELIVERED: 'delivered',
  EXHAUSTED: 'failed',
  CANCELLED: 'cancelled',
  SUPERSEDED: 'superseded',
  ATTEMPT_SUCCEEDED: 'attemptsSucceeded',
  ATTEMPT_FAILED: 'attemptsFailed',
};

/** One subject's minutes of one bucket, as that bucket. */
function sumOf(bucket: StatBucket, minutes: readonly Minute[]): BucketCounts[] {
  const [first] = minutes;
  if (!first) return [];
  const { organizationId, subjectId } = first;
  const startsAt = bucketStart(bucket, first.startsAt);
  return [{ organizationId, subjectId, bucket, startsAt, ...minutes.reduce<Counts>(addCounts, NO_COUNTS) }];
}
