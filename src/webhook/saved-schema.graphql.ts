/** GraphQL: `SavedSchema`, and the queries and mutations that return it. */

import { z } from 'zod';
import type { SavedSchema } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { storableText } from '../lib/text.ts';
import {
  createSavedSchema,
  deleteSavedSchema,
  renameSavedSchema,
  SavedSchemaInUseError,
  SavedSchemaNameTakenError,
  SavedSchemaNotFoundError,
} from './saved-schema.ts';

/** `SavedSchema`. */
export const SavedSchemaType = builder.prismaNode('SavedSchema', {
  description: 'A saved import schema, by name, that webhooks can listen to.',
  authScopes: { may: 'readWebhooks' },
  id: { field: 'id', description: 'Opaque. What the importer names as savedSchemaId.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

builder.queryField('savedSchemas', (t) =>
  t.prismaConnection({
    type: 'SavedSchema',
    cursor: 'id',
    description: 'The saved schemas of the organization, in the order in which they were made.',
    authScopes: { may: 'readWebhooks' },
    resolve: (query, _root, _args, context) =>
      context.app.db.prisma.savedSchema.findMany({
        ...query,
        where: { organizationId: organizationOf(context) },
        orderBy: { id: 'asc' },
      }),
    totalCount: (_root, _args, context) =>
      context.app.db.prisma.savedSchema.count({ where: { organizationId: organizationOf(context) } }),
  }),
);

exposeRefusal(SavedSchemaNameTakenError, 'Another saved schema has that name.');
exposeRefusal(SavedSchemaNotFoundError, 'There is no such saved schema.');
exposeRefusal(SavedSchemaInUseError, 'A webhook listens to nothing else.');

const Payload = builder.objectRef<{ savedSchema: SavedSchema }>('SavedSchemaPayload').implement({
  description: 'A saved schema that was made or changed.',
  fields: (t) => ({
    savedSchema: t.field({
      type: SavedSchemaType,
      description: 'As it is now.',
      resolve: ({ savedSchema }) => savedSchema,
    }),
  }),
});

const name = storableText(1, 200);

const CreateSavedSchemaInput = builder.inputType('CreateSavedSchemaInput', {
  description: 'A new saved schema.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 200 characters, unique in the organization.' }),
  }),
});

const createSavedSchemaSchema = z.object({ name });

builder.mutationField('createSavedSchema', (t) =>
  t.field({
    type: Payload,
    description: 'Makes a saved schema.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, SavedSchemaNameTakenError],
      union: { name: 'CreateSavedSchemaResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: CreateSavedSchemaInput, required: true, description: 'The saved schema.' }) },
    resolve: async (_root, { input }, context) => ({
      savedSchema: await createSavedSchema(
        context.app,
        organizationOf(context),
        parseInput(createSavedSchemaSchema, input),
      ),
    }),
  }),
);

const RenameSavedSchemaInput = builder.inputType('RenameSavedSchemaInput', {
  description: 'A new name.',
  fields: (t) => ({
    savedSchemaId: t.id({ required: true, description: 'Which one.' }),
    name: t.string({ required: true, description: '1 to 200 characters, unique in the organization.' }),
  }),
});

const renameSavedSchemaSchema = z.object({ savedSchemaId: globalId('SavedSchema'), name });

builder.mutationField('renameSavedSchema', (t) =>
  t.field({
    type: Payload,
    description: 'Gives a saved schema another name. Webhooks that listen to it go on doing so.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, SavedSchemaNotFoundError, SavedSchemaNameTakenError],
      union: { name: 'RenameSavedSchemaResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: RenameSavedSchemaInput, required: true, description: 'The new name.' }) },
    resolve: async (_root, { input }, context) => {
      const { savedSchemaId: id, ...rest } = parseInput(renameSavedSchemaSchema, input);
      return { savedSchema: await renameSavedSchema(context.app, organizationOf(context), { id, ...rest }) };
    },
  }),
);

const DeleteSavedSchemaInput = builder.inputType('DeleteSavedSchemaInput', {
  description: 'Which saved schema.',
  fields: (t) => ({ savedSchemaId: t.id({ required: true, description: 'Which one.' }) }),
});

const deleteSavedSchemaSchema = z.object({ savedSchemaId: globalId('SavedSchema') });

builder.mutationField('deleteSavedSchema', (t) =>
  t.field({
    type: builder.objectRef<{ id: string }>('DeleteSavedSchemaPayload').implement({
      description: 'The saved schema is gone.',
      fields: (f) => ({
        deletedId: f.globalID({
          description: 'The id that it had.',
          resolve: ({ id }) => ({ type: 'SavedSchema', id }),
        }),
      }),
    }),
    description: 'Deletes a saved schema. Webhooks that also listen to something else go on without it.',
    authScopes: { may: 'manageWebhooks' },
    errors: {
      types: [InputError, SavedSchemaNotFoundError, SavedSchemaInUseError],
      union: { name: 'DeleteSavedSchemaResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: DeleteSavedSchemaInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input }, context) => {
      const { savedSchemaId: id } = parseInput(deleteSavedSchemaSchema, input);
      await deleteSavedSchema(context.app, organizationOf(context), id);
      return { id };
    },
  }),
);
