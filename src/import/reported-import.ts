/** An import as the importer reported it, parsed and normalised. */

/** What can happen to an import, in the words of `event` in a managed webhook's body. */
export const EVENT_TYPES = ['import_completed', 'headless_import_needs_review', 'headless_import_failed'] as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];

/** The states of a headless import, from its creation to its end. */
export const HEADLESS_STATUSES = [
  'AWAITING_UPLOAD',
  'PENDING',
  'RUNNING',
  'NEEDS_REVIEW',
  'SUCCESSFUL',
  'FAILED',
] as const;

/** One of {@link HEADLESS_STATUSES}. */
export type HeadlessStatus = (typeof HEADLESS_STATUSES)[number];

/**
 * What the importer told us about an import. `null` means that it said nothing. Instants are text, as `parseInstant`
 * gives them: a `Date` would lose the microseconds.
 */
export type ReportedImport = EmbeddedImport | HeadlessImport;

/** An import that a person made in an embedded importer; it is only ever reported when completed. */
export interface EmbeddedImport extends ImportDetails {
  readonly importType: 'EMBEDDED';
  readonly event: 'import_completed';
  readonly headless: null;
}

/** An import that a program made, which may need a person or fail. */
export interface HeadlessImport extends ImportDetails {
  readonly importType: 'HEADLESS';
  readonly event: EventType;
  readonly headless: HeadlessDetails;
}

/** What is said of an import of either kind. */
export interface ImportDetails {
  /** The importer's own id of the import: any token of 1 to 128 characters, in practice a UUID. */
  readonly id: string;
  /** `null` for manual input, and for data that the importer was opened with. */
  readonly filename: string | null;
  readonly user: ImportUser | null;
  /** When the event happened: for a completed import its completion, despite the name, which is the wire's. */
  readonly createdDate: string;
  /** Rows in the completed import. */
  readonly numDataRows: number | null;
  readonly developmentMode: boolean;
  /** Whether results were saved by backend sync. */
  readonly hasData: boolean;
  /** What managed webhooks match by, exactly and case-sensitively, beside the saved schema. */
  readonly importIdentifier: string | null;
  readonly savedSchemaId: string | null;
  readonly settings: ImportSettings | null;
}

/** Who made the import, as the importer's own customer knows them. */
export interface ImportUser {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly companyId: string | null;
  readonly companyName: string | null;
}

/** Where the basic webhooks of this one import go. */
export interface ImportSettings {
  /** Told when the import is completed. */
  readonly webhookUrl: string | null;
  /** Told when the import needs a review. */
  readonly needsReviewWebhookUrl: string | null;
}

/** The headless import itself, as its own API shows it. */
export interface HeadlessDetails {
  readonly id: string;
  readonly schemaId: string | null;
  readonly status: HeadlessStatus;
  readonly originalFilename: string | null;
  /** When the headless import was created. */
  readonly createdDate: string;
  readonly modifiedDate: string;
  /** An object of any shape, from `parseExact`, whose numbers print as they were written; or `null`. */
  readonly resultMetadata: unknown;
  /** A list of any shape, likewise; or `null`. */
  readonly importErrors: unknown;
  /** A credential: opens the review without signing in. For the dashboard, never delivered. */
  readonly reviewUrl: string | null;
  /** A credential: downloads the file. For the dashboard, never delivered. */
  readonly originalFileDownload: string | null;
}
