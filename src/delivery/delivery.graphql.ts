/** GraphQL: `Event` and `Delivery`, and the query that returns one delivery. */

import { organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { mayDo } from '../organization/role.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import '../webhook/webhook.graphql.ts';
import { DeliveryStatusEnum, ErrorCodeEnum } from './enums.graphql.ts';
import { ERROR_CODES, type ErrorCode } from './outcome.ts';

const isErrorCode = (code: string): code is ErrorCode => code in ERROR_CODES;

/** A stored error code, if this version knows it. */
export const errorCodeOf = (code: string | null): ErrorCode | null =>
  code !== null && isErrorCode(code) ? code : null;

/** A body may have megabytes, so a page of them counts for more than a page of anything else. */
export const BODY_COST = 100;

/** `Event`. */
export const EventTypeNode = builder.prismaNode('Event', {
  description: 'What happened to an import. It never changes, but its body is gone once it was erased.',
  authScopes: (_event, { viewer }) =>
    viewer !== null && (mayDo(viewer.role, 'readDeliveries') || mayDo(viewer.role, 'reportImports')),
  id: { field: 'id', description: 'Opaque. Receivers see it as the `webhook-id` of every attempt.' },
  fields: (t) => ({
    type: t.expose('type', { type: EventTypeEnum, description: 'What happened.' }),
    body: t.string({
      nullable: true,
      complexity: BODY_COST,
      description: 'The JSON body that managed webhooks get, byte for byte; null once it was erased.',
      resolve: ({ body, erasedAt }) => (erasedAt ? null : body),
    }),
    bodySha256: t.string({
      nullable: true,
      description: 'SHA-256 of the body that was erased, in hex; null while the body is there.',
      resolve: ({ bodySha256 }) => (bodySha256 ? Buffer.from(bodySha256).toString('hex') : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was accepted.' }),
    erasedAt: t.expose('erasedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its body was erased, with what was answered to it; null: it was not.',
    }),
    deliveries: t.relatedConnection('deliveries', {
      cursor: 'id',
      description: 'Its deliveries, newest first.',
      authScopes: { may: 'readDeliveries' },
      query: { orderBy: { id: 'desc' } },
    }),
  }),
});

/** `Delivery`. */
export const DeliveryType = builder.prismaNode('Delivery', {
  description: 'One event on its way to one destination.',
  authScopes: { may: 'readDeliveries' },
  id: { field: 'id', description: 'Opaque. Receivers see it as `posthorn-delivery-id`.' },
  fields: (t) => ({
    status: t.expose('status', { type: DeliveryStatusEnum, description: 'Where it stands.' }),
    event: t.relation('event', { description: 'What is delivered.' }),
    webhook: t.relation('webhook', { nullable: true, description: 'The managed webhook; null for a basic webhook.' }),
    destination: t.relation('destination', { description: 'Where it queues.' }),
    basicUrl: t.exposeString('basicUrl', {
      nullable: true,
      description: 'The URL of a basic webhook; null for a managed one.',
    }),
    importId: t.exposeString('importId', { nullable: true, description: "The importer's own id; null for a test." }),
    isTest: t.exposeBoolean('isTest', { description: 'Made by sendTestEvent.' }),
    attemptCount: t.exposeInt('attemptCount', { description: 'How many attempts were made.' }),
    attempts: t.relation('attempts', {
      description: 'Its attempts, in order.',
      query: { orderBy: [{ number: 'asc' }, { id: 'asc' }] },
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the next attempt is due; while one is under way, when it would be made again if nobody reported back.',
      select: { status: true, nextAttemptAt: true },
      resolve: ({ status, nextAttemptAt }) => (status === 'PENDING' ? nextAttemptAt : null),
    }),
    lastErrorCode: t.field({
      type: ErrorCodeEnum,
      nullable: true,
      description: 'Why the last attempt failed; null when it succeeded or there was none.',
      select: { lastErrorCode: true },
      resolve: ({ lastErrorCode }) => errorCodeOf(lastErrorCode),
    }),
    lastResponseStatus: t.exposeInt('lastResponseStatus', {
      nullable: true,
      description: 'HTTP status of the last response.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was scheduled.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is not pending any more.',
    }),
    replayId: t.id({
      nullable: true,
      description: 'The last replay that asked for it again; null when none did.',
      select: { replayId: true },
      resolve: ({ replayId }) => (replayId ? encodeGlobalId('Replay', replayId) : null),
    }),
  }),
});

builder.queryField('delivery', (t) =>
  t.prismaField({
    type: 'Delivery',
    nullable: true,
    description: 'One delivery, or null when the organization has no such delivery.',
    authScopes: { may: 'readDeliveries' },
    args: { id: t.arg.globalID({ for: DeliveryType, required: true, description: 'Its id.' }) },
    resolve: (query, _root, { id }, context) =>
      context.app.db.prisma.delivery.findFirst({
        ...query,
        where: { id: id.id, organizationId: organizationOf(context) },
      }),
  }),
);
