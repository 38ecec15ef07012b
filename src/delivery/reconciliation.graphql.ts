/** GraphQL: `reconciliation`. */

import { type Context, organizationOf } from '../context.ts';
import { builder, LIMITS } from '../graphql/builder.ts';
import { encodeGlobalId, parseGlobalId } from '../graphql/global-id.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { WebhookType } from '../webhook/webhook.graphql.ts';
import { DeliveryStatusEnum } from './enums.graphql.ts';
import {
  type Digest,
  listEvents,
  type Reconciliation,
  reconcile,
  type SentEvent,
  type Window,
} from './reconciliation.ts';

const DEFAULT_PAGE = 20;
const DEFAULT_BUCKETS = 24;
const MOST_BUCKETS = 100;

const DIGEST =
  'SHA-256, in lower-case hex, of the ids of the events that are DELIVERED, as receivers saw them in `webhook-id`, in ascending order, with a line feed between';

const BucketType = builder.objectRef<Digest>('ReconciliationBucket').implement({
  description: 'A part of the window.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'Events accepted then or later.' }),
    to: t.expose('to', { type: 'DateTime', description: 'Events accepted before.' }),
    events: t.exposeInt('events', { description: 'How many events went there, or were to go there.' }),
    delivered: t.exposeInt('delivered', { description: 'How many of them are DELIVERED.' }),
    digest: t.exposeString('digest', { description: `${DIGEST}.` }),
  }),
});

const SentEventType = builder.objectRef<SentEvent>('ReconciliationEvent').implement({
  description: 'An event that went there, or was to go there.',
  fields: (t) => ({
    eventId: t.id({
      description: 'As receivers saw it in `webhook-id`.',
      resolve: ({ eventId }) => encodeGlobalId('Event', eventId),
    }),
    deliveryId: t.id({
      description: 'Its delivery, for `redeliver`; receivers saw it in `posthorn-delivery-id`.',
      resolve: ({ deliveryId }) => encodeGlobalId('Delivery', deliveryId),
    }),
    status: t.expose('status', { type: DeliveryStatusEnum, description: 'Where the delivery stands now.' }),
  }),
});

interface EventPage {
  readonly events: readonly SentEvent[];
  readonly hasMore: boolean;
}

const EventPageType = builder.objectRef<EventPage>('ReconciliationPage').implement({
  description: 'Events of the window, in the order of their ids.',
  fields: (t) => ({
    entries: t.field({
      type: [SentEventType],
      description: 'In ascending order of their ids.',
      complexity: { field: 1, multiplier: 1 }, // counted by the page size above
      resolve: ({ events }) => [...events],
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description: 'Whether there are more; give the eventId of the last entry as `after`.',
    }),
  }),
});

const ReconciliationType = builder.objectRef<Reconciliation>('Reconciliation').implement({
  description:
    'What went to one receiver in a window of time, as it stands now, for comparing with what the receiver has. The time of an event is that of its acceptance, which its id begins with: twelve hexadecimal digits after `evt_`, in Unix milliseconds.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'Events accepted then or later.' }),
    to: t.expose('to', { type: 'DateTime', description: 'Events accepted before.' }),
    events: t.exposeInt('events', { description: 'How many events went there, or were to go there; tests included.' }),
    delivered: t.exposeInt('delivered', { description: 'How many of them are DELIVERED.' }),
    digest: t.exposeString('digest', {
      description: `${DIGEST}. When the receiver's own is the same, it has them all.`,
    }),
    buckets: t.field({
      type: [BucketType],
      description: 'The window in parts of equal length, so that a difference can be narrowed down.',
      complexity: { field: 1, multiplier: 1 }, // counted by their number above
      resolve: ({ buckets }) => [...buckets],
    }),
    ids: t.field({
      type: EventPageType,
      description: 'Which events those are, a page at a time.',
      complexity: ({ first }) => ({ field: 50, multiplier: first ?? DEFAULT_PAGE }),
      args: {
        first: t.arg.int({
          description: `So many; at most ${LIMITS.pageSize}, ${DEFAULT_PAGE} unless told otherwise.`,
        }),
        after: t.arg.id({ description: 'Those after this event, by its id; absent: from the beginning.' }),
      },
      resolve: ({ window }, { first, after }, { app }) => readPage(app, window, first ?? DEFAULT_PAGE, after),
    }),
  }),
});

async function readPage(
  app: Context['app'],
  window: Window,
  first: number,
  after: string | null | undefined,
): Promise<EventPage> {
  if (first < 1 || first > LIMITS.pageSize) throw new BadArgumentError(`A page has 1 to ${LIMITS.pageSize} entries.`);
  const parsed = typeof after === 'string' ? parseGlobalId(after) : undefined;
  if (typeof after === 'string' && parsed?.type !== 'Event')
    throw new BadArgumentError('`after` must be the id of an event.');
  const events = await listEvents(app, window, { after: parsed?.uuid, limit: first + 1 });
  return { events: events.slice(0, first), hasMore: events.length > first };
}

builder.queryField('reconciliation', (t) =>
  t.field({
    type: ReconciliationType,
    nullable: true,
    description:
      'What went to a webhook, or to a basic origin, in a window of time, for finding what its receiver has lost. Null when the organization has no such webhook or origin.',
    authScopes: { may: 'readDeliveries' },
    complexity: ({ buckets }) => ({ field: 2_000, multiplier: buckets ?? DEFAULT_BUCKETS }),
    args: {
      webhookId: t.arg.globalID({
        for: WebhookType,
        description: 'Which managed webhook; one that was deleted as well.',
      }),
      origin: t.arg.string({
        description: 'Instead of webhookId: the origin of basic webhooks, such as `https://example.com`.',
      }),
      from: t.arg({ type: 'DateTime', required: true, description: 'Events accepted then or later.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Events accepted before.' }),
      buckets: t.arg.int({
        description: `Into how many parts to cut the window; at most ${MOST_BUCKETS}, ${DEFAULT_BUCKETS} unless told otherwise.`,
      }),
    },
    resolve: async (_root, { webhookId, origin, from, to, buckets }, context) => {
      const count = buckets ?? DEFAULT_BUCKETS;
      if (count < 1 || count > MOST_BUCKETS) throw new BadArgumentError(`There are 1 to ${MOST_BUCKETS} buckets.`);
      const place = await findPlace(context, webhookId?.id, origin);
      const window = { organizationId: organizationOf(context), from: new Date(from), to: new Date(to) };
      if (window.from >= window.to) throw new BadArgumentError('`from` must be before `to`.');
      return place && (await reconcile(context.app, { ...window, ...place }, count));
    },
  }),
);

async function findPlace(
  context: Context,
  webhookId: string | undefined,
  origin: string | null | undefined,
): Promise<Pick<Window, 'place' | 'placeId'> | null> {
  const { prisma } = context.app.db;
  const organizationId = organizationOf(context);
  if ((webhookId === undefined) === (typeof origin !== 'string'))
    throw new BadArgumentError('Give `webhookId` or `origin`, one of them.');
  if (webhookId !== undefined) {
    const webhook = await prisma.webhook.findFirst({ where: { id: webhookId, organizationId }, select: { id: true } });
    return webhook && { place: 'webhook', placeId: webhook.id };
  }
  const destination = await prisma.destination.findFirst({
    where: { organizationId, origin: origin ?? '' },
    select: { id: true },
  });
  return destination && { place: 'destination', placeId: destination.id };
}
