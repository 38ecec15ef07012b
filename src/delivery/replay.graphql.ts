/** GraphQL: `Replay`, as queries and as a subscription. */

import { GraphQLError } from 'graphql';
import { type Replay, ReplayStatus } from '../../prisma/client/client.ts';
import { type Context, keyOf, organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { DeliveryStatusEnum, ErrorCodeEnum } from './enums.graphql.ts';
import { ERROR_CODES, type ErrorCode } from './outcome.ts';
import { findReplay, ReplayNotFoundError } from './replay.ts';
import { estimateSecondsLeft, tallyOf } from './replay-progress.ts';
import type { ReplayWatchEnd } from './replay-watch.ts';

const ReplayStatusEnum = builder.enumType('ReplayStatus', {
  description: 'Where a replay stands.',
  values: {
    RUNNING: {
      value: ReplayStatus.RUNNING,
      description: 'It asks for deliveries again, or waits for those that it asked for.',
    },
    PAUSED: { value: ReplayStatus.PAUSED, description: 'It asks for nothing until it is resumed.' },
    COMPLETED: {
      value: ReplayStatus.COMPLETED,
      description: 'It is over: everything was asked for or passed over, and nothing that it asked for is pending.',
    },
    CANCELLED: {
      value: ReplayStatus.CANCELLED,
      description: 'It was called off and asks for nothing any more; over once finishedAt is set.',
    },
  },
});

/** Its fields, like all of `Replay`, say no `select`: a replay is read with every column. */
const ReplayFilterType = builder.objectRef<Replay>('ReplayFilter').implement({
  description: 'Which deliveries a replay is about; what is null does not matter.',
  fields: (t) => ({
    statuses: t.field({
      type: [DeliveryStatusEnum],
      description: 'In one of these.',
      resolve: ({ statuses }) => statuses,
    }),
    webhookId: t.id({
      nullable: true,
      description: 'Of this webhook.',
      resolve: ({ webhookId }) => (webhookId ? encodeGlobalId('Webhook', webhookId) : null),
    }),
    importId: t.exposeString('importId', { nullable: true, description: "Of this import, by the importer's own id." }),
    eventTypes: t.field({
      type: [EventTypeEnum],
      nullable: true,
      description: 'Of events of one of these types.',
      resolve: ({ eventTypes }) => orAny(eventTypes),
    }),
    from: t.expose('scheduledFrom', { type: 'DateTime', nullable: true, description: 'Scheduled then or later.' }),
    to: t.expose('scheduledTo', { type: 'DateTime', nullable: true, description: 'Scheduled before.' }),
    errorCodes: t.field({
      type: [ErrorCodeEnum],
      nullable: true,
      description: 'Whose last attempt failed for one of these reasons.',
      resolve: ({ errorCodes }) => orAny(errorCodes.filter((code): code is ErrorCode => code in ERROR_CODES)),
    }),
    responseStatuses: t.intList({
      nullable: true,
      description: 'Whose last attempt was answered with one of these HTTP statuses.',
      resolve: ({ responseStatuses }) => orAny(responseStatuses),
    }),
  }),
});

/** A list that is stored empty did not matter. */
const orAny = <Item>(items: Item[]): Item[] | null => (items.length > 0 ? items : null);

/** `Replay`. */
export const ReplayType = builder.prismaNode('Replay', {
  description:
    'Deliveries that are asked for again, those of a filter, at a pace. What matched when it was started is planned; each of these is requested or skipped, and each requested one is pending, delivered, failed or cancelled.',
  authScopes: { may: 'readDeliveries' },
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    status: t.expose('status', { type: ReplayStatusEnum, description: 'Where it stands.' }),
    filter: t.field({
      type: ReplayFilterType,
      description: 'Which deliveries it is about.',
      resolve: (replay) => replay,
    }),
    ratePerSecond: t.exposeInt('ratePerSecond', { description: 'How many it asks for in a second at the most.' }),
    startedBy: t.exposeString('startedBy', { description: 'The name of the key that started it.' }),
    planned: t.exposeInt('planned', { description: 'How many matched when it was started.' }),
    requested: t.exposeInt('requested', { description: 'How many of them it has made due.' }),
    skipped: t.exposeInt('skipped', {
      description:
        'How many of them it passed over: `redeliver` would be refused, they have changed since it was started, or another replay is at them.',
    }),
    delivered: t.int({
      description: 'How many of those requested have arrived.',
      resolve: async (replay, _args, { app }) => (await tallyOf(app, replay)).delivered,
    }),
    failed: t.int({
      description: 'How many of those requested were given up again.',
      resolve: async (replay, _args, { app }) => (await tallyOf(app, replay)).failed,
    }),
    cancelled: t.int({
      description: 'How many of those requested were called off or superseded before they arrived.',
      resolve: async (replay, _args, { app }) => (await tallyOf(app, replay)).cancelled,
    }),
    pending: t.int({
      description: 'How many of those requested are due or wait for a retry.',
      resolve: async (replay, _args, { app }) => (await tallyOf(app, replay)).pending,
    }),
    estimatedSecondsLeft: t.int({
      nullable: true,
      description:
        'Until everything was asked for, at its rate; receivers that are slower make it longer. Null when it is not running.',
      resolve: (replay) => estimateSecondsLeft(replay),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was started.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is over: it asks for nothing more, and nothing that it asked for is pending.',
    }),
  }),
});

