/** What an importer may say about an import. */

import { z } from 'zod';
import type { App } from '../app.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { storableText } from '../lib/text.ts';
import { parseInstant } from './instant.ts';
import { type EventType, HEADLESS_STATUSES, type HeadlessStatus, type ReportedImport } from './reported-import.ts';

/** Absent and null are the same: the importer said nothing. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

const text = (maximum: number) => optional(storableText(0, maximum));

const instant = z.string().transform((value, context) => {
  const parsed = parseInstant(value);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'must be an RFC 3339 date-time such as 2024-04-24T17:20:14.659349Z.' });
  return z.NEVER;
});

const importId = storableText(1, 128).refine((id) => !/\s/.test(id), 'must not contain spaces or line breaks.');

const user = z.object({
  id: storableText(1, 1_000),
  name: text(1_000),
  email: text(1_000),
  companyId: text(1_000),
  companyName: text(1_000),
});

const settings = z.object({ webhookUrl: text(2_048), needsReviewWebhookUrl: text(2_048) });

/**
 * Bytes that each of the two opaque values may have as JSON, as receivers get it: with everything else at its longest,
 * the body of a delivery stays below the MiB that nginx lets through unless told otherwise (client_max_body_size).
 */
export const MOST_OPAQUE_BYTES = 256 * 1024;

/** Passed through unchanged; only its outermost kind and its size are looked at. */
const opaque = (kind: 'object' | 'list') =>
  z
    .unknown()
    .optional()
    .transform((value, context): unknown => {
      if (value === undefined || value === null) return null;
      const fits =
        kind === 'list'
          ? Array.isArray(value)
          : typeof value === 'object' && !Array.isArray(value) && !JSON.isRawJSON(value);
      if (!fits)
        context.addIssue({ code: 'custom', message: `must be ${kind === 'list' ? 'a list' : 'an object'} or null.` });
      const bytes = Buffer.byteLength(JSON.stringify(value));
      if (bytes > MOST_OPAQUE_BYTES) {
        const message = `has ${bytes} bytes as JSON, and ${MOST_OPAQUE_BYTES} is the most; leave out what receivers do not need.`;
        context.addIssue({ code: 'custom', message });
      }
      return value;
    });

const headless = z.object({
  id: text(128),
  schemaId: text(1_000),
  status: optional(z.enum(HEADLESS_STATUSES)),
  originalFilename: text(1_024),
  createdDate: instant,
  modifiedDate: instant,
  resultMetadata: opaque('object'),
  importErrors: opaque('list'),
  reviewUrl: text(8_192),
  originalFileDownload: text(8_192),
});

const common = {
  importId,
  filename: text(1_024),
  user: optional(user),
  developmentMode: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  importIdentifier: text(256),
  savedSchemaId: optional(globalId('SavedSchema')),
  settings: optional(settings),
  completedAt: optional(instant),
};

const completed = z
  .object({
    ...common,
    importType: optional(z.enum(['EMBEDDED', 'HEADLESS'])),
    numDataRows: optional(z.number().int().min(0, 'must not be negative.')),
    hasData: optional(z.boolean()),
    headless: optional(headless),
  })
  .superRefine(
    (value, context) => {
      if (value.importType === 'HEADLESS' && !value.headless) {
        context.addIssue({
          code: 'custom',
          path: ['headless'],
          message: 'is required when importType is HEADLESS.',
        });
      }
      if (value.importType === 'EMBEDDED' && value.headless) {
        context.addIssue({
          code: 'custom',
          path: ['headless'],
          message: 'must be left out when importType is EMBEDDED.',
        });
      }
    },
    { when: () => true }, // whatever else is wrong, so that every problem is told at once
  );

const unfinished = z.object({
  ...common,
  headless,
  importType: z.undefined().optional(),
  numDataRows: z.undefined().optional(),
  hasData: z.undefined().optional(),
});

const SCHEMAS = {
  import_completed: completed,
  headless_import_needs_review: unfinished,
  headless_import_failed: unfinished,
} as const satisfies Record<EventType, z.ZodType>;

const HEADLESS_STATUS = {
  import_completed: 'SUCCESSFUL',
  headless_import_needs_review: 'NEEDS_REVIEW',
  headless_import_failed: 'FAILED',
} as const satisfies Record<EventType, HeadlessStatus>;

/** A parsed report: the import, and what tells a repetition from a contradiction. */
export interface Report {
  readonly dataImport: ReportedImport;
  /** What the importer said and nothing that we added, in one form for equal contents. */
  readonly content: string;
}

/**
 * Reads `input` as a report of `event`. What the importer leaves out, such as the time, is filled in.
 *
 * @throws {InputError} with every problem there is.
 */
export function parseReport(event: EventType, input: unknown, clock: App['clock']): Report {
  const said = parseInput(SCHEMAS[event], input);
  const details = {
    id: said.importId,
    filename: said.filename,
    user: said.user,
    createdDate: said.completedAt ?? clock.now().toISOString(),
    numDataRows: said.numDataRows ?? null,
    developmentMode: said.developmentMode,
    hasData: said.hasData ?? false,
    importIdentifier: said.importIdentifier,
    savedSchemaId: said.savedSchemaId,
    settings: said.settings,
  };
  const content = canonicalJson({ event, ...said });
  if (!said.headless) {
    return { content, dataImport: { ...details, importType: 'EMBEDDED', event: 'import_completed', headless: null } };
  }
  const { id, status, ...rest } = said.headless;
  const reported = { ...rest, id: id ?? said.importId, status: status ?? HEADLESS_STATUS[event] };
  return { content, dataImport: { ...details, importType: 'HEADLESS', event, headless: reported } };
}
