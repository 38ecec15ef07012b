/** What becomes of a report of an import. */

import type { Event, ImportStatus } from '../../prisma/client/client.ts';
import { DomainError, type InputError } from '../errors.ts';
import type { WebhookUrlRefusedError } from '../webhook/url.ts';

/** The same event was reported before with other content. The first report stands. */
export class ImportConflictError extends DomainError {
  readonly code = 'IMPORT_CONFLICT';

  constructor(importId: string) {
    super(
      `Import "${importId}" was reported before with different content. The first report stands; report it again as it was, or use another importId.`,
    );
  }
}

/** The import is in a state from which this cannot happen. */
export class InvalidImportTransitionError extends DomainError {
  readonly code = 'INVALID_IMPORT_TRANSITION';

  constructor(importId: string, from: ImportStatus) {
    super(
      `Import "${importId}" is ${from} and stays so. Only an import that is new or NEEDS_REVIEW can be completed or fail, and only a new one can come to need review.`,
    );
  }
}

/** What became of a report. */
export interface ImportReport {
  readonly event: Event;
  /** How many deliveries were scheduled when it was first accepted. */
  readonly deliveries: number;
  /** Whether it had been reported before, with the same content; then nothing was sent. */
  readonly duplicate: boolean;
}

/** What can be said against a report. */
export type ReportRefusal = InputError | WebhookUrlRefusedError | ImportConflictError | InvalidImportTransitionError;

/** The event of a report, as the database has it. */
export function eventOf(
  {
    id,
    organizationId,
    importRowId,
    type,
    body,
    bodySha256,
    createdAt,
    erasedAt,
    traceparent,
  }: Omit<Event, 'contentHash'>,
  contentHash: string,
): Event {
  return {
    id,
    organizationId,
    importRowId,
    type,
    body,
    bodySha256,
    createdAt,
    erasedAt,
    traceparent,
    contentHash: Uint8Array.from(Buffer.from(contentHash, 'hex')),
  };
}