builder.queryField('replays', (t) =>
  t.prismaConnection({
    type: 'Replay',
    cursor: 'id',
    description: 'The replays of the organization, newest first.',
    authScopes: { may: 'readDeliveries' },
    resolve: (query, _root, _args, context) =>
      context.app.db.prisma.replay.findMany({
        ...query,
        where: { organizationId: organizationOf(context) },
        orderBy: { id: 'desc' },
      }),
    totalCount: (_root, _args, context) =>
      context.app.db.prisma.replay.count({ where: { organizationId: organizationOf(context) } }),
  }),
);

builder.queryField('replay', (t) =>
  t.prismaField({
    type: 'Replay',
    nullable: true,
    description: 'One replay, or null when the organization has no such replay.',
    authScopes: { may: 'readDeliveries' },
    args: { id: t.arg.globalID({ for: ReplayType, required: true, description: 'Its id.' }) },
    resolve: (query, _root, { id }, context) =>
      context.app.db.prisma.replay.findFirst({
        ...query,
        where: { id: id.id, organizationId: organizationOf(context) },
      }),
  }),
);

builder.subscriptionField('replay', (t) =>
  t.field({
    type: ReplayType,
    description:
      'The progress of a replay: as it is now, then whenever it has come further, at most once a second. Ends when it is over, and the last value says so.',
    authScopes: { may: 'readDeliveries' },
    args: { id: t.arg.globalID({ for: ReplayType, required: true, description: 'Its id.' }) },
    subscribe: (_root, { id }, context: Context) => watchReplay(context, id.id),
    resolve: replayOf,
  }),
);

async function watchReplay(context: Context, replayId: string): Promise<AsyncIterable<Replay | ReplayWatchEnd>> {
  const organizationId = organizationOf(context);
  try {
    await findReplay(context.app, organizationId, replayId);
  } catch (error) {
    if (!(error instanceof ReplayNotFoundError)) throw error;
    throw new GraphQLError(error.message, { extensions: { code: error.code } });
  }
  const { keyExpiresAt = null } = context.viewer ?? {};
  return context.app.replays.watch({ organizationId, keyId: keyOf(context), keyExpiresAt, replayId });
}

const MESSAGES = {
  KEY_REVOKED: 'The API key of this subscription was revoked.',
  KEY_EXPIRED: 'The API key of this subscription has expired.',
  STOPPING: 'The server is stopping. Subscribe again.',
} as const satisfies Record<ReplayWatchEnd['ended'], string>;

/** As with the delivery log: an end of ours is the last item's error, which clients get on every transport. */
function replayOf(item: Replay | ReplayWatchEnd): Replay {
  if (!('ended' in item)) return item;
  throw new GraphQLError(MESSAGES[item.ended], { extensions: { code: item.ended } });
}
