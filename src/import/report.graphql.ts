/** GraphQL: the importer's mutations. */

import { organizationOf } from '../context.ts';
import { EventTypeNode } from '../delivery/delivery.graphql.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { WebhookUrlRefusedError } from '../webhook/url.ts';
import '../webhook/webhook-mutations.graphql.ts';
import {
  ImportConflictError,
  type ImportReport,
  InvalidImportTransitionError,
  type ReportRefusal,
} from './import-report.ts';
import { reportImport, reportImports } from './report.ts';
import {
  HeadlessImportFailedInput,
  HeadlessImportNeedsReviewInput,
  ImportCompletedInput,
} from './report-input.graphql.ts';

exposeRefusal(ImportConflictError, 'The import was reported before with different content.');
exposeRefusal(InvalidImportTransitionError, 'The import is in a state from which this cannot happen.');

const ImportReportType = builder.objectRef<ImportReport>('ImportReport').implement({
  description: 'The report is committed: what it leads to will be delivered.',
  isTypeOf: (value) => !(value instanceof Error),
  fields: (t) => ({
    event: t.field({ type: EventTypeNode, description: 'What is delivered.', resolve: ({ event }) => event }),
    deliveries: t.exposeInt('deliveries', {
      description: 'How many deliveries it led to, when it was first reported.',
    }),
    duplicate: t.exposeBoolean('duplicate', {
      description: 'It had been reported before with the same content; nothing was sent again.',
    }),
  }),
});

const ReportImportResult = builder.errorUnion('ReportImportResult', {
  description: 'What became of a report.',
  types: [ImportReportType, InputError, WebhookUrlRefusedError, ImportConflictError, InvalidImportTransitionError],
});

const SAFE_TO_REPEAT = 'When no answer arrives, report it again: the same content is accepted once.';

builder.mutationField('importCompleted', (t) =>
  t.field({
    type: ReportImportResult,
    description: `Reports that an import is completed. Answered once it is committed. ${SAFE_TO_REPEAT}`,
    authScopes: { may: 'reportImports' },
    args: { input: t.arg({ type: ImportCompletedInput, required: true, description: 'The import.' }) },
    resolve: (_root, { input }, context) =>
      reportImport(context.app, organizationOf(context), 'import_completed', input),
  }),
);

builder.mutationField('headlessImportNeedsReview', (t) =>
  t.field({
    type: ReportImportResult,
    description: `Reports that a headless import needs a person to look at it. ${SAFE_TO_REPEAT}`,
    authScopes: { may: 'reportImports' },
    args: { input: t.arg({ type: HeadlessImportNeedsReviewInput, required: true, description: 'The import.' }) },
    resolve: (_root, { input }, context) =>
      reportImport(context.app, organizationOf(context), 'headless_import_needs_review', input),
  }),
);

builder.mutationField('headlessImportFailed', (t) =>
  t.field({
    type: ReportImportResult,
    description: `Reports that a headless import failed. ${SAFE_TO_REPEAT}`,
    authScopes: { may: 'reportImports' },
    args: { input: t.arg({ type: HeadlessImportFailedInput, required: true, description: 'The import.' }) },
    resolve: (_root, { input }, context) =>
      reportImport(context.app, organizationOf(context), 'headless_import_failed', input),
  }),
);

/** Most imports in one bulk report. */
export const MOST_IMPORTS = 500;

/** So that aliases do not multiply the bulk: two of them in one operation at most. */
const BULK_COST = { field: 8_000 };

const ImportsCompletedInput = builder.inputType('ImportsCompletedInput', {
  description: 'Completed imports.',
  fields: (t) => ({
    imports: t.field({ type: [ImportCompletedInput], required: true, description: `1 to ${MOST_IMPORTS} imports.` }),
  }),
});

builder.mutationField('importsCompleted', (t) =>
  t.field({
    type: builder.objectRef<{ results: (ImportReport | ReportRefusal)[] }>('ImportsCompletedPayload').implement({
      description: 'What became of each.',
      fields: (f) => ({
        results: f.field({
          type: [ReportImportResult],
          description: 'In the order of the imports.',
          resolve: ({ results }) => results,
        }),
      }),
    }),
    description: `Reports up to ${MOST_IMPORTS} completed imports, each accepted or declined for itself. ${SAFE_TO_REPEAT}`,
    authScopes: { may: 'reportImports' },
    complexity: BULK_COST,
    args: { input: t.arg({ type: ImportsCompletedInput, required: true, description: 'The imports.' }) },
    resolve: async (_root, { input }, context) => {
      if (input.imports.length < 1 || input.imports.length > MOST_IMPORTS) {
        throw new BadArgumentError(`\`imports\` must have 1 to ${MOST_IMPORTS} imports; nothing was accepted.`);
      }
      return { results: await reportImports(context.app, organizationOf(context), 'import_completed', input.imports) };
    },
  }),
);
