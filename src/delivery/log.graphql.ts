/** GraphQL: the delivery log, as a query and as a subscription. */

import { organizationOf } from '../context.ts';
import { builder, LIMITS } from '../graphql/builder.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { WebhookType } from '../webhook/webhook.graphql.ts';
import { errorCodeOf } from './delivery.graphql.ts';
import { DeliveryLogKindEnum, DeliveryStatusEnum, ErrorCodeEnum } from './enums.graphql.ts';
import { MOST_EXAMINED } from './log.sql.ts';
import { formatCursor, type LogFilter, type LogPage, type Position, parseCursor, readLog } from './log.ts';
import { attemptOf, type BatchedEntry, batchEntries, deliveryOf } from './log-batch.ts';
import { SUBSCRIBED_PAGE_SIZE } from './log-pieces.ts';
import { SILENCE_MS } from './log-subscriber.ts';
import { subscriptionOf, unlessEnded } from './log-subscription.ts';

const DEFAULT_PAGE = 20;

const EXAMINED = `${MOST_EXAMINED.toLocaleString('en')} entries`;

/** `DeliveryLogEntry`. The entry has every column already; what it is about is read for its whole batch. */
const DeliveryLogEntryType = builder.objectRef<BatchedEntry>('DeliveryLogEntry').implement({
  description:
    'Something that happened to a delivery. Entries never change, and all readers see them in the same order.',
  authScopes: { may: 'readDeliveries' },
  fields: (t) => ({
    cursor: t.string({
      description: 'Its place in the log; give it as `after` to go on from here. Opaque.',
      resolve: (entry) => formatCursor(entry),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    kind: t.expose('kind', { type: DeliveryLogKindEnum, description: 'What happened.' }),
    deliveryId: t.id({
      description: 'To which delivery. Costs nothing, where `delivery { id }` has the delivery read.',
      resolve: ({ deliveryId }) => encodeGlobalId('Delivery', deliveryId),
    }),
    delivery: t.prismaField({
      type: 'Delivery',
      description:
        'To which delivery, as it is: read for all entries of a page at once, and in a subscription for those that are sent in one go. What changes after that has an entry of its own.',
      resolve: (query, entry, _args, context, { path }) =>
        deliveryOf(entry, String(path.key), (ids) =>
          context.app.db.prisma.delivery.findMany({
            ...query,
            where: { id: { in: ids }, organizationId: organizationOf(context) },
          }),
        ),
    }),
    deliveryStatus: t.expose('deliveryStatus', {
      type: DeliveryStatusEnum,
      description: "The delivery's status once this had happened.",
    }),
    webhookId: t.id({
      nullable: true,
      description: 'The managed webhook; null for a basic webhook.',
      resolve: ({ webhookId }) => (webhookId ? encodeGlobalId('Webhook', webhookId) : null),
    }),
    eventType: t.expose('eventType', { type: EventTypeEnum, description: 'What is being delivered.' }),
    importId: t.exposeString('importId', { nullable: true, description: "The importer's own id; null for a test." }),
    isTest: t.exposeBoolean('isTest', { description: 'Made by sendTestEvent.' }),
    attempt: t.prismaField({
      type: 'Attempt',
      nullable: true,
      description: 'The attempt that this is about; read as the delivery is.',
      resolve: (query, entry, _args, context, { path }) =>
        attemptOf(entry, String(path.key), (ids) =>
          context.app.db.prisma.attempt.findMany({
            ...query,
            where: { id: { in: ids }, organizationId: organizationOf(context) },
          }),
        ),
    }),
    attemptNumber: t.exposeInt('attemptNumber', { nullable: true, description: 'Its number, from 1.' }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt is due.',
    }),
    responseStatus: t.exposeInt('responseStatus', { nullable: true, description: 'What the receiver answered.' }),
    errorCode: t.field({
      type: ErrorCodeEnum,
      nullable: true,
      description: 'Why the attempt failed.',
      resolve: ({ errorCode }) => errorCodeOf(errorCode),
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'For people: why.' }),
    replayId: t.id({
      nullable: true,
      description: 'The replay that asked for it again, if one did.',
      resolve: ({ replayId }) => (replayId ? encodeGlobalId('Replay', replayId) : null),
    }),
  }),
});

const DeliveryLogFilter = builder.inputType('DeliveryLogFilter', {
  description: 'Which entries; what is left out does not matter.',
  fields: (t) => ({
    webhookId: t.globalID({ for: WebhookType, description: 'About deliveries of this webhook.' }),
    importId: t.string({ description: "About deliveries of this import, by the importer's own id." }),
    statuses: t.field({ type: [DeliveryStatusEnum], description: 'That left the delivery in one of these.' }),
    kinds: t.field({ type: [DeliveryLogKindEnum], description: 'That tell one of these.' }),
    eventTypes: t.field({ type: [EventTypeEnum], description: 'About deliveries of events of one of these types.' }),
  }),
});

function toFilter(filter: typeof DeliveryLogFilter.$inferInput | null | undefined): LogFilter {
  return {
    webhookId: filter?.webhookId?.id ?? null,
    importId: filter?.importId ?? null,
    statuses: filter?.statuses ?? null,
    kinds: filter?.kinds ?? null,
    eventTypes: filter?.eventTypes ?? null,
  };
}

function readCursor(cursor: string | null | undefined): Position | undefined {
  if (typeof cursor !== 'string') return undefined;
  const position = parseCursor(cursor);
  if (!position)
    throw new BadArgumentError('`after` must be the cursor of a delivery log entry or the endCursor of a page.');
  return position;
}

const DeliveryLogPageType = builder.objectRef<LogPage>('DeliveryLogPage').implement({
  description: 'A stretch of the delivery log.',
  fields: (t) => ({
    entries: t.field({
      type: [DeliveryLogEntryType],
      description: 'In log order, oldest first.',
      complexity: { field: 1, multiplier: 1 }, // counted by the page size of whoever answers with a page
      resolve: ({ entries }) => batchEntries(entries),
    }),
    endCursor: t.string({
      description:
        'Go on from here, with the query or with the subscription: nothing that matches is missed or repeated.',
      resolve: ({ end }) => formatCursor(end),
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description:
        'Whether there are more: later ones with `first`, earlier ones with `last`; in a subscription, whether it is ' +
        `still catching up. Also true when ${EXAMINED} were looked at and there may be more that match: a page may be ` +
        'empty and not be the last.',
    }),
  }),
});

builder.queryField('deliveryLog', (t) =>
  t.field({
    type: DeliveryLogPageType,
    description:
      'The delivery log of the organization: from a cursor on, or its latest entries. Its endCursor is where a subscription takes over. ' +
      `One page looks at ${EXAMINED} at most; go on while hasMore, also after an empty page.`,
    authScopes: { may: 'readDeliveries' },
    complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? DEFAULT_PAGE }),
    args: {
      after: t.arg.string({
        description:
          'Entries after this cursor, refused with CURSOR_EXPIRED when what came after it is not kept any more; absent: from the beginning of what is kept.',
      }),
      first: t.arg.int({
        description: `The first that many; at most ${LIMITS.pageSize}, ${DEFAULT_PAGE} unless told otherwise.`,
      }),
      last: t.arg.int({
        description: `Instead of first: the latest that many that match among the latest ${EXAMINED}; at most ${LIMITS.pageSize}.`,
      }),
      filter: t.arg({ type: DeliveryLogFilter, description: 'Which entries; absent: all.' }),
    },
    resolve: (_root, { after, first, last, filter }, context) =>
      readLog(
        context.app,
        organizationOf(context),
        {
          after: readCursor(after),
          limit: pageSize(first, last),
          latest: typeof last === 'number',
        },
        toFilter(filter),
      ),
  }),
);

