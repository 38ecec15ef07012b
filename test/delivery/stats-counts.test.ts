/** What entries of the log come to, held against counting them one by one. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slotOf } from '../../src/delivery/latency.ts';
import { BUCKET_MS, type BucketCounts, type CountableEntry, countEntries } from '../../src/delivery/stats-counts.ts';

const HOUR_BEGAN_MS = Date.UTC(2026, 0, 31, 23);

const entry: fc.Arbitrary<CountableEntry> = fc
  .record({
    organizationId: fc.constantFrom('org-1', 'org-2'),
    webhook: fc.constantFrom('a', 'b', null),
    // Two hours around midnight, so that every bucket has a border within.
    afterMs: fc.integer({ min: 0, max: 2 * BUCKET_MS.HOUR - 1 }),
    event: fc.oneof(
      fc.record({
        kind: fc.constantFrom('ATTEMPT_SUCCEEDED' as const, 'ATTEMPT_FAILED' as const),
        durationMs: fc.oneof(fc.constant(null), fc.nat(300_000)),
      }),
      fc.record({
        kind: fc.constantFrom(
          ...(['SCHEDULED', 'DELIVERED', 'EXHAUSTED', 'CANCELLED', 'SUPERSEDED', 'HELD', 'RESUMED'] as const),
        ),
        durationMs: fc.constant(null),
      }),
    ),
  })
  .map(({ organizationId, webhook, afterMs, event }) => ({
    organizationId,
    webhookId: webhook && `${organizationId}-${webhook}`,
    at: new Date(HOUR_BEGAN_MS + afterMs),
    transaction: 1n,
    sequence: 1n,
    ...event,
  }));

/** The entries of a bucket of a subject. */
function entriesOf({ subjectId, bucket, startsAt }: BucketCounts, entries: readonly CountableEntry[]) {
  const [from, to] = [startsAt.getTime(), startsAt.getTime() + BUCKET_MS[bucket]];
  return entries.filter(
    ({ organizationId, webhookId, at }) =>
      (organizationId === subjectId || webhookId === subjectId) && at.getTime() >= from && at.getTime() < to,
  );
}

describe('what entries come to', () => {
  test('is what counting them one by one comes to, in each bucket, of each organization and each webhook', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        for (const counts of countEntries(entries)) {
          const own = entriesOf(counts, entries);
          const countOf = (kind: CountableEntry['kind']) => own.filter((one) => one.kind === kind).length;
          const durations = own.flatMap(({ durationMs }) => (durationMs === null ? [] : [slotOf(durationMs)]));

          expect(counts).toMatchObject({
            organizationId: counts.subjectId.slice(0, 'org-1'.length),
            scheduled: countOf('SCHEDULED'),
            delivered: countOf('DELIVERED'),
            failed: countOf('EXHAUSTED'),
            cancelled: countOf('CANCELLED'),
            superseded: countOf('SUPERSEDED'),
            attemptsSucceeded: countOf('ATTEMPT_SUCCEEDED'),
            attemptsFailed: countOf('ATTEMPT_FAILED'),
          });
          expect(counts.latency.flatMap((count, slot) => Array<number>(count).fill(slot))).toEqual(
            durations.toSorted((a, b) => a - b),
          );
        }
      }),
    );
  });

  test('has every bucket in which something was counted, once, and no other', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const counted = entries.filter(({ kind }) => kind !== 'HELD' && kind !== 'RESUMED');
        const expected = counted.flatMap(({ organizationId, webhookId, at }) =>
          [organizationId, ...(webhookId ? [webhookId] : [])].flatMap((subjectId) =>
            Object.entries(BUCKET_MS).map(
              ([bucket, ms]) => `${subjectId} ${bucket} ${Math.floor(at.getTime() / ms) * ms}`,
            ),
          ),
        );
        const found = countEntries(entries).map(
          ({ subjectId, bucket, startsAt }) => `${subjectId} ${bucket} ${startsAt.getTime()}`,
        );

        expect(found.toSorted()).toEqual([...new Set(expected)].toSorted());
      }),
    );
  });
});
