/** GraphQL: `DeliveryFilter`, and the query that lists deliveries. */

import { organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { WebhookType } from '../webhook/webhook.graphql.ts';
import './delivery.graphql.ts';
import { DeliveryStatusEnum, ErrorCodeEnum } from './enums.graphql.ts';
import { type DeliveryFilter, findDeliveries, MOST_RESPONSE_STATUSES } from './find.ts';
import { ReplayType } from './replay.graphql.ts';

/** How the time of a filter is meant. */
export const BY_ID = 'By the time that is in its id, which is its creation to the millisecond.';

/** `DeliveryFilter`. */
const DeliveryFilterInput = builder.inputType('DeliveryFilter', {
  description: 'Which deliveries: those that all of this is true of. What is left out does not matter.',
  fields: (t) => ({
    statuses: t.field({ type: [DeliveryStatusEnum], description: 'In one of these.' }),
    webhookId: t.globalID({ for: WebhookType, description: 'Of this webhook.' }),
    importId: t.string({ description: "Of this import, by the importer's own id." }),
    eventTypes: t.field({ type: [EventTypeEnum], description: 'Of events of one of these types.' }),
    from: t.field({ type: 'DateTime', description: `Scheduled then or later. ${BY_ID}` }),
    to: t.field({ type: 'DateTime', description: `Scheduled before. ${BY_ID}` }),
    errorCodes: t.field({ type: [ErrorCodeEnum], description: 'Whose last attempt failed for one of these reasons.' }),
    responseStatuses: t.intList({
      description: `Whose last attempt was answered with one of these HTTP statuses; at most ${MOST_RESPONSE_STATUSES}.`,
    }),
    replayId: t.globalID({ for: ReplayType, description: 'That this replay was the last to ask for again.' }),
  }),
});

/**
 * The filter as the domain has it.
 *
 * @throws {BadArgumentError} for more statuses of responses than one filter may have.
 */
function toDeliveryFilter(input: typeof DeliveryFilterInput.$inferInput | null | undefined): DeliveryFilter {
  const { from, to, responseStatuses } = input ?? {};
  if (responseStatuses && responseStatuses.length > MOST_RESPONSE_STATUSES)
    throw new BadArgumentError(`\`responseStatuses\` may have at most ${MOST_RESPONSE_STATUSES} entries.`);
  return {
    statuses: distinct(input?.statuses),
    webhookId: input?.webhookId?.id ?? null,
    importId: input?.importId ?? null,
    eventTypes: distinct(input?.eventTypes),
    from: from ? new Date(from) : null,
    to: to ? new Date(to) : null,
    errorCodes: distinct(input?.errorCodes),
    responseStatuses: distinct(responseStatuses),
    replayId: input?.replayId?.id ?? null,
  };
}

const distinct = <Item>(items: readonly Item[] | null | undefined): readonly Item[] | null =>
  items ? [...new Set(items)] : null;

builder.queryField('deliveries', (t) =>
  t.prismaConnection({
    type: 'Delivery',
    cursor: 'id',
    description:
      'The deliveries of the organization, newest first. Pages stay what they are while deliveries are scheduled: nothing that was there is skipped or comes twice.',
    authScopes: { may: 'readDeliveries' },
    args: { filter: t.arg({ type: DeliveryFilterInput, description: 'Which ones; absent: all.' }) },
    resolve: async ({ cursor, take, skip: _, ...selection }, _root, { filter }, context) => {
      const organizationId = organizationOf(context);
      const page = { cursor: cursor?.id ?? null, take };
      const ids = await findDeliveries(context.app, organizationId, toDeliveryFilter(filter), page);
      return context.app.db.prisma.delivery.findMany({
        ...selection,
        where: { id: { in: ids }, organizationId },
        orderBy: { id: 'desc' },
      });
    },
  }),
);
