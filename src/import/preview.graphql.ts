/** GraphQL: `WebhookPreview`, and the query that returns it. */

import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { PAGE_SIZE } from '../graphql/connection.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { type ListeningInput, listeningInput } from '../webhook/webhook-input.ts';
import { ImportNode } from './import.graphql.ts';
import { PREVIEWED_IMPORTS, previewWebhook, type WebhookPreview } from './preview.ts';

const WebhookPreviewFilter = builder.inputType('WebhookPreviewFilter', {
  description: 'What a webhook would listen to, as `createWebhook` takes it.',
  fields: (t) => ({
    developmentMode: t.boolean({ required: true, description: 'Whether it is for development imports.' }),
    importIdentifiers: t.stringList({ description: 'Import identifiers, compared exactly; at most 1000.' }),
    savedSchemaIds: t.idList({ description: 'Saved schemas; at most 1000. Those that do not exist match nothing.' }),
    events: t.field({ type: [EventTypeEnum], description: 'Events; absent: all three.' }),
  }),
});

const WebhookPreviewType = builder.objectRef<WebhookPreview>('WebhookPreview').implement({
  description: 'What a webhook would have fired for.',
  fields: (t) => ({
    considered: t.exposeInt('considered', {
      description: 'How many imports were looked at: fewer than asked for when there are no more.',
    }),
    matched: t.exposeInt('matched', { description: 'For how many of them it would have fired.' }),
    deliveries: t.exposeInt('deliveries', {
      description: 'How many deliveries that would have been: an import that was reviewed has two events.',
    }),
    imports: t.prismaField({
      type: [ImportNode],
      description: `Imports that it would have fired for, newest first; at most ${PAGE_SIZE.usual}.`,
      resolve: (query, { importRowIds }, _args, context) =>
        context.app.db.prisma.import.findMany({
          ...query,
          where: { id: { in: [...importRowIds] }, organizationId: organizationOf(context) },
          orderBy: { id: 'desc' },
        }),
    }),
  }),
});

builder.queryField('previewWebhook', (t) =>
  t.field({
    type: WebhookPreviewType,
    description:
      'Which of the latest imports a webhook would have fired for, if it had been there. Imports count as they were last reported.',
    authScopes: { may: 'readDeliveries' },
    complexity: { field: PREVIEWED_IMPORTS.usual },
    args: {
      filter: t.arg({ type: WebhookPreviewFilter, required: true, description: 'What it would listen to.' }),
      last: t.arg.int({
        description: `How many of the latest imports to look at, by when they were first reported; at most ${PREVIEWED_IMPORTS.most}, ${PREVIEWED_IMPORTS.usual} unless told otherwise.`,
      }),
    },
    resolve: (_root, { filter, last }, context) =>
      previewWebhook(context.app, organizationOf(context), readFilter(filter), {
        last: importCount(last),
        shown: PAGE_SIZE.usual,
      }),
  }),
);

/** A query has no refusals among its results, so what is wrong is an error of the request. */
function readFilter(filter: typeof WebhookPreviewFilter.$inferInput): ListeningInput {
  try {
    return parseInput(listeningInput, filter);
  } catch (error) {
    throw error instanceof InputError ? new BadArgumentError(error.message) : error;
  }
}

function importCount(last: number | null | undefined): number {
  const count = last ?? PREVIEWED_IMPORTS.usual;
  if (count < 1 || count > PREVIEWED_IMPORTS.most)
    throw new BadArgumentError(`\`last\` must be 1 to ${PREVIEWED_IMPORTS.most}.`);
  return count;
}
