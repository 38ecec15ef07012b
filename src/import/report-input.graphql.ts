/** GraphQL: what the importer says. */

import { builder } from '../graphql/builder.ts';
import { ImportTypeEnum } from './import.graphql.ts';
import { MOST_OPAQUE_BYTES } from './import-input.ts';
import type { HeadlessStatus } from './reported-import.ts';

const HeadlessStatusEnum = builder.enumType('HeadlessImportStatus', {
  description: 'The states of a headless import.',
  values: {
    AWAITING_UPLOAD: { description: 'Its file has not been uploaded yet.' },
    PENDING: { description: 'It waits to be worked on.' },
    RUNNING: { description: 'It is being worked on.' },
    NEEDS_REVIEW: { description: 'A person has to look at it.' },
    SUCCESSFUL: { description: 'It is finished.' },
    FAILED: { description: 'It failed.' },
  } satisfies Record<HeadlessStatus, object>,
});

const ImportUserInput = builder.inputType('ImportUserInput', {
  description: 'Who made the import. Receivers get all five keys, null where nothing is said.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Your own id of the user.' }),
    name: t.string({ description: 'Their name.' }),
    email: t.string({ description: 'Their address.' }),
    companyId: t.string({ description: 'Your own id of their company.' }),
    companyName: t.string({ description: "Their company's name." }),
  }),
});

const ImportSettingsInput = builder.inputType('ImportSettingsInput', {
  description: 'The basic webhooks of this one import.',
  fields: (t) => ({
    webhookUrl: t.string({ description: 'Gets `uploadId=<importId>` as a form when the import is completed.' }),
    needsReviewWebhookUrl: t.string({ description: 'Gets the same when a headless import needs review.' }),
  }),
});

const OPAQUE_SIZE = `at most ${MOST_OPAQUE_BYTES / 1024} KiB as JSON`;

const HeadlessImportInput = builder.inputType('HeadlessImportInput', {
  description: 'The headless import, as its own API shows it.',
  fields: (t) => ({
    id: t.string({ description: 'Its id; importId when left out.' }),
    schemaId: t.string({ description: 'The schema it was made with.' }),
    status: t.field({ type: HeadlessStatusEnum, description: 'Its state; when left out, what the event implies.' }),
    originalFilename: t.string({ description: 'The name of the file it was made from.' }),
    createdDate: t.string({ required: true, description: 'When it was created, RFC 3339; microseconds are kept.' }),
    modifiedDate: t.string({
      required: true,
      description: 'When it was last changed, RFC 3339; microseconds are kept.',
    }),
    resultMetadata: t.field({
      type: 'JSON',
      description: `An object or null, passed through unchanged; ${OPAQUE_SIZE}.`,
    }),
    importErrors: t.field({ type: 'JSON', description: `A list or null, passed through unchanged; ${OPAQUE_SIZE}.` }),
    reviewUrl: t.string({ description: 'Where to review it. Kept for the dashboard, never delivered.' }),
    originalFileDownload: t.string({ description: 'Where its file is. Kept for the dashboard, never delivered.' }),
  }),
});

const HAPPENED_AT = 'When it happened, RFC 3339; microseconds are kept. Now, when left out.';
const IMPORT_ID =
  'Your own id of the import, 1 to 128 characters without spaces. Reporting it again with the same content changes nothing.';

/** What is said of every import. */
const common = {
  filename: 'The name of the imported file; null for manual input or initialData.',
  user: 'Who made the import.',
  developmentMode: 'Whether only webhooks in development mode fire; false when left out.',
  importIdentifier: 'What webhooks match by.',
  savedSchemaId:
    'The saved schema that it was made with, by which webhooks match as well. One that does not exist matches none.',
  settings: 'Basic webhooks of this one import.',
};

/** `ImportCompletedInput`. */
export const ImportCompletedInput = builder.inputType('ImportCompletedInput', {
  description: 'A completed import.',
  fields: (t) => ({
    importId: t.string({ required: true, description: IMPORT_ID }),
    filename: t.string({ description: common.filename }),
    user: t.field({ type: ImportUserInput, description: common.user }),
    completedAt: t.string({ description: HAPPENED_AT }),
    importType: t.field({
      type: ImportTypeEnum,
      description: 'How it was made; when left out, HEADLESS with `headless` and EMBEDDED without.',
    }),
    numDataRows: t.int({ description: 'Rows in the completed import.' }),
    developmentMode: t.boolean({ description: common.developmentMode }),
    hasData: t.boolean({ description: 'Whether results were saved by backend sync; false when left out.' }),
    importIdentifier: t.string({ description: common.importIdentifier }),
    savedSchemaId: t.id({ description: common.savedSchemaId }),
    settings: t.field({ type: ImportSettingsInput, description: common.settings }),
    headless: t.field({ type: HeadlessImportInput, description: 'For headless imports, and then always.' }),
  }),
});

/** An input of the two events that only headless imports have. */
function unfinishedInput(name: 'HeadlessImportNeedsReviewInput' | 'HeadlessImportFailedInput', description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      importId: t.string({ required: true, description: IMPORT_ID }),
      filename: t.string({ description: common.filename }),
      user: t.field({ type: ImportUserInput, description: common.user }),
      completedAt: t.string({ description: HAPPENED_AT }),
      developmentMode: t.boolean({ description: common.developmentMode }),
      importIdentifier: t.string({ description: common.importIdentifier }),
      savedSchemaId: t.id({ description: common.savedSchemaId }),
      settings: t.field({ type: ImportSettingsInput, description: common.settings }),
      headless: t.field({ type: HeadlessImportInput, required: true, description: 'The headless import.' }),
    }),
  });
}

/** `HeadlessImportNeedsReviewInput`. */
export const HeadlessImportNeedsReviewInput = unfinishedInput(
  'HeadlessImportNeedsReviewInput',
  'A headless import that a person has to look at.',
);

/** `HeadlessImportFailedInput`. */
export const HeadlessImportFailedInput = unfinishedInput('HeadlessImportFailedInput', 'A headless import that failed.');
