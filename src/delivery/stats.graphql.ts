/** GraphQL: statistics of deliveries over time. */

import { StatBucket } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { WebhookType } from '../webhook/webhook.graphql.ts';
import { estimateQuantile } from './latency.ts';
import { type DeliveryStats, MOST_BUCKETS, rateOf, readStats, type Stat, USUAL_BUCKETS } from './stats.ts';

/** `StatBucket`. */
const StatBucketEnum = builder.enumType('StatBucket', {
  description: 'How long a bucket of the statistics is. All of them begin on the minute, hour or day of UTC.',
  values: {
    MINUTE: { value: StatBucket.MINUTE, description: 'A minute. Kept for a week.' },
    HOUR: { value: StatBucket.HOUR, description: 'An hour. Kept for a hundred days.' },
    DAY: { value: StatBucket.DAY, description: 'A day. Kept for three years.' },
  },
});

const LATENCY_ERROR =
  'Estimated from a histogram: the true value differs by less than a tenth. Null when there were no attempts.';

const DeliveryStatType = builder.objectRef<Stat>('DeliveryStat').implement({
  description:
    'What happened to deliveries in a stretch of time, tests included, by when the delivery log says it happened.',
  fields: (t) => ({
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'From then on.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'Before then.' }),
    scheduled: t.exposeInt('scheduled', { description: 'Deliveries accepted.' }),
    delivered: t.exposeInt('delivered', { description: 'Deliveries that arrived.' }),
    failed: t.exposeInt('failed', { description: 'Deliveries given up.' }),
    cancelled: t.exposeInt('cancelled', { description: 'Deliveries called off.' }),
    superseded: t.exposeInt('superseded', {
      description: 'Deliveries that a later event of the same import overtook.',
    }),
    deliverySuccessRate: t.float({
      nullable: true,
      description: 'Of the deliveries that arrived or were given up, the part that arrived: 0 to 1. Null without any.',
      resolve: ({ delivered, failed }) => rateOf(delivered, failed),
    }),
    attemptsSucceeded: t.exposeInt('attemptsSucceeded', { description: 'Attempts answered with 2xx.' }),
    attemptsFailed: t.exposeInt('attemptsFailed', { description: 'Attempts that failed.' }),
    attemptSuccessRate: t.float({
      nullable: true,
      description: 'The part of the attempts that succeeded: 0 to 1. Null without any.',
      resolve: ({ attemptsSucceeded, attemptsFailed }) => rateOf(attemptsSucceeded, attemptsFailed),
    }),
    p50LatencyMs: t.float({
      nullable: true,
      description: `How long half of the attempts took at most, in milliseconds. ${LATENCY_ERROR}`,
      resolve: ({ latency }) => estimateQuantile(latency, 0.5),
    }),
    p95LatencyMs: t.float({
      nullable: true,
      description: `How long 95 of 100 attempts took at most, in milliseconds. ${LATENCY_ERROR}`,
      resolve: ({ latency }) => estimateQuantile(latency, 0.95),
    }),
  }),
});

const DeliveryStatsType = builder.objectRef<DeliveryStats>('DeliveryStats').implement({
  description: 'What happened to deliveries over time.',
  fields: (t) => ({
    total: t.field({ type: DeliveryStatType, description: 'All buckets together.', resolve: ({ total }) => total }),
    buckets: t.field({
      type: [DeliveryStatType],
      description: 'Bucket by bucket, oldest first. Those in which nothing happened are there, too.',
      complexity: { field: 1, multiplier: 1 }, // counted by the field above
      resolve: ({ buckets }) => [...buckets],
    }),
    countedUntil: t.expose('countedUntil', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the last entry of the delivery log happened that is counted, of whichever organization: usually a second ago. Null before anything happened.',
    }),
  }),
});

/** Most of the work is a row for each bucket, whatever is selected of it: 40 such answers in an operation at most. */
const STATS_COST = { field: 500, multiplier: 1 };

builder.queryField('deliveryStats', (t) =>
  t.field({
    type: DeliveryStatsType,
    nullable: true,
    description:
      'What happened to the deliveries of the organization, or of one webhook, over time. Null when the organization has no such webhook. Costs the same however many deliveries there were.',
    authScopes: { may: 'readDeliveries' },
    complexity: STATS_COST,
    args: {
      bucket: t.arg({ type: StatBucketEnum, required: true, description: 'How long the buckets are.' }),
      webhookId: t.arg.globalID({
        for: WebhookType,
        description: 'Only deliveries of this webhook; absent: all, those of basic webhooks included.',
      }),
      from: t.arg({
        type: 'DateTime',
        description: `Beginning with the bucket that this is in. At most ${MOST_BUCKETS} buckets are answered at once.`,
      }),
      buckets: t.arg.int({
        description: `Instead of \`from\`: how many buckets, the one that \`to\` ends included; ${USUAL_BUCKETS} unless told otherwise.`,
      }),
      to: t.arg({ type: 'DateTime', description: 'Up to the bucket that this ends; absent: now.' }),
    },
    resolve: (_root, { bucket, webhookId, from, to, buckets }, context) =>
      readStats(context.app, {
        organizationId: organizationOf(context),
        webhookId: webhookId?.id,
        bucket,
        from: from ? new Date(from) : undefined,
        count: buckets ?? undefined,
        to: to ? new Date(to) : undefined,
      }),
  }),
);
