/** GraphQL: `deleteWebhook`, which reaches the webhook's deliveries. */

import { z } from 'zod';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { deleteWebhook } from './webhook-deletion.ts';

const DeleteWebhookInput = builder.inputType('DeleteWebhookInput', {
  description: 'Which webhook.',
  fields: (t) => ({ webhookId: t.id({ required: true, description: 'Which webhook.' }) }),
});

const deleteWebhookSchema = z.object({ webhookId: globalId('Webhook') });

builder.mutationField('deleteWebhook', (t) =>
  t.field({
    type: builder.objectRef<{ id: string; cancelled: number }>('DeleteWebhookPayload').implement({
      description: 'The webhook is gone.',
      fields: (f) => ({
        deletedId: f.globalID({ description: 'The id that it had.', resolve: ({ id }) => ({ type: 'Webhook', id }) }),
        cancelledDeliveries: f.exposeInt('cancelled', {
          description: 'How many deliveries were waiting and are cancelled.',
        }),
      }),
    }),
    description:
      'Deletes a webhook and cancels what waits for it. Its deliveries stay readable; its URL, secrets and headers are gone.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, WebhookNotFoundError],
      union: { name: 'DeleteWebhookResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: DeleteWebhookInput, required: true, description: 'Which webhook.' }) },
    resolve: (_root, { input }, context) =>
      deleteWebhook(context.app, organizationOf(context), parseInput(deleteWebhookSchema, input).webhookId),
  }),
);
