/** GraphQL: `redeliver` and `cancelDelivery`. */

import { z } from 'zod';
import type { Delivery } from '../../prisma/client/client.ts';
import { type Context, organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { DeliveryType } from './delivery.graphql.ts';
import {
  cancelDelivery,
  DeliveryBlockedError,
  DeliveryErasedError,
  DeliveryNotFoundError,
  DeliveryNotPendingError,
  DeliverySupersededError,
  DeliveryUnderWayError,
  redeliver,
} from './manual.ts';

exposeRefusal(DeliveryNotFoundError, 'There is no such delivery.');
exposeRefusal(DeliveryUnderWayError, 'An attempt is being made at this moment.');
exposeRefusal(DeliveryBlockedError, 'Its webhook is disabled or deleted.');
exposeRefusal(DeliverySupersededError, 'A later event of the same import has taken its place.');
exposeRefusal(DeliveryErasedError, 'What it carried was erased.');
exposeRefusal(DeliveryNotPendingError, 'It is finished already.');

const deliveryInput = z.object({ deliveryId: globalId('Delivery') });

const RedeliverInput = builder.inputType('RedeliverInput', {
  description: 'Which delivery.',
  fields: (t) => ({ deliveryId: t.id({ required: true, description: 'Which delivery.' }) }),
});

builder.mutationField('redeliver', (t) =>
  t.field({
    type: builder.objectRef<{ delivery: Delivery }>('RedeliverPayload').implement({
      description: 'It will be attempted again.',
      fields: (f) => ({
        delivery: f.field({
          type: DeliveryType,
          description: 'As it is now; watch it in the delivery log.',
          resolve: ({ delivery }) => delivery,
        }),
      }),
    }),
    description:
      'Delivers again what was delivered, given up or cancelled, with its whole retry schedule; or makes the retry that a delivery waits for now, without a new schedule. The receiver sees the same `webhook-id`. A destination that is held gets it when the hold ends.',
    authScopes: { may: 'actOnDeliveries' },
    errors: {
      types: [
        InputError,
        DeliveryNotFoundError,
        DeliveryUnderWayError,
        DeliveryBlockedError,
        DeliverySupersededError,
        DeliveryErasedError,
      ],
      union: { name: 'RedeliverResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: RedeliverInput, required: true, description: 'Which delivery.' }) },
    resolve: async (_root, { input }, context) => {
      const { deliveryId } = parseInput(deliveryInput, input);
      const reason = `Redelivery requested ${byHand(context)}`;
      return { delivery: await redeliver(context.app, organizationOf(context), { deliveryId, reason }) };
    },
  }),
);

const CancelDeliveryInput = builder.inputType('CancelDeliveryInput', {
  description: 'Which delivery.',
  fields: (t) => ({ deliveryId: t.id({ required: true, description: 'Which delivery.' }) }),
});

builder.mutationField('cancelDelivery', (t) =>
  t.field({
    type: builder.objectRef<{ delivery: Delivery }>('CancelDeliveryPayload').implement({
      description: 'It will not be attempted any more.',
      fields: (f) => ({
        delivery: f.field({ type: DeliveryType, description: 'As it is now.', resolve: ({ delivery }) => delivery }),
      }),
    }),
    description:
      'Calls a pending delivery off. An attempt under way may still arrive; it is then recorded as one that changed nothing.',
    authScopes: { may: 'actOnDeliveries' },
    errors: {
      types: [InputError, DeliveryNotFoundError, DeliveryNotPendingError],
      union: { name: 'CancelDeliveryResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: CancelDeliveryInput, required: true, description: 'Which delivery.' }) },
    resolve: async (_root, { input }, context) => {
      const { deliveryId } = parseInput(deliveryInput, input);
      const reason = `Cancelled ${byHand(context)}`;
      return { delivery: await cancelDelivery(context.app, organizationOf(context), { deliveryId, reason }) };
    },
  }),
);

/** For the log: whose hand it was. */
export const byHand = ({ viewer }: Context): string => `by hand, with the key "${viewer?.keyName}".`;
