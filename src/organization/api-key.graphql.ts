/** GraphQL: `ApiKey`, and the queries and mutations that return it. */

import { z } from 'zod';
import { type ApiKey, Role } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { storableText } from '../lib/text.ts';
import { ApiKeyNotFoundError, createApiKey, revokeApiKey } from './api-key.ts';
import { RoleType } from './viewer.graphql.ts';

/** `ApiKey`. */
export const ApiKeyType = builder.prismaNode('ApiKey', {
  description: 'Lets a program or a person in. The key itself is shown once, when it is made.',
  authScopes: { may: 'manageKeys' },
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For people.' }),
    role: t.expose('role', { type: RoleType, description: 'What it may do.' }),
    prefix: t.string({
      description: 'How the key begins, for finding it where it is used.',
      select: { publicId: true },
      resolve: ({ publicId }) => `phk_${publicId}_`,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'To the minute; null: never.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it lets nobody in, because it was revoked.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when on it lets nobody in; null: it does not expire.',
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.prismaConnection({
    type: 'ApiKey',
    cursor: 'id',
    description: 'The keys of the organization, newest first, those that let nobody in any more included.',
    authScopes: { may: 'manageKeys' },
    resolve: (query, _root, _args, context) =>
      context.app.db.prisma.apiKey.findMany({
        ...query,
        where: { organizationId: organizationOf(context) },
        orderBy: { id: 'desc' },
      }),
    totalCount: (_root, _args, context) =>
      context.app.db.prisma.apiKey.count({ where: { organizationId: organizationOf(context) } }),
  }),
);

exposeRefusal(ApiKeyNotFoundError, 'There is no such key.');

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new key.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 200 characters, for people.' }),
    role: t.field({ type: RoleType, required: true, description: 'What it may do; not ROOT.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'From when on it lets nobody in, and its subscriptions end; in the future. Absent: it does not expire.',
    }),
  }),
});

const createApiKeySchema = z.object({
  name: storableText(1, 200),
  role: z
    .enum(Role)
    .exclude(['ROOT'], 'cannot be ROOT; root keys are made on the command line with `key create --role ROOT`.'),
  expiresAt: z.coerce.date().nullish(),
});

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: builder.objectRef<{ apiKey: ApiKey; key: string }>('CreateApiKeyPayload').implement({
      description: 'The new key.',
      fields: (f) => ({
        apiKey: f.field({ type: ApiKeyType, description: 'What is kept of it.', resolve: ({ apiKey }) => apiKey }),
        key: f.exposeString('key', { description: 'The key itself, shown this once.' }),
      }),
    }),
    description: 'Makes an API key for this organization.',
    authScopes: { may: 'manageKeys' },
    errors: { types: [InputError], union: { name: 'CreateApiKeyResult', description: 'What became of it.' } },
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'The key.' }) },
    resolve: (_root, { input }, context) =>
      createApiKey(context.app, { ...parseInput(createApiKeySchema, input), organizationId: organizationOf(context) }),
  }),
);

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key.',
  fields: (t) => ({ apiKeyId: t.id({ required: true, description: "The key's id, not the key." }) }),
});

const revokeApiKeySchema = z.object({ apiKeyId: globalId('ApiKey') });

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: builder.objectRef<{ apiKey: ApiKey }>('RevokeApiKeyPayload').implement({
      description: 'The revoked key.',
      fields: (f) => ({
        apiKey: f.field({ type: ApiKeyType, description: 'As it is now.', resolve: ({ apiKey }) => apiKey }),
      }),
    }),
    description: 'Ends a key at once, and the subscriptions that were made with it. Revoking twice changes nothing.',
    authScopes: { may: 'manageKeys' },
    errors: {
      types: [InputError, ApiKeyNotFoundError],
      union: { name: 'RevokeApiKeyResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: 'Which key.' }) },
    resolve: async (_root, { input }, context) => {
      const { apiKeyId } = parseInput(revokeApiKeySchema, input);
      return { apiKey: await revokeApiKey(context.app, organizationOf(context), apiKeyId) };
    },
  }),
);
