/** GraphQL: `eraseImport` and `eraseUser`. */

import { z } from 'zod';
import { organizationOf } from '../context.ts';
import { byHand } from '../delivery/manual.graphql.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { storableText } from '../lib/text.ts';
import { type Erased, eraseImport, eraseUser, ImportNotFoundError } from './erasure.ts';

exposeRefusal(ImportNotFoundError, 'There is no such import.');

const ErasedType = builder.objectRef<Erased>('ErasePayload').implement({
  description: 'It is erased.',
  isTypeOf: (value) => !(value instanceof Error),
  fields: (t) => ({
    erasedImports: t.exposeInt('imports', {
      description: 'Imports whose file name, user and URLs are gone now; those that were erased before do not count.',
    }),
    erasedEvents: t.exposeInt('events', { description: 'Events whose bodies are gone now.' }),
    cancelledDeliveries: t.exposeInt('cancelled', { description: 'Deliveries that were pending, and are cancelled.' }),
  }),
});

const WHAT_GOES =
  'File name, user and URLs, the bodies of events and deliveries, and what receivers answered are gone for good; ids, times, statuses and the SHA-256 of each body stay. Pending deliveries are cancelled, and none can be redelivered. An attempt under way may still arrive. Erasing twice is erasing once.';

const EraseImportInput = builder.inputType('EraseImportInput', {
  description: 'Which import.',
  fields: (t) => ({ importId: t.string({ required: true, description: "The importer's own id of it." }) }),
});

const eraseImportSchema = z.object({ importId: storableText(1, 128) });

builder.mutationField('eraseImport', (t) =>
  t.field({
    type: ErasedType,
    description: `Erases what is personal in an import. ${WHAT_GOES}`,
    authScopes: { may: 'eraseData' },
    errors: {
      types: [InputError, ImportNotFoundError],
      union: { name: 'EraseImportResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: EraseImportInput, required: true, description: 'Which import.' }) },
    resolve: (_root, { input }, context) => {
      const { importId } = parseInput(eraseImportSchema, input);
      return eraseImport(context.app, organizationOf(context), { importId, reason: `Erased ${byHand(context)}` });
    },
  }),
);

const EraseUserInput = builder.inputType('EraseUserInput', {
  description: 'Which user.',
  fields: (t) => ({ userId: t.string({ required: true, description: "The importer's own id of the user." }) }),
});

const eraseUserSchema = z.object({ userId: storableText(1, 1_000) });

builder.mutationField('eraseUser', (t) =>
  t.field({
    type: ErasedType,
    description: `Erases what is personal in all imports of a user, a hundred imports at a time; when no answer arrives, ask again to go on. ${WHAT_GOES}`,
    authScopes: { may: 'eraseData' },
    errors: {
      types: [InputError],
      union: { name: 'EraseUserResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: EraseUserInput, required: true, description: 'Which user.' }) },
    resolve: (_root, { input }, context) => {
      const { userId } = parseInput(eraseUserSchema, input);
      return eraseUser(context.app, organizationOf(context), { userId, reason: `Erased ${byHand(context)}` });
    },
  }),
);