function pageSize(first: number | null | undefined, last: number | null | undefined): number {
  if (typeof first === 'number' && typeof last === 'number')
    throw new BadArgumentError('Give `first` or `last`, not both.');
  const size = first ?? last ?? DEFAULT_PAGE;
  if (size < 1 || size > LIMITS.pageSize) throw new BadArgumentError(`A page has 1 to ${LIMITS.pageSize} entries.`);
  return size;
}

builder.subscriptionField('deliveryLog', (t) =>
  t.field({
    type: DeliveryLogEntryType,
    description:
      'The delivery log, live: first what was missed since `after`, then everything as it is committed, in log order, without gap or repeat. Without `after` it begins now.',
    authScopes: { may: 'readDeliveries' },
    complexity: { field: 1, multiplier: SUBSCRIBED_PAGE_SIZE }, // what entries are about is read for that many at once
    args: {
      after: t.arg.string({ description: 'The cursor of the last entry seen, or the endCursor of a page.' }),
      filter: t.arg({ type: DeliveryLogFilter, description: 'Which entries; absent: all.' }),
    },
    subscribe: (_root, { after, filter }, context) =>
      context.app.tail.subscribe(subscriptionOf(context, { after: readCursor(after), filter: toFilter(filter) })),
    resolve: unlessEnded<BatchedEntry>,
  }),
);

builder.subscriptionField('deliveryLogPages', (t) =>
  t.field({
    type: DeliveryLogPageType,
    description:
      'The same as `deliveryLog` in pages, for many entries, and for filters that let few through: one page at once, then ' +
      `all that has come since the last, at most ${SUBSCRIBED_PAGE_SIZE} entries each. When nothing has come for ` +
      `${SILENCE_MS / 1_000} seconds although the log moved on, a page without entries says where: its endCursor is the ` +
      'cheapest place to go on from. So does one while it catches up, and one at the end of that.',
    authScopes: { may: 'readDeliveries' },
    complexity: { field: 1, multiplier: SUBSCRIBED_PAGE_SIZE },
    args: {
      after: t.arg.string({ description: 'The endCursor of the last page seen, or the cursor of an entry.' }),
      filter: t.arg({ type: DeliveryLogFilter, description: 'Which entries; absent: all.' }),
    },
    subscribe: (_root, { after, filter }, context) =>
      context.app.tail.subscribePages(subscriptionOf(context, { after: readCursor(after), filter: toFilter(filter) })),
    resolve: unlessEnded<LogPage>,
  }),
);
