/** GraphQL: `ImportExplanation`, and the query that returns it. */

import { organizationOf } from '../context.ts';
import { DeliveryType, EventTypeNode } from '../delivery/delivery.graphql.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf, pageOf } from '../graphql/id-connection.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import {
  describeBasicWebhook,
  type ExplainedEvent,
  explainWebhooks,
  findExplainedEvent,
  REASONS,
  type Reason,
  type ReasonCode,
  type WebhookExplanation,
} from './explain.ts';
import './import.graphql.ts';

const NotFiredReasonEnum = builder.enumType('NotFiredReason', {
  description: 'Why a webhook did not fire, by what is so of the webhook now.',
  // One value per key: the same keys, which `Object.fromEntries` forgets.
  values: Object.fromEntries(Object.entries(REASONS).map(([code, description]) => [code, { description }])) as {
    [Code in ReasonCode]: { description: string };
  },
});

const ReasonType = builder.objectRef<Reason>('WebhookNotFired').implement({
  description: 'A reason why a webhook did not fire.',
  fields: (t) => ({
    reason: t.expose('code', { type: NotFiredReasonEnum, description: 'The reason.' }),
    message: t.exposeString('message', { description: 'The same for people, about this webhook and this import.' }),
  }),
});

const WebhookExplanationType = builder.objectRef<WebhookExplanation>('WebhookExplanation').implement({
  description: 'What a webhook did about an event, and why.',
  fields: (t) => ({
    webhook: t.prismaField({
      type: 'Webhook',
      description: 'The webhook as it is now.',
      authScopes: { may: 'readWebhooks' },
      resolve: (query, { id }, _args, context) =>
        context.app.db.prisma.webhook.findUniqueOrThrow({
          ...query,
          where: { id, organizationId: organizationOf(context) },
        }),
    }),
    fired: t.boolean({
      description: 'Whether a delivery was scheduled for it.',
      resolve: ({ deliveryId }) => deliveryId !== null,
    }),
    delivery: t.prismaField({
      type: DeliveryType,
      nullable: true,
      description: 'That delivery; null when it did not fire.',
      resolve: (query, { deliveryId }, _args, context) =>
        deliveryId === null
          ? null
          : context.app.db.prisma.delivery.findUnique({
              ...query,
              where: { id: deliveryId, organizationId: organizationOf(context) },
            }),
    }),
    reasons: t.field({
      type: [ReasonType],
      description:
        'Why it did not fire: everything that, as the webhook is now, keeps it from firing. None when it fired.',
      resolve: ({ reasons }) => [...reasons],
    }),
    changedSince: t.exposeBoolean('hasChanged', {
      description:
        'Whether the webhook was changed, enabled or disabled after the event: what it was like then is not recorded, so the reasons may not be those of that time.',
    }),
  }),
});

const BasicWebhookExplanationType = builder.objectRef<ExplainedEvent>('BasicWebhookExplanation').implement({
  description: 'What became of the basic webhook of an event, whose URL comes with the import.',
  fields: (t) => ({
    fired: t.boolean({
      description: 'Whether there was one, and so a delivery.',
      resolve: ({ basicDeliveryId }) => basicDeliveryId !== null,
    }),
    message: t.string({ description: 'Why, for people.', resolve: (event) => describeBasicWebhook(event) }),
    delivery: t.prismaField({
      type: DeliveryType,
      nullable: true,
      description: 'The delivery; null when there was no basic webhook.',
      resolve: (query, { basicDeliveryId }, _args, context) =>
        basicDeliveryId === null
          ? null
          : context.app.db.prisma.delivery.findUnique({
              ...query,
              where: { id: basicDeliveryId, organizationId: organizationOf(context) },
            }),
    }),
  }),
});

const ImportExplanationType = builder.objectRef<ExplainedEvent>('ImportExplanation').implement({
  description: 'Why webhooks fired for an event of an import, or why not.',
  fields: (t) => ({
    event: t.prismaField({
      type: EventTypeNode,
      description: 'The event that is explained, and by way of it the import.',
      resolve: (query, { eventId }, _args, context) =>
        context.app.db.prisma.event.findUniqueOrThrow({
          ...query,
          where: { id: eventId, organizationId: organizationOf(context) },
        }),
    }),
    isLatestEvent: t.exposeBoolean('isLatest', {
      description:
        'Whether this is the last that happened to the import. If it is not, mode, import identifier and saved schema are those of the later report, which may have been others.',
    }),
    basicWebhook: t.field({
      type: BasicWebhookExplanationType,
      description: 'What became of the basic webhook.',
      resolve: (event) => event,
    }),
    webhooks: t.connection({
      type: WebhookExplanationType,
      description: 'Every managed webhook that is not deleted now, newest first: whether it fired, and if not, why.',
      resolve: async (event, args, context) => {
        const rows = await explainWebhooks(context.app, organizationOf(context), event, pageOf(args));
        return connectionOf(args, rows);
      },
    }),
  }),
});

builder.queryField('explainImport', (t) =>
  t.field({
    type: ImportExplanationType,
    nullable: true,
    description:
      'Which webhooks fired for an import, and why the others did not; null when the organization has no such import, or no such event happened to it. What webhooks were like then is not recorded: reasons are about webhooks as they are now, and `changedSince` says where that may differ.',
    authScopes: { may: 'readDeliveries' },
    args: {
      importId: t.arg.string({ required: true, description: "The importer's own id." }),
      event: t.arg({ type: EventTypeEnum, description: 'Which event of the import; absent: the latest.' }),
    },
    resolve: async (_root, { importId, event }, context) =>
      await findExplainedEvent(context.app, organizationOf(context), { importId, type: event ?? null }),
  }),
);
