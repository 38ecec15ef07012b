/** GraphQL: the rotation of signing secrets. */

import { z } from 'zod';
import type { Webhook } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { WebhookType } from './webhook.graphql.ts';
import { rotateBasicWebhookSecret, rotateWebhookSecret, WebhookNotFoundError } from './webhook.ts';

/** How long a replaced secret still signs: a day unless told otherwise, a week at most (the wire format's own bounds). */
const overlapSeconds = z
  .number()
  .int()
  .min(0, 'must not be negative.')
  .max(604_800, 'must be at most 604800, which is 7 days.')
  .nullish()
  .transform((value) => value ?? 86_400);

const OVERLAP = 'For how long the old secret signs beside the new one, 0 to 604800 seconds; a day when left out.';

const RotateWebhookSecretInput = builder.inputType('RotateWebhookSecretInput', {
  description: 'Which webhook, and how gently.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    overlapSeconds: t.int({ description: OVERLAP }),
  }),
});

const rotateSchema = z.object({ webhookId: globalId('Webhook'), overlapSeconds });

builder.mutationField('rotateWebhookSecret', (t) =>
  t.field({
    type: builder.objectRef<{ webhook: Webhook; secret: string }>('RotateWebhookSecretPayload').implement({
      description: 'The webhook with its new secret.',
      fields: (f) => ({
        webhook: f.field({ type: WebhookType, description: 'As it is now.', resolve: ({ webhook }) => webhook }),
        secret: f.exposeString('secret', { description: 'The new secret, shown this once.' }),
      }),
    }),
    description:
      "Replaces a webhook's signing secret. During the overlap every request has both signatures, the new one first.",
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, WebhookNotFoundError],
      union: { name: 'RotateWebhookSecretResult', description: 'What became of it.' },
    },
    args: {
      input: t.arg({ type: RotateWebhookSecretInput, required: true, description: 'Which webhook, and how gently.' }),
    },
    resolve: (_root, { input }, context) => {
      const { webhookId: id, overlapSeconds: overlap } = parseInput(rotateSchema, input);
      return rotateWebhookSecret(context.app, organizationOf(context), { id, overlapSeconds: overlap });
    },
  }),
);

const RotateBasicWebhookSecretInput = builder.inputType('RotateBasicWebhookSecretInput', {
  description: 'How gently.',
  fields: (t) => ({ overlapSeconds: t.int({ description: OVERLAP }) }),
});

const rotateBasicSchema = z.object({ overlapSeconds });

builder.mutationField('rotateBasicWebhookSecret', (t) =>
  t.field({
    type: builder.objectRef<{ secret: string }>('RotateBasicWebhookSecretPayload').implement({
      description: "The organization's new secret for basic webhooks.",
      fields: (f) => ({ secret: f.exposeString('secret', { description: 'The new secret, shown this once.' }) }),
    }),
    description: "Replaces the secret that signs the organization's basic webhooks; the way to learn it, too.",
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError],
      union: { name: 'RotateBasicWebhookSecretResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: RotateBasicWebhookSecretInput, required: true, description: 'How gently.' }) },
    resolve: async (_root, { input }, context) => {
      const { overlapSeconds: overlap } = parseInput(rotateBasicSchema, input);
      return { secret: await rotateBasicWebhookSecret(context.app, organizationOf(context), overlap) };
    },
  }),
);
