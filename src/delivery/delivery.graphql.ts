/** GraphQL: `Event`, `Delivery` and `Attempt`, and the queries that return them. */

import type { Prisma } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { mayDo } from '../organization/role.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { WebhookType } from '../webhook/webhook.graphql.ts';
import { AttemptOutcomeEnum, DeliveryStatusEnum, ErrorCodeEnum, ResponseEndEnum } from './enums.graphql.ts';
import { ERROR_CODES, type ErrorCode, type Timings } from './outcome.ts';

const isErrorCode = (code: string): code is ErrorCode => code in ERROR_CODES;

/** A stored error code, if this version knows it. */
export const errorCodeOf = (code: string | null): ErrorCode | null =>
  code !== null && isErrorCode(code) ? code : null;

/** A body may have megabytes, so a page of them counts for more than a page of anything else. */
const BODY_COST = 100;

/** `Event`. */
export const EventTypeNode = builder.prismaNode('Event', {
  description: 'What happened to an import. It never changes.',
  authScopes: (_event, { viewer }) =>
    viewer !== null && (mayDo(viewer.role, 'readDeliveries') || mayDo(viewer.role, 'reportImports')),
  id: { field: 'id', description: 'Opaque. Receivers see it as the `webhook-id` of every attempt.' },
  fields: (t) => ({
    type: t.expose('type', { type: EventTypeEnum, description: 'What happened.' }),
    body: t.exposeString('body', {
      complexity: BODY_COST,
      description: 'The JSON body that managed webhooks get, byte for byte.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was accepted.' }),
    deliveries: t.relatedConnection('deliveries', {
      cursor: 'id',
      description: 'Its deliveries, newest first.',
      authScopes: { may: 'readDeliveries' },
      query: { orderBy: { id: 'desc' } },
    }),
  }),
});

const AttemptTimingsType = builder.objectRef<Timings>('AttemptTimings').implement({
  description: 'How long each phase of an attempt took, in milliseconds; null for a phase that did not happen.',
  fields: (t) => ({
    dnsMs: t.exposeInt('dnsMs', { nullable: true, description: 'Looking up the name; null on a reused connection.' }),
    connectMs: t.exposeInt('connectMs', { nullable: true, description: 'Connecting; null on a reused connection.' }),
    tlsMs: t.exposeInt('tlsMs', {
      nullable: true,
      description: 'TLS handshake; null without TLS or on a reused connection.',
    }),
    firstByteMs: t.exposeInt('firstByteMs', {
      nullable: true,
      description: "From the start to the response's headers.",
    }),
    totalMs: t.exposeInt('totalMs', { description: 'From the start to the end.' }),
  }),
});

const ResponseHeaderType = builder.objectRef<{ name: string; values: readonly string[] }>('ResponseHeader').implement({
  description: 'A header of a response.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'In lower case.' }),
    values: t.stringList({
      description: 'Its values, in the order in which they came, each at most 1024 characters.',
      resolve: ({ values }) => [...values],
    }),
  }),
});

builder.prismaNode('Attempt', {
  description: 'One HTTP request. It never changes.',
  authScopes: { may: 'readDeliveries' },
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1, as the receiver was told in `posthorn-attempt`.' }),
    url: t.exposeString('url', { description: 'Where it went.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', { description: 'Until its end.' }),
    outcome: t.expose('status', { type: AttemptOutcomeEnum, description: 'What it came to.' }),
    errorCode: t.field({
      type: ErrorCodeEnum,
      nullable: true,
      description: 'Why it failed; null when it succeeded.',
      select: { errorCode: true },
      resolve: ({ errorCode }) => errorCodeOf(errorCode),
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'The same for people, with what is known about it.',
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'HTTP status; null when there was no response.',
    }),
    responseHeaders: t.field({
      type: [ResponseHeaderType],
      nullable: true,
      description: 'The first 64 headers; null when there was no response.',
      select: { responseHeaders: true },
      resolve: ({ responseHeaders }) =>
        responseHeaders === null
          ? null
          : Object.entries<string[]>(JSON.parse(responseHeaders)).map(([name, values]) => ({ name, values })),
    }),
    responseBody: t.exposeString('responseBody', {
      nullable: true,
      description: 'The first 16 KiB, decompressed, as text.',
    }),
    responseBodyTruncated: t.exposeBoolean('responseBodyTruncated', {
      description: 'Whether there was more than is shown.',
    }),
    responseEnd: t.expose('responseEnd', {
      type: ResponseEndEnum,
      nullable: true,
      description: "How the response's body ended; null when there was no response.",
    }),
    remoteAddress: t.exposeString('remoteAddress', {
      nullable: true,
      description: 'The address that was connected to.',
    }),
    timings: t.field({
      type: AttemptTimingsType,
      nullable: true,
      description: 'Where the time went; null when the URL was refused before anything was tried.',
      select: { timings: true },
      resolve: ({ timings }): Timings | null => (timings === null ? null : JSON.parse(timings)),
    }),
    leaseLost: t.exposeBoolean('leaseLost', {
      description:
        "The lease was no longer this dispatcher's when the outcome was written down: the delivery had been leased again or called off, so the outcome changed nothing.",
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
  }),
});

const DeliveryFilter = builder.inputType('DeliveryFilter', {
  description: 'Which deliveries; what is left out does not matter.',
  fields: (t) => ({
    statuses: t.field({ type: [DeliveryStatusEnum], description: 'In one of these.' }),
    webhookId: t.globalID({ for: WebhookType, description: 'Of this webhook.' }),
    importId: t.string({ description: "Of this import, by the importer's own id." }),
    event: t.field({ type: EventTypeEnum, description: 'Of events of this type.' }),
    from: t.field({ type: 'DateTime', description: 'Scheduled then or later.' }),
    to: t.field({ type: 'DateTime', description: 'Scheduled before.' }),
    errorCodes: t.field({ type: [ErrorCodeEnum], description: 'Whose last attempt failed for one of these reasons.' }),
  }),
});

function whereDelivery(
  organizationId: string,
  filter: typeof DeliveryFilter.$inferInput | null | undefined,
): Prisma.DeliveryWhereInput {
  const { statuses, webhookId, importId, event, from, to, errorCodes } = filter ?? {};
  return {
    organizationId,
    ...(statuses ? { status: { in: statuses } } : {}),
    ...(webhookId ? { webhookId: webhookId.id } : {}),
    // By way of the event, which has an index; the delivery's own copy of the id has none.
    ...(importId ? { event: { import: { organizationId, importId } } } : {}),
    ...(event ? { eventType: event } : {}),
    ...(from || to ? { createdAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
    ...(errorCodes ? { lastErrorCode: { in: errorCodes } } : {}),
  };
}

builder.queryField('deliveries', (t) =>
  t.prismaConnection({
    type: 'Delivery',
    cursor: 'id',
    description: 'The deliveries of the organization, newest first.',
    authScopes: { may: 'readDeliveries' },
    args: { filter: t.arg({ type: DeliveryFilter, description: 'Which ones; absent: all.' }) },
    resolve: (query, _root, { filter }, context) =>
      context.app.db.prisma.delivery.findMany({
        ...query,
        where: whereDelivery(organizationOf(context), filter),
        orderBy: { id: 'desc' },
      }),
  }),
);

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

builder.prismaObjectField('Webhook', 'deliveries', (t) =>
  t.relatedConnection('deliveries', {
    cursor: 'id',
    description: 'Its deliveries, newest first.',
    authScopes: { may: 'readDeliveries' },
    query: { orderBy: { id: 'desc' } },
  }),
);
