/** GraphQL: `Webhook`, and the queries that return it. */

import type { Prisma } from '../../prisma/client/client.ts';
import { type Context, organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { DestinationHealthEnum, whereHealth } from './destination.graphql.ts';
import { EventTypeEnum } from './event-type.graphql.ts';
import { type CustomHeader, MASKED_VALUE, openHeaders } from './header.ts';
import { SavedSchemaType } from './saved-schema.graphql.ts';

const CustomHeaderType = builder.objectRef<CustomHeader>('CustomHeader').implement({
  description: 'A header that a webhook adds to its requests.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As it was given.' }),
    maskedValue: t.string({
      description: `Its value is kept secret: \`${MASKED_VALUE}\`.`,
      resolve: () => MASKED_VALUE,
    }),
  }),
});

/** `Webhook`. */
export const WebhookType = builder.prismaNode('Webhook', {
  description: 'A managed webhook: a URL that is notified when a matching import reaches a matching state.',
  authScopes: { may: 'readWebhooks' },
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Where deliveries are POSTed. Empty once the webhook was deleted.' }),
    description: t.exposeString('description', { description: 'For people.' }),
    developmentMode: t.exposeBoolean('developmentMode', {
      description: 'Fires for development imports when true, for production imports when false; never for both.',
    }),
    importIdentifiers: t.stringList({
      description: 'Fires for imports with one of these, compared exactly, upper and lower case being different.',
      select: { importIdentifiers: { select: { importIdentifier: true }, orderBy: { position: 'asc' } } },
      resolve: ({ importIdentifiers }) => importIdentifiers.map(({ importIdentifier }) => importIdentifier),
    }),
    savedSchemas: t.field({
      type: [SavedSchemaType],
      description: 'Fires for imports with one of these as well.',
      select: (_args, _context, nestedSelection) => ({
        savedSchemas: { select: { savedSchema: nestedSelection(true) }, orderBy: { savedSchemaId: 'asc' } },
      }),
      // Prisma reads the list and the saved schemas one after the other; one may be deleted in between.
      resolve: ({ savedSchemas }) => savedSchemas.flatMap(({ savedSchema }) => savedSchema ?? []),
    }),
    events: t.expose('events', { type: [EventTypeEnum], description: 'The events it fires for.' }),
    headers: t.field({
      type: [CustomHeaderType],
      description: 'Headers added to its requests. Their values are not shown.',
      select: { headers: true },
      resolve: ({ headers }, _args, { app }) => [...openHeaders(app.box, headers)],
    }),
    retryScheduleSeconds: t.exposeIntList('retryScheduleSeconds', {
      description: "Seconds between attempts; empty means the server's own schedule.",
    }),
    maxAttemptsPerSecond: t.float({
      nullable: true,
      description: 'Its rate limit, in attempts a second; null: no limit.',
      select: { destination: { select: { maxAttemptsPerSecond: true } } },
      resolve: ({ destination }) => destination.maxAttemptsPerSecond,
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether imports match it and deliveries are made.' }),
    disabledReason: t.exposeString('disabledReason', {
      nullable: true,
      description: 'Why it is disabled; null when enabled.',
    }),
    disabledAt: t.expose('disabledAt', { type: 'DateTime', nullable: true, description: 'Since when it is disabled.' }),
    destination: t.relation('destination', { description: 'Where its deliveries queue: health and holds.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was deleted; only deliveries still name it then.',
    }),
  }),
});

const WebhookFilter = builder.inputType('WebhookFilter', {
  description: 'Which webhooks; what is left out does not matter.',
  fields: (t) => ({
    developmentMode: t.boolean({ description: 'In this mode.' }),
    enabled: t.boolean({ description: 'Enabled or disabled ones.' }),
    importIdentifier: t.string({ description: 'Listening to this import identifier.' }),
    health: t.field({
      type: [DestinationHealthEnum],
      description: 'Whose destination is doing so; HELD has those in it that are disabled.',
    }),
    contains: t.string({ description: 'With this in the URL or in the description, whatever its case.' }),
    ids: t.globalIDList({
      for: [WebhookType],
      description: 'One of these; those that there are not, or not any more, are left out.',
    }),
  }),
});

function whereWebhook(
  context: Context,
  filter: typeof WebhookFilter.$inferInput | null | undefined,
): Prisma.WebhookWhereInput {
  const { developmentMode, enabled, importIdentifier, contains, ids, health } = filter ?? {};
  const now = context.app.clock.now();
  return {
    organizationId: organizationOf(context),
    deletedAt: null,
    ...(typeof developmentMode === 'boolean' ? { developmentMode } : {}),
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(importIdentifier ? { importIdentifiers: { some: { importIdentifier } } } : {}),
    ...(contains ? { OR: [{ url: containing(contains) }, { description: containing(contains) }] } : {}),
    ...(ids ? { id: { in: ids.map(({ id }) => id) } } : {}),
    ...(health ? { destination: { OR: health.map((each) => whereHealth(each, now)) } } : {}),
  };
}

/** Prisma hands what a text should contain to LIKE as it is, where `%`, `_` and the backslash have a meaning. */
function containing(text: string): Prisma.StringFilter<'Webhook'> {
  return { contains: text.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' };
}

builder.queryField('webhooks', (t) =>
  t.prismaConnection({
    type: 'Webhook',
    cursor: 'id',
    description: 'The managed webhooks of the organization, newest first.',
    authScopes: { may: 'readWebhooks' },
    args: { filter: t.arg({ type: WebhookFilter, description: 'Which ones; absent: all.' }) },
    resolve: (query, _root, { filter }, context) =>
      context.app.db.prisma.webhook.findMany({
        ...query,
        where: whereWebhook(context, filter),
        orderBy: { id: 'desc' },
      }),
    totalCount: (_root, { filter }, context) =>
      context.app.db.prisma.webhook.count({ where: whereWebhook(context, filter) }),
  }),
);

builder.queryField('webhook', (t) =>
  t.prismaField({
    type: 'Webhook',
    nullable: true,
    description: 'One managed webhook, or null when the organization has no such webhook.',
    authScopes: { may: 'readWebhooks' },
    args: { id: t.arg.globalID({ for: WebhookType, required: true, description: 'Its id.' }) },
    resolve: (query, _root, { id }, context) =>
      context.app.db.prisma.webhook.findFirst({
        ...query,
        where: { id: id.id, organizationId: organizationOf(context), deletedAt: null },
      }),
  }),
);
