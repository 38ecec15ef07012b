/** GraphQL: the mutations of webhooks that reach their deliveries. */

import { z } from 'zod';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { storableText } from '../lib/text.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { WebhookPayload, webhookId } from '../webhook/webhook-mutations.graphql.ts';
import { deleteWebhook } from './webhook-deletion.ts';
import { disableWebhook, enableWebhook } from './webhook-switch.ts';

const DeleteWebhookInput = builder.inputType('DeleteWebhookInput', {
  description: 'Which webhook.',
  fields: (t) => ({ webhookId: t.id({ required: true, description: 'Which webhook.' }) }),
});

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
      deleteWebhook(context.app, organizationOf(context), parseInput(webhookId, input).webhookId),
  }),
);

const DisableWebhookInput = builder.inputType('DisableWebhookInput', {
  description: 'Which webhook, and why.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    reason: t.string({ description: 'For people, at most 500 characters.' }),
  }),
});

const disableWebhookSchema = z.object({ webhookId: globalId('Webhook'), reason: storableText(1, 500).nullish() });

builder.mutationField('disableWebhook', (t) =>
  t.field({
    type: WebhookPayload,
    description:
      'Stops deliveries, and keeps new imports from matching. Deliveries already leased may make one more attempt; those that wait go on when it is enabled again. Disabling twice keeps the first reason.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, WebhookNotFoundError],
      union: { name: 'DisableWebhookResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: DisableWebhookInput, required: true, description: 'Which webhook, and why.' }) },
    resolve: async (_root, { input }, context) => {
      const { webhookId: id, reason } = parseInput(disableWebhookSchema, input);
      const byHand = reason ?? `Disabled by hand, with the key "${context.viewer?.keyName}".`;
      return { webhook: await disableWebhook(context.app, organizationOf(context), id, byHand) };
    },
  }),
);

const EnableWebhookInput = builder.inputType('EnableWebhookInput', {
  description: 'Which webhook.',
  fields: (t) => ({ webhookId: t.id({ required: true, description: 'Which webhook.' }) }),
});

builder.mutationField('enableWebhook', (t) =>
  t.field({
    type: WebhookPayload,
    description:
      'Lets imports match again. What waited goes on when it is due, with one attempt at first if the destination had been failing; imports of the time between are not made up for.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, WebhookNotFoundError],
      union: { name: 'EnableWebhookResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: EnableWebhookInput, required: true, description: 'Which webhook.' }) },
    resolve: async (_root, { input }, context) => {
      const { webhookId: id } = parseInput(webhookId, input);
      return { webhook: await enableWebhook(context.app, organizationOf(context), id) };
    },
  }),
);
