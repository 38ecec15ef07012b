/** Statistics of deliveries over time, as they are asked for. */

import type { StatBucket } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { addCounts, BUCKET_MS, bucketStart, type Counts, NO_COUNTS } from './stats-counts.ts';

/** Most buckets of one answer: a day of minutes, two months of hours, four years of days. */
export const MOST_BUCKETS = 1_500;

/** How many buckets are shown when nobody says from when. */
export const USUAL_BUCKETS = 60;

/** What happened between two instants. */
export interface Stat extends Counts {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** What happened in a range, in all and bucket by bucket. */
export interface DeliveryStats {
  readonly total: Stat;
  /** Without gaps, oldest first. */
  readonly buckets: readonly Stat[];
  /** When the last entry of the log happened that is counted; null when none is. */
  readonly countedUntil: Date | null;
}

/** What to count: deliveries of one webhook, or of the whole organization. */
export interface StatsRange {
  readonly organizationId: string;
  readonly webhookId: string | undefined;
  readonly bucket: StatBucket;
  /** Buckets that this is in, or after; absent: as many as {@link count}. */
  readonly from: Date | undefined;
  /** How many buckets, when it is not said from when on; absent: {@link USUAL_BUCKETS}. */
  readonly count: number | undefined;
  /** Buckets that begin before this; absent: up to now. */
  readonly to: Date | undefined;
}

/**
 * Statistics of a range; `null` when the organization has no such webhook. Costs a row for each bucket in which anything
 * happened, however many deliveries that were.
 *
 * @throws {BadArgumentError} for a range that is empty, or has too many buckets.
 */
export async function readStats(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  { organizationId, webhookId, bucket, ...range }: StatsRange,
): Promise<DeliveryStats | null> {
  const { starts, startsAt, endsAt } = rangeOf(bucket, { ...range, to: range.to ?? clock.now() });
  if (webhookId) {
    const webhook = await db.prisma.webhook.findFirst({
      where: { id: webhookId, organizationId },
      select: { id: true },
    });
    if (!webhook) return null;
  }
  const [progress, rows] = await Promise.all([
    db.prisma.deliveryStatProgress.findUnique({ where: { id: 1 } }),
    db.prisma.deliveryStat.findMany({
      where: {
        organizationId,
        subjectId: webhookId ?? organizationId,
        bucket,
        startsAt: { gte: startsAt, lt: endsAt },
      },
    }),
  ]);
  const counted = new Map<number, Counts>(rows.map((row) => [row.startsAt.getTime(), row]));
  const buckets = starts.map((start) => ({
    ...(counted.get(start) ?? NO_COUNTS),
    startsAt: new Date(start),
    endsAt: new Date(start + BUCKET_MS[bucket]),
  }));
  const total = { ...rows.reduce<Counts>(addCounts, NO_COUNTS), startsAt, endsAt };
  return { total, buckets, countedUntil: progress?.countedUntil ?? null };
}

/** When the buckets of a range begin, at least one, and what they cover together. */
function rangeOf(bucket: StatBucket, { from, count: asked, to }: Pick<StatsRange, 'from' | 'count'> & { to: Date }) {
  if (from && asked !== undefined) throw new BadArgumentError('Give `from` or `buckets`, not both.');
  if (asked !== undefined && asked < 1) throw new BadArgumentError('`buckets` must be at least 1.');
  if (from && from >= to) throw new BadArgumentError('`from` must be before `to`.');
  const step = BUCKET_MS[bucket];
  const last = bucketStart(bucket, new Date(to.getTime() - 1)).getTime();
  const first = from ? bucketStart(bucket, from).getTime() : last - ((asked ?? USUAL_BUCKETS) - 1) * step;
  if (first < 0) throw new BadArgumentError('There is nothing from before 1970. Give a later `to` or `from`.');
  const count = (last - first) / step + 1;
  if (count > MOST_BUCKETS) {
    const cure = bucket === 'DAY' ? 'Ask for a shorter range.' : 'Ask for longer buckets or for a shorter range.';
    throw new BadArgumentError(`The range has ${count} buckets, and ${MOST_BUCKETS} is the most. ${cure}`);
  }
  return {
    starts: Array.from({ length: count }, (_, index) => first + index * step),
    startsAt: new Date(first),
    endsAt: new Date(last + step),
  };
}

/** The part that succeeded, from 0 to 1; null when there was nothing. */
export function rateOf(succeeded: number, failed: number): number | null {
  const all = succeeded + failed;
  return all === 0 ? null : succeeded / all;
}
