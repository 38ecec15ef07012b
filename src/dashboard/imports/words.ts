/** What the API's values about imports are called here. */

import type { ImportStatus, ImportType } from '../../../schema/generated/graphql.ts';
import type { Tone } from '../look/tag.tsx';

/** Every state of an import. */
export const IMPORT_STATUSES: Readonly<Record<ImportStatus, { readonly name: string; readonly tone: Tone }>> = {
  COMPLETED: { name: 'Completed', tone: 'good' },
  NEEDS_REVIEW: { name: 'Needs review', tone: 'warning' },
  FAILED: { name: 'Failed', tone: 'bad' },
};

/** How an import was made. */
export const IMPORT_TYPES: Readonly<Record<ImportType, string>> = {
  EMBEDDED: 'By a person, in an embedded importer',
  HEADLESS: 'By a program, headless',
};
