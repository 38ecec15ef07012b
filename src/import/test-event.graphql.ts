/** GraphQL: `sendTestEvent`. */

import { z } from 'zod';
import { type Delivery, EventType } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { DeliveryType } from '../delivery/delivery.graphql.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { sendTestEvent, WebhookDisabledError } from './test-event.ts';

exposeRefusal(WebhookDisabledError, 'The webhook is disabled.');

const SendTestEventInput = builder.inputType('SendTestEventInput', {
  description: 'Which webhook, and what it shall hear of.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    event: t.field({
      type: EventTypeEnum,
      defaultValue: EventType.IMPORT_COMPLETED,
      required: true,
      description: 'What is made up to have happened.',
    }),
  }),
});

const sendTestEventSchema = z.object({ webhookId: globalId('Webhook'), event: z.enum(EventType) });

builder.mutationField('sendTestEvent', (t) =>
  t.field({
    type: builder.objectRef<{ delivery: Delivery }>('SendTestEventPayload').implement({
      description: 'The test is scheduled.',
      fields: (f) => ({
        delivery: f.field({
          type: DeliveryType,
          description: 'Watch it in the delivery log.',
          resolve: ({ delivery }) => delivery,
        }),
      }),
    }),
    description: 'Sends made-up data to one webhook, whatever its filter, by the same way as everything else.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, WebhookNotFoundError, WebhookDisabledError],
      union: { name: 'SendTestEventResult', description: 'What became of it.' },
    },
    args: {
      input: t.arg({ type: SendTestEventInput, required: true, description: 'Which webhook, and which event.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { webhookId, event: type } = parseInput(sendTestEventSchema, input);
      return { delivery: await sendTestEvent(context.app, organizationOf(context), { webhookId, type }) };
    },
  }),
);
