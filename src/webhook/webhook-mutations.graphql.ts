/** GraphQL: the mutations that make and change webhooks. */

import { z } from 'zod';
import type { Webhook } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { EventTypeEnum } from './event-type.graphql.ts';
import { SavedSchemaNotFoundError } from './saved-schema.ts';
import { WebhookUrlRefusedError } from './url.ts';
import { WebhookType } from './webhook.graphql.ts';
import { createWebhook, updateWebhook, WebhookFilterEmptyError, WebhookNotFoundError } from './webhook.ts';
import { webhookChanges, webhookInput } from './webhook-input.ts';

exposeRefusal(WebhookUrlRefusedError, 'The URL is not one that may be contacted.');
exposeRefusal(WebhookFilterEmptyError, 'The webhook would never fire.');
exposeRefusal(WebhookNotFoundError, 'There is no such webhook.');

const CustomHeaderInput = builder.inputType('CustomHeaderInput', {
  description: "A header to add to the webhook's requests. Those that the server sets cannot be overridden.",
  fields: (t) => ({
    name: t.string({ required: true, description: 'A header name.' }),
    value: t.string({ required: true, description: 'Visible ASCII. Encrypted at rest and not shown again.' }),
  }),
});

const settings = {
  description: 'For people, at most 500 characters.',
  importIdentifiers: 'Fires for imports with one of these, compared exactly. At most 1000.',
  savedSchemaIds: 'Fires for imports with one of these saved schemas as well. At most 1000.',
  events: 'The events it fires for; all three when left out.',
  headers: 'Headers to add to its requests, at most 20.',
  retryScheduleSeconds: "Seconds between attempts, at most 100; empty: the server's own schedule.",
  maxAttemptsPerSecond:
    'A rate limit, in attempts a second, from 0.01 to 10000; 0: no limit. In any time no more are made than it allows for that time and a tenth of a second, or one; so many may be made at once.',
};

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'A new webhook. It needs at least one import identifier or saved schema.',
  fields: (t) => ({
    url: t.string({ required: true, description: 'Where deliveries are POSTed. Publicly reachable http or https.' }),
    description: t.string({ description: settings.description }),
    developmentMode: t.boolean({
      defaultValue: false,
      required: true,
      description: 'Fires for development imports or for production imports, never both.',
    }),
    importIdentifiers: t.stringList({ description: settings.importIdentifiers }),
    savedSchemaIds: t.idList({ description: settings.savedSchemaIds }),
    events: t.field({ type: [EventTypeEnum], description: settings.events }),
    headers: t.field({ type: [CustomHeaderInput], description: settings.headers }),
    retryScheduleSeconds: t.intList({ description: settings.retryScheduleSeconds }),
    maxAttemptsPerSecond: t.float({ description: settings.maxAttemptsPerSecond }),
  }),
});

const UpdateWebhookInput = builder.inputType('UpdateWebhookInput', {
  description: 'What to change; what is left out or null stays as it is. A list replaces the whole list.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    url: t.string({ description: 'Where deliveries are POSTed from now on, those that wait included.' }),
    description: t.string({ description: settings.description }),
    developmentMode: t.boolean({ description: 'Fires for development imports or for production imports, never both.' }),
    importIdentifiers: t.stringList({ description: settings.importIdentifiers }),
    savedSchemaIds: t.idList({ description: settings.savedSchemaIds }),
    events: t.field({ type: [EventTypeEnum], description: settings.events }),
    headers: t.field({ type: [CustomHeaderInput], description: settings.headers }),
    retryScheduleSeconds: t.intList({ description: settings.retryScheduleSeconds }),
    maxAttemptsPerSecond: t.float({ description: settings.maxAttemptsPerSecond }),
  }),
});

/** `WebhookPayload`. */
export const WebhookPayload = builder.objectRef<{ webhook: Webhook }>('WebhookPayload').implement({
  description: 'A webhook that was changed.',
  fields: (t) => ({
    webhook: t.field({ type: WebhookType, description: 'As it is now.', resolve: ({ webhook }) => webhook }),
  }),
});

builder.mutationField('createWebhook', (t) =>
  t.field({
    type: builder.objectRef<{ webhook: Webhook; secret: string }>('CreateWebhookPayload').implement({
      description: 'The new webhook.',
      fields: (f) => ({
        webhook: f.field({ type: WebhookType, description: 'As it was made.', resolve: ({ webhook }) => webhook }),
        secret: f.exposeString('secret', {
          description: 'What its requests are signed with (Standard Webhooks), shown this once.',
        }),
      }),
    }),
    description: 'Makes a managed webhook, enabled from the start.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, WebhookUrlRefusedError, WebhookFilterEmptyError, SavedSchemaNotFoundError],
      union: { name: 'CreateWebhookResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: CreateWebhookInput, required: true, description: 'The webhook.' }) },
    resolve: (_root, { input }, context) =>
      createWebhook(context.app, organizationOf(context), parseInput(webhookInput, input)),
  }),
);

/** Input that names a webhook. */
export const webhookId = z.object({ webhookId: globalId('Webhook') });

builder.mutationField('updateWebhook', (t) =>
  t.field({
    type: WebhookPayload,
    description: 'Changes a webhook. Deliveries that wait are made with the new settings.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [
        InputError,
        WebhookNotFoundError,
        WebhookUrlRefusedError,
        WebhookFilterEmptyError,
        SavedSchemaNotFoundError,
      ],
      union: { name: 'UpdateWebhookResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: UpdateWebhookInput, required: true, description: 'The changes.' }) },
    resolve: async (_root, { input }, context) => {
      const { webhookId: id, ...changes } = parseInput(webhookId.and(webhookChanges), input);
      return { webhook: await updateWebhook(context.app, organizationOf(context), id, changes) };
    },
  }),
);
