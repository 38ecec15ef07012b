/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What an attempt came to. */
export type AttemptOutcome =
  /** It did not, or could not be reached; errorCode says why. */
  | 'FAILED'
  /** The receiver answered with 2xx. */
  | 'SUCCEEDED';

/** Which delivery. */
export type CancelDeliveryInput = {
  /** Which delivery. */
  deliveryId: string;
};

/** Which replay. */
export type CancelReplayInput = {
  /** Which replay. */
  replayId: string;
};

/** A new key. */
export type CreateApiKeyInput = {
  /** From when on it lets nobody in, and its subscriptions end; in the future. Absent: it does not expire. */
  expiresAt?: string | null | undefined;
  /** 1 to 200 characters, for people. */
  name: string;
  /** What it may do; not ROOT. */
  role: Role;
};

/** A new organization. */
export type CreateOrganizationInput = {
  /** 1 to 200 characters, unique in this instance. */
  name: string;
};

/** A new saved schema. */
export type CreateSavedSchemaInput = {
  /** 1 to 200 characters, unique in the organization. */
  name: string;
};

/** A new webhook. It needs at least one import identifier or saved schema. */
export type CreateWebhookInput = {
  /** For people, at most 500 characters. */
  description?: string | null | undefined;
  /** Fires for development imports or for production imports, never both. */
  developmentMode?: boolean;
  /** The events it fires for; all three when left out. */
  events?: Array<EventType> | null | undefined;
  /** Headers to add to its requests, at most 20. */
  headers?: Array<CustomHeaderInput> | null | undefined;
  /** Fires for imports with one of these, compared exactly. At most 1000. */
  importIdentifiers?: Array<string> | null | undefined;
  /** A rate limit, in attempts a second, from 0.01 to 10000; 0: no limit. In any time no more are made than it allows for that time and a tenth of a second, or one; so many may be made at once. */
  maxAttemptsPerSecond?: number | null | undefined;
  /** Seconds between attempts, at most 100; empty: the server's own schedule. */
  retryScheduleSeconds?: Array<number> | null | undefined;
  /** Fires for imports with one of these saved schemas as well. At most 1000. */
  savedSchemaIds?: Array<string> | null | undefined;
  /** Where deliveries are POSTed. Publicly reachable http or https. */
  url: string;
};

/** A header to add to the webhook's requests. Those that the server sets cannot be overridden. */
export type CustomHeaderInput = {
  /** A header name. */
  name: string;
  /** Visible ASCII. Encrypted at rest and not shown again. */
  value: string;
};

/** Which saved schema. */
export type DeleteSavedSchemaInput = {
  /** Which one. */
  savedSchemaId: string;
};

/** Which webhook. */
export type DeleteWebhookInput = {
  /** Which webhook. */
  webhookId: string;
};

/** Why an attempt failed. */
export type DeliveryErrorCode =
  /** The attempt was cut short on our side; the receiver may have accepted it. */
  | 'ABORTED'
  /** The address in the URL may not be contacted, or in older entries one that its host has; nothing was sent. */
  | 'BLOCKED_ADDRESS'
  /** The host name leads, perhaps only since it was checked, to addresses that may not be contacted; nothing was sent. */
  | 'BLOCKED_NAME'
  /** The deadline passed before the end of the response; the receiver may have accepted it. */
  | 'BODY_TIMEOUT'
  /** The certificate of the receiver has expired, or is not valid yet; nothing was sent. */
  | 'CERTIFICATE_EXPIRED'
  /** Nobody who is trusted vouches for the certificate of the receiver; nothing was sent. */
  | 'CERTIFICATE_UNTRUSTED'
  /** The certificate of the receiver is for another host; nothing was sent. */
  | 'CERTIFICATE_WRONG_HOST'
  /** The receiver, or an egress proxy, closed its side of the connection before the response was complete; the receiver may have accepted it. */
  | 'CONNECTION_CLOSED'
  /** Nothing accepts connections at that address and port; nothing was sent. */
  | 'CONNECTION_REFUSED'
  /** The connection broke before the response was complete, as a rule by a reset; the receiver may have accepted it. */
  | 'CONNECTION_RESET'
  /** No connection could be made, for example because the host is unreachable; nothing was sent. */
  | 'CONNECT_FAILED'
  /** The deadline passed before a connection was made; nothing was sent. */
  | 'CONNECT_TIMEOUT'
  /** The host name could not be resolved; nothing was sent. */
  | 'DNS_FAILED'
  /** The deadline passed while the host name was looked up; nothing was sent. */
  | 'DNS_TIMEOUT'
  /** The receiver answered 410 Gone: it wants no more deliveries. */
  | 'GONE'
  /** The headers of the response are longer than is accepted; the receiver may have accepted it. */
  | 'HEADERS_TOO_LARGE'
  /** The receiver answered with a status that means failure. */
  | 'HTTP_STATUS'
  /** A header of the request holds characters that HTTP does not allow; nothing was sent. */
  | 'INVALID_HEADER'
  /** The URL is not one that webhooks may have; nothing was sent. */
  | 'INVALID_URL'
  /** The host name leads to addresses of which some may not be contacted; nothing was sent. */
  | 'MIXED_ADDRESSES'
  /** No way leads to the host, perhaps because our network is down; nothing was sent. Not counted against the receiver. */
  | 'NETWORK_DOWN'
  /** The receiver sent more interim (1xx) responses, or blank lines, than are accepted. */
  | 'NO_FINAL_RESPONSE'
  /** No connection came free before the deadline; nothing was sent. Not counted against the receiver. */
  | 'NO_FREE_CONNECTION'
  /** This server ran out of sockets or memory; nothing was sent. Not counted against the receiver. */
  | 'OUT_OF_RESOURCES'
  /** The receiver answered with something that is not acceptable HTTP. */
  | 'PROTOCOL_ERROR'
  /** Our egress proxy made no connection, perhaps because it does not work; nothing was sent. Not counted against the receiver. */
  | 'PROXY_FAILED'
  /** The receiver answered with a redirect; redirects are never followed. */
  | 'REDIRECT'
  /** The host name was not resolved, perhaps because our resolver does not work; nothing was sent. Not counted against the receiver. */
  | 'RESOLVER_FAILED'
  /** The deadline passed before the headers of the response; the receiver may have accepted it. */
  | 'RESPONSE_TIMEOUT'
  /** No secure connection could be made, for another reason than the certificate; nothing was sent. */
  | 'TLS_FAILED'
  /** The deadline passed while a secure connection was made; nothing was sent. */
  | 'TLS_TIMEOUT'
  /** The headers of the response are longer than is accepted, and more than 100; the receiver may have accepted it. */
  | 'TOO_MANY_HEADERS';

/** Which deliveries: those that all of this is true of. What is left out does not matter. */
export type DeliveryFilter = {
  /** Whose last attempt failed for one of these reasons. */
  errorCodes?: Array<DeliveryErrorCode> | null | undefined;
  /** Of events of one of these types. */
  eventTypes?: Array<EventType> | null | undefined;
  /** Scheduled then or later. By the time that is in its id, which is its creation to the millisecond. */
  from?: string | null | undefined;
  /** Of this import, by the importer's own id. */
  importId?: string | null | undefined;
  /** That this replay was the last to ask for again. */
  replayId?: string | null | undefined;
  /** Whose last attempt was answered with one of these HTTP statuses; at most 50. */
  responseStatuses?: Array<number> | null | undefined;
  /** In one of these. */
  statuses?: Array<DeliveryStatus> | null | undefined;
  /** Scheduled before. By the time that is in its id, which is its creation to the millisecond. */
  to?: string | null | undefined;
  /** Of this webhook. */
  webhookId?: string | null | undefined;
};

/** Which entries; what is left out does not matter. */
export type DeliveryLogFilter = {
  /** About deliveries of events of one of these types. */
  eventTypes?: Array<EventType> | null | undefined;
  /** About deliveries of this import, by the importer's own id. */
  importId?: string | null | undefined;
  /** That tell one of these. */
  kinds?: Array<DeliveryLogKind> | null | undefined;
  /** That left the delivery in one of these. */
  statuses?: Array<DeliveryStatus> | null | undefined;
  /** About deliveries of this webhook. */
  webhookId?: string | null | undefined;
};

/** What an entry of the delivery log tells. */
export type DeliveryLogKind =
  /** A request failed; nextAttemptAt says when the next is due, if any. */
  | 'ATTEMPT_FAILED'
  /** A request was answered with 2xx. */
  | 'ATTEMPT_SUCCEEDED'
  /** The delivery was called off. */
  | 'CANCELLED'
  /** The delivery is done. */
  | 'DELIVERED'
  /** The delivery is given up; there will be no further attempt. */
  | 'EXHAUSTED'
  /** The whole destination gets nothing until nextAttemptAt, or until it is enabled when that is null. */
  | 'HELD'
  /** Somebody asked for it to be delivered again. */
  | 'REDELIVERY_REQUESTED'
  /** The destination is not held any more: it has recovered, or its webhook was enabled. */
  | 'RESUMED'
  /** The delivery was accepted. nextAttemptAt says when it is due: at once, unless it waits for an attempt of the event that it supersedes. */
  | 'SCHEDULED'
  /** A later event of the same import overtook the delivery. */
  | 'SUPERSEDED';

/** Where a delivery stands. */
export type DeliveryStatus =
  /** Called off before it was delivered. */
  | 'CANCELLED'
  /** The receiver has it. */
  | 'DELIVERED'
  /** Given up: the retry schedule is used up, or no retry can help. */
  | 'FAILED'
  /** Due now or later; will be attempted. */
  | 'PENDING'
  /** Overtaken by a later event of the same import. */
  | 'SUPERSEDED';

/** How a destination is doing. */
export type DestinationHealth =
  /** Deliveries go out, and every attempt since failingSince failed. */
  | 'FAILING'
  /** It gets nothing for now; holdReason says why. */
  | 'HELD'
  /** It was held for failures or for a fault on our side, or was enabled after failing; few attempts are allowed at once, and more with each success. */
  | 'RECOVERING'
  /** Deliveries go out. */
  | 'WELL';

/** What a receiver says that it got. Give webhookId or deliveryId. */
export type DiagnoseSignatureInput = {
  /** The body, as text, exactly as it was checked; at most 2097152 bytes as UTF-8. Absent: an empty one. */
  body?: string | null | undefined;
  /** Instead of body: its bytes, in base64, so that nothing changes on the way here. */
  bodyBase64?: string | null | undefined;
  /** Instead of webhookId: the delivery, as `posthorn-delivery-id` names it; also of basic webhooks. */
  deliveryId?: string | null | undefined;
  /** All headers, or those that begin with `webhook-`; at most 100. Others do not matter. */
  headers: Array<ReceivedHeaderInput>;
  /** When, by the receiver's clock; tells whether it is right. */
  receivedAt?: string | null | undefined;
  /** The webhook that it is a request of. */
  webhookId?: string | null | undefined;
};

/** Which webhook, and why. */
export type DisableWebhookInput = {
  /** For people, at most 500 characters. */
  reason?: string | null | undefined;
  /** Which webhook. */
  webhookId: string;
};

/** Which webhook. */
export type EnableWebhookInput = {
  /** Which webhook. */
  webhookId: string;
};

/** Which import. */
export type EraseImportInput = {
  /** The importer's own id of it. */
  importId: string;
};

/** Which user. */
export type EraseUserInput = {
  /** The importer's own id of the user. */
  userId: string;
};

/** What can happen to an import. */
export type EventType =
  /** It failed; receivers see `headless_import_failed`. */
  | 'HEADLESS_IMPORT_FAILED'
  /** A person has to look at it; receivers see `headless_import_needs_review`. */
  | 'HEADLESS_IMPORT_NEEDS_REVIEW'
  /** It is finished; receivers see `import_completed`. */
  | 'IMPORT_COMPLETED';

/** A headless import that failed. */
export type HeadlessImportFailedInput = {
  /** When it happened, RFC 3339; microseconds are kept. Now, when left out. */
  completedAt?: string | null | undefined;
  /** Whether only webhooks in development mode fire; false when left out. */
  developmentMode?: boolean | null | undefined;
  /** The name of the imported file; null for manual input or initialData. */
  filename?: string | null | undefined;
  /** The headless import. */
  headless: HeadlessImportInput;
  /** Your own id of the import, 1 to 128 characters without spaces. Reporting it again with the same content changes nothing. */
  importId: string;
  /** What webhooks match by. */
  importIdentifier?: string | null | undefined;
  /** The saved schema that it was made with, by which webhooks match as well. One that does not exist matches none. */
  savedSchemaId?: string | null | undefined;
  /** Basic webhooks of this one import. */
  settings?: ImportSettingsInput | null | undefined;
  /** Who made the import. */
  user?: ImportUserInput | null | undefined;
};

/** The headless import, as its own API shows it. */
export type HeadlessImportInput = {
  /** When it was created, RFC 3339; microseconds are kept. */
  createdDate: string;
  /** Its id; importId when left out. */
  id?: string | null | undefined;
  /** A list or null, passed through unchanged; at most 256 KiB as JSON. */
  importErrors?: unknown;
  /** When it was last changed, RFC 3339; microseconds are kept. */
  modifiedDate: string;
  /** Where its file is. Kept for the dashboard, never delivered. */
  originalFileDownload?: string | null | undefined;
  /** The name of the file it was made from. */
  originalFilename?: string | null | undefined;
  /** An object or null, passed through unchanged; at most 256 KiB as JSON. */
  resultMetadata?: unknown;
  /** Where to review it. Kept for the dashboard, never delivered. */
  reviewUrl?: string | null | undefined;
  /** The schema it was made with. */
  schemaId?: string | null | undefined;
  /** Its state; when left out, what the event implies. */
  status?: HeadlessImportStatus | null | undefined;
};

/** A headless import that a person has to look at. */
export type HeadlessImportNeedsReviewInput = {
  /** When it happened, RFC 3339; microseconds are kept. Now, when left out. */
  completedAt?: string | null | undefined;
  /** Whether only webhooks in development mode fire; false when left out. */
  developmentMode?: boolean | null | undefined;
  /** The name of the imported file; null for manual input or initialData. */
  filename?: string | null | undefined;
  /** The headless import. */
  headless: HeadlessImportInput;
  /** Your own id of the import, 1 to 128 characters without spaces. Reporting it again with the same content changes nothing. */
  importId: string;
  /** What webhooks match by. */
  importIdentifier?: string | null | undefined;
  /** The saved schema that it was made with, by which webhooks match as well. One that does not exist matches none. */
  savedSchemaId?: string | null | undefined;
  /** Basic webhooks of this one import. */
  settings?: ImportSettingsInput | null | undefined;
  /** Who made the import. */
  user?: ImportUserInput | null | undefined;
};

/** The states of a headless import. */
export type HeadlessImportStatus =
  /** Its file has not been uploaded yet. */
  | 'AWAITING_UPLOAD'
  /** It failed. */
  | 'FAILED'
  /** A person has to look at it. */
  | 'NEEDS_REVIEW'
  /** It waits to be worked on. */
  | 'PENDING'
  /** It is being worked on. */
  | 'RUNNING'
  /** It is finished. */
  | 'SUCCESSFUL';

/** Why a destination gets nothing for now. */
export type HoldReason =
  /** Too many of the last attempts failed. When the hold ends, it is tried with a single request. */
  | 'BREAKER'
  /** The webhook is disabled. */
  | 'DISABLED'
  /** A fault on our side, or what may be one, kept requests from being made; nobody is charged with it. */
  | 'LOCAL_FAULT'
  /** The receiver asked for a pause. */
  | 'RETRY_AFTER';

/** A completed import. */
export type ImportCompletedInput = {
  /** When it happened, RFC 3339; microseconds are kept. Now, when left out. */
  completedAt?: string | null | undefined;
  /** Whether only webhooks in development mode fire; false when left out. */
  developmentMode?: boolean | null | undefined;
  /** The name of the imported file; null for manual input or initialData. */
  filename?: string | null | undefined;
  /** Whether results were saved by backend sync; false when left out. */
  hasData?: boolean | null | undefined;
  /** For headless imports, and then always. */
  headless?: HeadlessImportInput | null | undefined;
  /** Your own id of the import, 1 to 128 characters without spaces. Reporting it again with the same content changes nothing. */
  importId: string;
  /** What webhooks match by. */
  importIdentifier?: string | null | undefined;
  /** How it was made; when left out, HEADLESS with `headless` and EMBEDDED without. */
  importType?: ImportType | null | undefined;
  /** Rows in the completed import. */
  numDataRows?: number | null | undefined;
  /** The saved schema that it was made with, by which webhooks match as well. One that does not exist matches none. */
  savedSchemaId?: string | null | undefined;
  /** Basic webhooks of this one import. */
  settings?: ImportSettingsInput | null | undefined;
  /** Who made the import. */
  user?: ImportUserInput | null | undefined;
};

/** Which imports; what is left out does not matter. */
export type ImportFilter = {
  /** Of this mode. */
  developmentMode?: boolean | null | undefined;
  /** First reported then or later. */
  from?: string | null | undefined;
  /** With this import identifier. */
  importIdentifier?: string | null | undefined;
  /** In this state. */
  status?: ImportStatus | null | undefined;
  /** First reported before. */
  to?: string | null | undefined;
};

/** The basic webhooks of this one import. */
export type ImportSettingsInput = {
  /** Gets the same when a headless import needs review. */
  needsReviewWebhookUrl?: string | null | undefined;
  /** Gets `uploadId=<importId>` as a form when the import is completed. */
  webhookUrl?: string | null | undefined;
};

/** Where an import stands. */
export type ImportStatus =
  /** It is finished. */
  | 'COMPLETED'
  /** It failed, for good. */
  | 'FAILED'
  /** A person has to look at it; it may still complete or fail. */
  | 'NEEDS_REVIEW';

/** How the import was made. */
export type ImportType =
  /** By a person, in an embedded importer. */
  | 'EMBEDDED'
  /** By a program. */
  | 'HEADLESS';

/** Who made the import. Receivers get all five keys, null where nothing is said. */
export type ImportUserInput = {
  /** Your own id of their company. */
  companyId?: string | null | undefined;
  /** Their company's name. */
  companyName?: string | null | undefined;
  /** Their address. */
  email?: string | null | undefined;
  /** Your own id of the user. */
  id: string;
  /** Their name. */
  name?: string | null | undefined;
};

/** Completed imports. */
export type ImportsCompletedInput = {
  /** 1 to 500 imports. */
  imports: Array<ImportCompletedInput>;
};

/** Why a webhook did not fire, by what is so of the webhook now. */
export type NotFiredReason =
  /** As the webhook is now it would have fired, so it was otherwise when the event happened. */
  | 'CHANGED_SINCE'
  /** The webhook was made after the event. */
  | 'CREATED_LATER'
  /** The webhook is disabled. */
  | 'DISABLED'
  /** The webhook does not listen to events of this type. */
  | 'NOT_LISTENING_TO_EVENT'
  /** The webhook lists neither the import identifier nor the saved schema of the import. */
  | 'NO_FILTER_MATCHED'
  /** The webhook is for imports of the other mode. */
  | 'OTHER_MODE';

/** Which replay. */
export type PauseReplayInput = {
  /** Which replay. */
  replayId: string;
};

/** A header as the receiver shows it. */
export type ReceivedHeaderInput = {
  /** In any case, also as frameworks write it (HTTP_WEBHOOK_ID); at most 256 characters. */
  name: string;
  /** Unchanged; at most 8192 characters. */
  value: string;
};

/** Which delivery. */
export type RedeliverInput = {
  /** Which delivery. */
  deliveryId: string;
};

/** A new name. */
export type RenameSavedSchemaInput = {
  /** 1 to 200 characters, unique in the organization. */
  name: string;
  /** Which one. */
  savedSchemaId: string;
};

/** Which deliveries; what is left out does not matter. */
export type ReplayFilterInput = {
  /** Whose last attempt failed for one of these reasons. */
  errorCodes?: Array<DeliveryErrorCode> | null | undefined;
  /** Of events of one of these types. */
  eventTypes?: Array<EventType> | null | undefined;
  /** Scheduled then or later. By the time that is in its id, which is its creation to the millisecond. */
  from?: string | null | undefined;
  /** Of this import, by the importer's own id. */
  importId?: string | null | undefined;
  /** Whose last attempt was answered with one of these HTTP statuses; at most 50. */
  responseStatuses?: Array<number> | null | undefined;
  /** In one of these: DELIVERED, FAILED, CANCELLED. FAILED alone unless told otherwise. PENDING may be among them, as in the filter of a `FailureGroup`, and adds nothing: what is pending goes on by itself. */
  statuses?: Array<DeliveryStatus> | null | undefined;
  /** Scheduled before. By the time that is in its id, which is its creation to the millisecond. */
  to?: string | null | undefined;
  /** Of this webhook. */
  webhookId?: string | null | undefined;
};

/** Where a replay stands. */
export type ReplayStatus =
  /** It was called off and asks for nothing any more; over once finishedAt is set. */
  | 'CANCELLED'
  /** It is over: everything was asked for or passed over, and nothing that it asked for is pending. */
  | 'COMPLETED'
  /** It asks for nothing until it is resumed. */
  | 'PAUSED'
  /** It asks for deliveries again, or waits for those that it asked for. */
  | 'RUNNING';

/** How a response's body ended. */
export type ResponseEnd =
  /** This server was shutting down. */
  | 'ABORTED'
  /** All of it was read. */
  | 'COMPLETE'
  /** There was more than is read of any body; the connection was closed. */
  | 'CUT'
  /** The connection was closed, or something invalid came, before its end. */
  | 'RESET'
  /** The attempt's deadline passed before its end. */
  | 'TIMEOUT'
  /** It was not compressed as its header said. */
  | 'UNDECODABLE';

/** What may be odd about a response. No warning makes an attempt fail. */
export type ResponseWarning =
  /** The receiver answered before all of the request was sent; it may not have read it. */
  | 'ANSWERED_EARLY'
  /** The body is in a coding that is not undone, such as Brotli, or in several. It is kept as it came. */
  | 'BODY_ENCODED'
  /** The body unpacks to more than is read of any body. */
  | 'BODY_EXPANDS'
  /** The body is not UTF-8. What is not is shown as U+FFFD. */
  | 'BODY_NOT_UTF8'
  /** The body announced its length, and was cut: it is longer, or came in more pieces, than is read. */
  | 'BODY_TOO_LONG'
  /** The body announced no length, and was cut: it went on, or came in more pieces, than is read. */
  | 'BODY_UNANNOUNCED'
  /** Values of headers hold more than ASCII. They are read as UTF-8, with U+FFFD for what is not. */
  | 'HEADERS_NOT_ASCII';

/** Which replay. */
export type ResumeReplayInput = {
  /** Which replay. */
  replayId: string;
};

/** Which key. */
export type RevokeApiKeyInput = {
  /** The key's id, not the key. */
  apiKeyId: string;
};

/** What an API key may do. */
export type Role =
  /** What a manager may; reports imports, manages keys, and erases what is personal. */
  | 'ADMIN'
  /** Reports imports, and nothing else. */
  | 'IMPORTER'
  /** What an operator may, and manages webhooks and saved schemas. */
  | 'MANAGER'
  /** Reads webhooks, imports, deliveries and the delivery log; redelivers and cancels deliveries. */
  | 'OPERATOR'
  /** The instance's own: makes organizations. Made on the command line only. */
  | 'ROOT';

/** How gently. */
export type RotateBasicWebhookSecretInput = {
  /** For how long the old secret signs beside the new one, 0 to 604800 seconds; a day when left out. */
  overlapSeconds?: number | null | undefined;
};

/** Which webhook, and how gently. */
export type RotateWebhookSecretInput = {
  /** For how long the old secret signs beside the new one, 0 to 604800 seconds; a day when left out. */
  overlapSeconds?: number | null | undefined;
  /** Which webhook. */
  webhookId: string;
};

/** Which webhook, and what it shall hear of. */
export type SendTestEventInput = {
  /** What is made up to have happened. */
  event?: EventType;
  /** Which webhook. */
  webhookId: string;
};

/** What can be found out about a request whose signature a receiver did not accept. */
export type SignatureFindingKind =
  /** There is a byte order mark before the body. */
  | 'BODY_BYTE_ORDER_MARK'
  /** The body is not the one that was sent. */
  | 'BODY_CHANGED'
  /** The end of the body is missing. */
  | 'BODY_CUT'
  /** There is no body. */
  | 'BODY_EMPTY'
  /** The body was read or written in another character encoding than UTF-8. */
  | 'BODY_ENCODING'
  /** The body was erased, so neither it nor a signature over it can be compared any more. */
  | 'BODY_ERASED'
  /** The body says the same, but was parsed and written anew, so its bytes are others. */
  | 'BODY_RESERIALISED'
  /** There is white space around the body, such as a line break at its end. */
  | 'BODY_WHITESPACE'
  /** The event that `webhook-id` names is not for this webhook. */
  | 'EVENT_NOT_DELIVERED'
  /** `webhook-id` names no event of this organization. */
  | 'EVENT_UNKNOWN'
  /** A header that every request has is not there. */
  | 'HEADER_MISSING'
  /** A header is there several times, with different values. */
  | 'HEADER_REPEATED'
  /** There is white space around the value of a header. */
  | 'HEADER_WHITESPACE'
  /** `webhook-id` is not the one that the signature is for. */
  | 'ID_ALTERED'
  /** The signature was made with a secret that has been replaced. */
  | 'OLD_SECRET'
  /** `webhook-signature` is not written as it was sent. */
  | 'SIGNATURE_MALFORMED'
  /** The signature is none that was made for this delivery. */
  | 'SIGNATURE_NOT_OURS'
  /** `webhook-timestamp` is not the one that the signature is for. */
  | 'TIMESTAMP_ALTERED'
  /** `webhook-timestamp` is not written in whole seconds, as it was sent. */
  | 'TIMESTAMP_MALFORMED'
  /** It was received further from the time at which it was signed than receivers accept. */
  | 'TIMESTAMP_OUT_OF_TOLERANCE'
  /** It is what was sent, and signed with the current secret. */
  | 'VALID'
  /** The signature was made for another webhook of this organization. */
  | 'WRONG_WEBHOOK';

/** What to ask for again, and how. */
export type StartReplayInput = {
  /** Only count what matches, and change nothing. False unless told otherwise. */
  dryRun?: boolean | null | undefined;
  /** Which deliveries. */
  filter: ReplayFilterInput;
  /** How many to ask for in a second at the most, over all webhooks: 1 to 1000, 20 unless told otherwise. */
  ratePerSecond?: number | null | undefined;
};

/** How long a bucket of the statistics is. All of them begin on the minute, hour or day of UTC. */
export type StatBucket =
  /** A day. Kept for three years. */
  | 'DAY'
  /** An hour. Kept for a hundred days. */
  | 'HOUR'
  /** A minute. Kept for a week. */
  | 'MINUTE';

/** What to change; what is left out or null stays as it is. A list replaces the whole list. */
export type UpdateWebhookInput = {
  /** For people, at most 500 characters. */
  description?: string | null | undefined;
  /** Fires for development imports or for production imports, never both. */
  developmentMode?: boolean | null | undefined;
  /** The events it fires for; all three when left out. */
  events?: Array<EventType> | null | undefined;
  /** Headers to add to its requests, at most 20. */
  headers?: Array<CustomHeaderInput> | null | undefined;
  /** Fires for imports with one of these, compared exactly. At most 1000. */
  importIdentifiers?: Array<string> | null | undefined;
  /** A rate limit, in attempts a second, from 0.01 to 10000; 0: no limit. In any time no more are made than it allows for that time and a tenth of a second, or one; so many may be made at once. */
  maxAttemptsPerSecond?: number | null | undefined;
  /** Seconds between attempts, at most 100; empty: the server's own schedule. */
  retryScheduleSeconds?: Array<number> | null | undefined;
  /** Fires for imports with one of these saved schemas as well. At most 1000. */
  savedSchemaIds?: Array<string> | null | undefined;
  /** Where deliveries are POSTed from now on, those that wait included. */
  url?: string | null | undefined;
  /** Which webhook. */
  webhookId: string;
};

/** Which webhooks; what is left out does not matter. */
export type WebhookFilter = {
  /** With this in the URL or in the description, whatever its case. */
  contains?: string | null | undefined;
  /** In this mode. */
  developmentMode?: boolean | null | undefined;
  /** Enabled or disabled ones. */
  enabled?: boolean | null | undefined;
  /** Whose destination is doing so; HELD has those in it that are disabled. */
  health?: Array<DestinationHealth> | null | undefined;
  /** One of these; those that there are not, or not any more, are left out. */
  ids?: Array<string> | null | undefined;
  /** Listening to this import identifier. */
  importIdentifier?: string | null | undefined;
};

/** What a webhook would listen to, as `createWebhook` takes it. */
export type WebhookPreviewFilter = {
  /** Whether it is for development imports. */
  developmentMode: boolean;
  /** Events; absent: all three. */
  events?: Array<EventType> | null | undefined;
  /** Import identifiers, compared exactly; at most 1000. */
  importIdentifiers?: Array<string> | null | undefined;
  /** Saved schemas; at most 1000. Those that do not exist match nothing. */
  savedSchemaIds?: Array<string> | null | undefined;
};

type WhyRefused_ApiKeyNotFoundError_Fragment = { __typename: 'ApiKeyNotFoundError', code: string, message: string };

type WhyRefused_DeliveryBlockedError_Fragment = { __typename: 'DeliveryBlockedError', code: string, message: string };

type WhyRefused_DeliveryErasedError_Fragment = { __typename: 'DeliveryErasedError', code: string, message: string };

type WhyRefused_DeliveryNotFoundError_Fragment = { __typename: 'DeliveryNotFoundError', code: string, message: string };

type WhyRefused_DeliveryNotPendingError_Fragment = { __typename: 'DeliveryNotPendingError', code: string, message: string };

type WhyRefused_DeliverySupersededError_Fragment = { __typename: 'DeliverySupersededError', code: string, message: string };

type WhyRefused_DeliveryUnderWayError_Fragment = { __typename: 'DeliveryUnderWayError', code: string, message: string };

type WhyRefused_ImportConflictError_Fragment = { __typename: 'ImportConflictError', code: string, message: string };

type WhyRefused_ImportNotFoundError_Fragment = { __typename: 'ImportNotFoundError', code: string, message: string };

type WhyRefused_InputError_Fragment = { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> };

type WhyRefused_InvalidImportTransitionError_Fragment = { __typename: 'InvalidImportTransitionError', code: string, message: string };

type WhyRefused_OrganizationNameTakenError_Fragment = { __typename: 'OrganizationNameTakenError', code: string, message: string };

type WhyRefused_ReplayLimitError_Fragment = { __typename: 'ReplayLimitError', code: string, message: string };

type WhyRefused_ReplayNotFoundError_Fragment = { __typename: 'ReplayNotFoundError', code: string, message: string };

type WhyRefused_ReplayOverError_Fragment = { __typename: 'ReplayOverError', code: string, message: string };

type WhyRefused_SavedSchemaInUseError_Fragment = { __typename: 'SavedSchemaInUseError', code: string, message: string };

type WhyRefused_SavedSchemaNameTakenError_Fragment = { __typename: 'SavedSchemaNameTakenError', code: string, message: string };

type WhyRefused_SavedSchemaNotFoundError_Fragment = { __typename: 'SavedSchemaNotFoundError', code: string, message: string };

type WhyRefused_WebhookDisabledError_Fragment = { __typename: 'WebhookDisabledError', code: string, message: string };

type WhyRefused_WebhookFilterEmptyError_Fragment = { __typename: 'WebhookFilterEmptyError', code: string, message: string };

type WhyRefused_WebhookNotFoundError_Fragment = { __typename: 'WebhookNotFoundError', code: string, message: string };

type WhyRefused_WebhookUrlRefusedError_Fragment = { __typename: 'WebhookUrlRefusedError', code: string, message: string };

export type WhyRefusedFragment =
  | WhyRefused_ApiKeyNotFoundError_Fragment
  | WhyRefused_DeliveryBlockedError_Fragment
  | WhyRefused_DeliveryErasedError_Fragment
  | WhyRefused_DeliveryNotFoundError_Fragment
  | WhyRefused_DeliveryNotPendingError_Fragment
  | WhyRefused_DeliverySupersededError_Fragment
  | WhyRefused_DeliveryUnderWayError_Fragment
  | WhyRefused_ImportConflictError_Fragment
  | WhyRefused_ImportNotFoundError_Fragment
  | WhyRefused_InputError_Fragment
  | WhyRefused_InvalidImportTransitionError_Fragment
  | WhyRefused_OrganizationNameTakenError_Fragment
  | WhyRefused_ReplayLimitError_Fragment
  | WhyRefused_ReplayNotFoundError_Fragment
  | WhyRefused_ReplayOverError_Fragment
  | WhyRefused_SavedSchemaInUseError_Fragment
  | WhyRefused_SavedSchemaNameTakenError_Fragment
  | WhyRefused_SavedSchemaNotFoundError_Fragment
  | WhyRefused_WebhookDisabledError_Fragment
  | WhyRefused_WebhookFilterEmptyError_Fragment
  | WhyRefused_WebhookNotFoundError_Fragment
  | WhyRefused_WebhookUrlRefusedError_Fragment
;

export type SavedSchemaFieldsFragment = { id: string, name: string, createdAt: string, updatedAt: string };

export type WebhookSummaryFragment = { id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } };

export type WebhookDetailsFragment = { retryScheduleSeconds: Array<number>, maxAttemptsPerSecond: number | null, createdAt: string, updatedAt: string, id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, headers: Array<{ name: string, maskedValue: string }>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } };

export type DeliveryGlanceFragment = { id: string, status: DeliveryStatus, attemptCount: number, createdAt: string, finishedAt: string | null };

export type ApiKeyFieldsFragment = { id: string, name: string, role: Role, prefix: string, createdAt: string, lastUsedAt: string | null, revokedAt: string | null, expiresAt: string | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { role: Role, keyName: string, organization: { id: string, name: string } | null } };

export type WebhooksQueryVariables = Exact<{
  filter?: WebhookFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WebhooksQuery = { webhooks: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, deliveries: { edges: Array<{ node: { id: string, status: DeliveryStatus, attemptCount: number, createdAt: string, finishedAt: string | null } }> }, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } }> } };

export type OverviewQueryVariables = Exact<{
  inTrouble?: WebhookFilter | null | undefined;
  first?: number | null | undefined;
}>;


export type OverviewQuery = { webhooks: { totalCount: number, edges: Array<{ node: { id: string, importIdentifiers: Array<string>, developmentMode: boolean } }> }, inTrouble: { totalCount: number, edges: Array<{ node: { id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } }> }, imports: { edges: Array<{ node: { id: string } }> } };

export type WebhookLabelFragment = { id: string, url: string, description: string };

export type WebhookChoicesQueryVariables = Exact<{
  filter?: WebhookFilter | null | undefined;
}>;


export type WebhookChoicesQuery = { webhooks: { edges: Array<{ node: { id: string, url: string, description: string } }> } };

export type WebhookNameQueryVariables = Exact<{
  id: string;
}>;


export type WebhookNameQuery = { webhook: { id: string, url: string, description: string } | null };

export type WebhookNamesQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type WebhookNamesQuery = { webhooks: { edges: Array<{ node: { id: string, url: string, description: string } }> } };

export type WebhookQueryVariables = Exact<{
  id: string;
}>;


export type WebhookQuery = { webhook: { retryScheduleSeconds: Array<number>, maxAttemptsPerSecond: number | null, createdAt: string, updatedAt: string, id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, deliveries: { edges: Array<{ node: { isTest: boolean, importId: string | null, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, id: string, status: DeliveryStatus, attemptCount: number, createdAt: string, finishedAt: string | null, event: { id: string, type: EventType } } }> }, headers: Array<{ name: string, maskedValue: string }>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } | null };

export type PreviewWebhookQueryVariables = Exact<{
  filter: WebhookPreviewFilter;
  last?: number | null | undefined;
}>;


export type PreviewWebhookQuery = { previewWebhook: { considered: number, matched: number, deliveries: number, imports: Array<{ id: string, importId: string, filename: string | null, status: ImportStatus, createdAt: string }> } };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { createWebhook:
    | { secret: string, webhook: { retryScheduleSeconds: Array<number>, maxAttemptsPerSecond: number | null, createdAt: string, updatedAt: string, id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, headers: Array<{ name: string, maskedValue: string }>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SavedSchemaNotFoundError', code: string, message: string }
    | { __typename: 'WebhookFilterEmptyError', code: string, message: string }
    | { __typename: 'WebhookUrlRefusedError', code: string, message: string }
   };

export type UpdateWebhookMutationVariables = Exact<{
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { updateWebhook:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SavedSchemaNotFoundError', code: string, message: string }
    | { __typename: 'WebhookFilterEmptyError', code: string, message: string }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
    | { webhook: { retryScheduleSeconds: Array<number>, maxAttemptsPerSecond: number | null, createdAt: string, updatedAt: string, id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, headers: Array<{ name: string, maskedValue: string }>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } }
    | { __typename: 'WebhookUrlRefusedError', code: string, message: string }
   };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;


export type DeleteWebhookMutation = { deleteWebhook:
    | { deletedId: string, cancelledDeliveries: number }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
   };

export type EnableWebhookMutationVariables = Exact<{
  input: EnableWebhookInput;
}>;


export type EnableWebhookMutation = { enableWebhook:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
    | { webhook: { retryScheduleSeconds: Array<number>, maxAttemptsPerSecond: number | null, createdAt: string, updatedAt: string, id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, headers: Array<{ name: string, maskedValue: string }>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } }
   };

export type DisableWebhookMutationVariables = Exact<{
  input: DisableWebhookInput;
}>;


export type DisableWebhookMutation = { disableWebhook:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
    | { webhook: { retryScheduleSeconds: Array<number>, maxAttemptsPerSecond: number | null, createdAt: string, updatedAt: string, id: string, url: string, description: string, developmentMode: boolean, events: Array<EventType>, enabled: boolean, disabledReason: string | null, disabledAt: string | null, importIdentifiers: Array<string>, headers: Array<{ name: string, maskedValue: string }>, savedSchemas: Array<{ id: string, name: string }>, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number } } }
   };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { secret: string, webhook: { id: string, updatedAt: string } }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
   };

export type RotateBasicWebhookSecretMutationVariables = Exact<{
  input: RotateBasicWebhookSecretInput;
}>;


export type RotateBasicWebhookSecretMutation = { rotateBasicWebhookSecret:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { secret: string }
   };

export type SendTestEventMutationVariables = Exact<{
  input: SendTestEventInput;
}>;


export type SendTestEventMutation = { sendTestEvent:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { delivery: { id: string, status: DeliveryStatus } }
    | { __typename: 'WebhookDisabledError', code: string, message: string }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
   };

export type SavedSchemasQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SavedSchemasQuery = { savedSchemas: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, name: string, createdAt: string, updatedAt: string } }> } };

export type CreateSavedSchemaMutationVariables = Exact<{
  input: CreateSavedSchemaInput;
}>;


export type CreateSavedSchemaMutation = { createSavedSchema:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SavedSchemaNameTakenError', code: string, message: string }
    | { savedSchema: { id: string, name: string, createdAt: string, updatedAt: string } }
   };

export type RenameSavedSchemaMutationVariables = Exact<{
  input: RenameSavedSchemaInput;
}>;


export type RenameSavedSchemaMutation = { renameSavedSchema:
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SavedSchemaNameTakenError', code: string, message: string }
    | { __typename: 'SavedSchemaNotFoundError', code: string, message: string }
    | { savedSchema: { id: string, name: string, createdAt: string, updatedAt: string } }
   };

export type DeleteSavedSchemaMutationVariables = Exact<{
  input: DeleteSavedSchemaInput;
}>;


export type DeleteSavedSchemaMutation = { deleteSavedSchema:
    | { deletedId: string }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SavedSchemaInUseError', code: string, message: string }
    | { __typename: 'SavedSchemaNotFoundError', code: string, message: string }
   };

export type ApiKeysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ApiKeysQuery = { apiKeys: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, name: string, role: Role, prefix: string, createdAt: string, lastUsedAt: string | null, revokedAt: string | null, expiresAt: string | null } }> } };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey:
    | { key: string, apiKey: { id: string, name: string, role: Role, prefix: string, createdAt: string, lastUsedAt: string | null, revokedAt: string | null, expiresAt: string | null } }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
   };

export type RevokeApiKeyMutationVariables = Exact<{
  input: RevokeApiKeyInput;
}>;


export type RevokeApiKeyMutation = { revokeApiKey:
    | { __typename: 'ApiKeyNotFoundError', code: string, message: string }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { apiKey: { id: string, name: string, role: Role, prefix: string, createdAt: string, lastUsedAt: string | null, revokedAt: string | null, expiresAt: string | null } }
   };

export type ErasedFieldsFragment = { erasedImports: number, erasedEvents: number, cancelledDeliveries: number };

export type EraseImportMutationVariables = Exact<{
  input: EraseImportInput;
}>;


export type EraseImportMutation = { eraseImport:
    | { erasedImports: number, erasedEvents: number, cancelledDeliveries: number }
    | { __typename: 'ImportNotFoundError', code: string, message: string }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
   };

type ReportResult_ImportConflictError_Fragment = { __typename: 'ImportConflictError', code: string, message: string };

type ReportResult_ImportReport_Fragment = { __typename: 'ImportReport', deliveries: number, duplicate: boolean, event: { id: string } };

type ReportResult_InputError_Fragment = { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> };

type ReportResult_InvalidImportTransitionError_Fragment = { __typename: 'InvalidImportTransitionError', code: string, message: string };

type ReportResult_WebhookUrlRefusedError_Fragment = { __typename: 'WebhookUrlRefusedError', code: string, message: string };

export type ReportResultFragment =
  | ReportResult_ImportConflictError_Fragment
  | ReportResult_ImportReport_Fragment
  | ReportResult_InputError_Fragment
  | ReportResult_InvalidImportTransitionError_Fragment
  | ReportResult_WebhookUrlRefusedError_Fragment
;

export type ImportCompletedMutationVariables = Exact<{
  input: ImportCompletedInput;
}>;


export type ImportCompletedMutation = { importCompleted:
    | { __typename: 'ImportConflictError', code: string, message: string }
    | { __typename: 'ImportReport', deliveries: number, duplicate: boolean, event: { id: string } }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'InvalidImportTransitionError', code: string, message: string }
    | { __typename: 'WebhookUrlRefusedError', code: string, message: string }
   };

export type HeadlessImportNeedsReviewMutationVariables = Exact<{
  input: HeadlessImportNeedsReviewInput;
}>;


export type HeadlessImportNeedsReviewMutation = { headlessImportNeedsReview:
    | { __typename: 'ImportConflictError', code: string, message: string }
    | { __typename: 'ImportReport', deliveries: number, duplicate: boolean, event: { id: string } }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'InvalidImportTransitionError', code: string, message: string }
    | { __typename: 'WebhookUrlRefusedError', code: string, message: string }
   };

export type HeadlessImportFailedMutationVariables = Exact<{
  input: HeadlessImportFailedInput;
}>;


export type HeadlessImportFailedMutation = { headlessImportFailed:
    | { __typename: 'ImportConflictError', code: string, message: string }
    | { __typename: 'ImportReport', deliveries: number, duplicate: boolean, event: { id: string } }
    | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'InvalidImportTransitionError', code: string, message: string }
    | { __typename: 'WebhookUrlRefusedError', code: string, message: string }
   };

export type ImportsCompletedMutationVariables = Exact<{
  input: ImportsCompletedInput;
}>;


export type ImportsCompletedMutation = { importsCompleted: { results: Array<
      | { __typename: 'ImportConflictError', code: string, message: string }
      | { __typename: 'ImportReport', deliveries: number, duplicate: boolean, event: { id: string } }
      | { __typename: 'InputError', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
      | { __typename: 'InvalidImportTransitionError', code: string, message: string }
      | { __typename: 'WebhookUrlRefusedError', code: string, message: string }
    > } };

type WhyNotDone_ApiKeyNotFoundError_Fragment = { __typename: 'ApiKeyNotFoundError', code: string, message: string };

type WhyNotDone_DeliveryBlockedError_Fragment = { __typename: 'DeliveryBlockedError', code: string, message: string };

type WhyNotDone_DeliveryErasedError_Fragment = { __typename: 'DeliveryErasedError', code: string, message: string };

type WhyNotDone_DeliveryNotFoundError_Fragment = { __typename: 'DeliveryNotFoundError', code: string, message: string };

type WhyNotDone_DeliveryNotPendingError_Fragment = { __typename: 'DeliveryNotPendingError', code: string, message: string };

type WhyNotDone_DeliverySupersededError_Fragment = { __typename: 'DeliverySupersededError', code: string, message: string };

type WhyNotDone_DeliveryUnderWayError_Fragment = { __typename: 'DeliveryUnderWayError', code: string, message: string };

type WhyNotDone_ImportConflictError_Fragment = { __typename: 'ImportConflictError', code: string, message: string };

type WhyNotDone_ImportNotFoundError_Fragment = { __typename: 'ImportNotFoundError', code: string, message: string };

type WhyNotDone_InputError_Fragment = { __typename: 'InputError', code: string, message: string };

type WhyNotDone_InvalidImportTransitionError_Fragment = { __typename: 'InvalidImportTransitionError', code: string, message: string };

type WhyNotDone_OrganizationNameTakenError_Fragment = { __typename: 'OrganizationNameTakenError', code: string, message: string };

type WhyNotDone_ReplayLimitError_Fragment = { __typename: 'ReplayLimitError', code: string, message: string };

type WhyNotDone_ReplayNotFoundError_Fragment = { __typename: 'ReplayNotFoundError', code: string, message: string };

type WhyNotDone_ReplayOverError_Fragment = { __typename: 'ReplayOverError', code: string, message: string };

type WhyNotDone_SavedSchemaInUseError_Fragment = { __typename: 'SavedSchemaInUseError', code: string, message: string };

type WhyNotDone_SavedSchemaNameTakenError_Fragment = { __typename: 'SavedSchemaNameTakenError', code: string, message: string };

type WhyNotDone_SavedSchemaNotFoundError_Fragment = { __typename: 'SavedSchemaNotFoundError', code: string, message: string };

type WhyNotDone_WebhookDisabledError_Fragment = { __typename: 'WebhookDisabledError', code: string, message: string };

type WhyNotDone_WebhookFilterEmptyError_Fragment = { __typename: 'WebhookFilterEmptyError', code: string, message: string };

type WhyNotDone_WebhookNotFoundError_Fragment = { __typename: 'WebhookNotFoundError', code: string, message: string };

type WhyNotDone_WebhookUrlRefusedError_Fragment = { __typename: 'WebhookUrlRefusedError', code: string, message: string };

export type WhyNotDoneFragment =
  | WhyNotDone_ApiKeyNotFoundError_Fragment
  | WhyNotDone_DeliveryBlockedError_Fragment
  | WhyNotDone_DeliveryErasedError_Fragment
  | WhyNotDone_DeliveryNotFoundError_Fragment
  | WhyNotDone_DeliveryNotPendingError_Fragment
  | WhyNotDone_DeliverySupersededError_Fragment
  | WhyNotDone_DeliveryUnderWayError_Fragment
  | WhyNotDone_ImportConflictError_Fragment
  | WhyNotDone_ImportNotFoundError_Fragment
  | WhyNotDone_InputError_Fragment
  | WhyNotDone_InvalidImportTransitionError_Fragment
  | WhyNotDone_OrganizationNameTakenError_Fragment
  | WhyNotDone_ReplayLimitError_Fragment
  | WhyNotDone_ReplayNotFoundError_Fragment
  | WhyNotDone_ReplayOverError_Fragment
  | WhyNotDone_SavedSchemaInUseError_Fragment
  | WhyNotDone_SavedSchemaNameTakenError_Fragment
  | WhyNotDone_SavedSchemaNotFoundError_Fragment
  | WhyNotDone_WebhookDisabledError_Fragment
  | WhyNotDone_WebhookFilterEmptyError_Fragment
  | WhyNotDone_WebhookNotFoundError_Fragment
  | WhyNotDone_WebhookUrlRefusedError_Fragment
;

export type OrganizationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OrganizationsQuery = { organizations: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, name: string, createdAt: string } }> } };

export type CreateOrganizationMutationVariables = Exact<{
  input: CreateOrganizationInput;
}>;


export type CreateOrganizationMutation = { createOrganization:
    | { adminKey: string, organization: { id: string, name: string, createdAt: string } }
    | { __typename: 'InputError', code: string, message: string }
    | { __typename: 'OrganizationNameTakenError', code: string, message: string }
   };

export type EraseUserMutationVariables = Exact<{
  input: EraseUserInput;
}>;


export type EraseUserMutation = { eraseUser:
    | { erasedImports: number, erasedEvents: number, cancelledDeliveries: number }
    | { __typename: 'InputError', code: string, message: string }
   };

type WhyDeclined_ApiKeyNotFoundError_Fragment = { __typename: 'ApiKeyNotFoundError', code: string, message: string };

type WhyDeclined_DeliveryBlockedError_Fragment = { __typename: 'DeliveryBlockedError', code: string, message: string };

type WhyDeclined_DeliveryErasedError_Fragment = { __typename: 'DeliveryErasedError', code: string, message: string };

type WhyDeclined_DeliveryNotFoundError_Fragment = { __typename: 'DeliveryNotFoundError', code: string, message: string };

type WhyDeclined_DeliveryNotPendingError_Fragment = { __typename: 'DeliveryNotPendingError', code: string, message: string };

type WhyDeclined_DeliverySupersededError_Fragment = { __typename: 'DeliverySupersededError', code: string, message: string };

type WhyDeclined_DeliveryUnderWayError_Fragment = { __typename: 'DeliveryUnderWayError', code: string, message: string };

type WhyDeclined_ImportConflictError_Fragment = { __typename: 'ImportConflictError', code: string, message: string };

type WhyDeclined_ImportNotFoundError_Fragment = { __typename: 'ImportNotFoundError', code: string, message: string };

type WhyDeclined_InputError_Fragment = { __typename: 'InputError', code: string, message: string };

type WhyDeclined_InvalidImportTransitionError_Fragment = { __typename: 'InvalidImportTransitionError', code: string, message: string };

type WhyDeclined_OrganizationNameTakenError_Fragment = { __typename: 'OrganizationNameTakenError', code: string, message: string };

type WhyDeclined_ReplayLimitError_Fragment = { __typename: 'ReplayLimitError', code: string, message: string };

type WhyDeclined_ReplayNotFoundError_Fragment = { __typename: 'ReplayNotFoundError', code: string, message: string };

type WhyDeclined_ReplayOverError_Fragment = { __typename: 'ReplayOverError', code: string, message: string };

type WhyDeclined_SavedSchemaInUseError_Fragment = { __typename: 'SavedSchemaInUseError', code: string, message: string };

type WhyDeclined_SavedSchemaNameTakenError_Fragment = { __typename: 'SavedSchemaNameTakenError', code: string, message: string };

type WhyDeclined_SavedSchemaNotFoundError_Fragment = { __typename: 'SavedSchemaNotFoundError', code: string, message: string };

type WhyDeclined_WebhookDisabledError_Fragment = { __typename: 'WebhookDisabledError', code: string, message: string };

type WhyDeclined_WebhookFilterEmptyError_Fragment = { __typename: 'WebhookFilterEmptyError', code: string, message: string };

type WhyDeclined_WebhookNotFoundError_Fragment = { __typename: 'WebhookNotFoundError', code: string, message: string };

type WhyDeclined_WebhookUrlRefusedError_Fragment = { __typename: 'WebhookUrlRefusedError', code: string, message: string };

export type WhyDeclinedFragment =
  | WhyDeclined_ApiKeyNotFoundError_Fragment
  | WhyDeclined_DeliveryBlockedError_Fragment
  | WhyDeclined_DeliveryErasedError_Fragment
  | WhyDeclined_DeliveryNotFoundError_Fragment
  | WhyDeclined_DeliveryNotPendingError_Fragment
  | WhyDeclined_DeliverySupersededError_Fragment
  | WhyDeclined_DeliveryUnderWayError_Fragment
  | WhyDeclined_ImportConflictError_Fragment
  | WhyDeclined_ImportNotFoundError_Fragment
  | WhyDeclined_InputError_Fragment
  | WhyDeclined_InvalidImportTransitionError_Fragment
  | WhyDeclined_OrganizationNameTakenError_Fragment
  | WhyDeclined_ReplayLimitError_Fragment
  | WhyDeclined_ReplayNotFoundError_Fragment
  | WhyDeclined_ReplayOverError_Fragment
  | WhyDeclined_SavedSchemaInUseError_Fragment
  | WhyDeclined_SavedSchemaNameTakenError_Fragment
  | WhyDeclined_SavedSchemaNotFoundError_Fragment
  | WhyDeclined_WebhookDisabledError_Fragment
  | WhyDeclined_WebhookFilterEmptyError_Fragment
  | WhyDeclined_WebhookNotFoundError_Fragment
  | WhyDeclined_WebhookUrlRefusedError_Fragment
;

export type LogEntryFragment = { cursor: string, at: string, kind: DeliveryLogKind, deliveryStatus: DeliveryStatus, eventType: EventType, importId: string | null, isTest: boolean, webhookId: string | null, attemptNumber: number | null, responseStatus: number | null, errorCode: DeliveryErrorCode | null, nextAttemptAt: string | null, reason: string | null, deliveryId: string };

export type DeliverySummaryFragment = { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null };

export type AttemptDetailsFragment = { id: string, number: number, url: string, startedAt: string, durationMs: number, outcome: AttemptOutcome, errorCode: DeliveryErrorCode | null, errorMessage: string | null, cure: string | null, requestBody: string | null, responseStatus: number | null, responseBody: string | null, responseBodyTruncated: boolean, responseEnd: ResponseEnd | null, responseWarnings: Array<ResponseWarning>, remoteAddress: string | null, tlsVersion: string | null, certificateExpiresAt: string | null, leaseLost: boolean, requestHeaders: Array<{ name: string, value: string }> | null, responseHeaders: Array<{ name: string, values: Array<string> }> | null, timings: { dnsMs: number | null, connectMs: number | null, tlsMs: number | null, firstByteMs: number | null, bodyMs: number | null, totalMs: number } | null };

export type ImportSummaryFragment = { id: string, importId: string, status: ImportStatus, importType: ImportType, filename: string | null, developmentMode: boolean, importIdentifier: string | null, numDataRows: number | null, createdAt: string, updatedAt: string, erasedAt: string | null };

export type StatPointFragment = { startsAt: string, endsAt: string, scheduled: number, delivered: number, failed: number, cancelled: number, superseded: number, deliverySuccessRate: number | null, attemptsSucceeded: number, attemptsFailed: number, attemptSuccessRate: number | null, p50LatencyMs: number | null, p95LatencyMs: number | null };

export type DeliveriesQueryVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type DeliveriesQuery = { deliveries: { pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } }> } };

export type FailureGroupsQueryVariables = Exact<{
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type FailureGroupsQuery = { failureGroups: Array<{ summary: string, cause: string, cure: string, errorCode: DeliveryErrorCode, responseStatus: number | null, deliveries: number, pending: number, failed: number, webhooks: number, basicOrigins: number, since: string, latest: string, filter: { statuses: Array<DeliveryStatus>, errorCodes: Array<DeliveryErrorCode>, responseStatuses: Array<number> | null, from: string | null, to: string | null } }> };

export type FailureGroupDetailsQueryVariables = Exact<{
  filter: DeliveryFilter;
  pending: DeliveryFilter;
  first?: number | null | undefined;
}>;


export type FailureGroupDetailsQuery = { newest: { edges: Array<{ node: { id: string, basicUrl: string | null, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } }> }, pending: { edges: Array<{ node: { id: string, nextAttemptAt: string | null, destination: { id: string, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null } } }> } };

export type DeliveryQueryVariables = Exact<{
  id: string;
}>;


export type DeliveryQuery = { delivery: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, destination: { id: string, origin: string | null, health: DestinationHealth, holdReason: HoldReason | null, holdUntil: string | null, failingSince: string | null, concurrency: number }, event: { body: string | null, bodySha256: string | null, createdAt: string, erasedAt: string | null, id: string, type: EventType }, attempts: Array<{ id: string, number: number, url: string, startedAt: string, durationMs: number, outcome: AttemptOutcome, errorCode: DeliveryErrorCode | null, errorMessage: string | null, cure: string | null, requestBody: string | null, responseStatus: number | null, responseBody: string | null, responseBodyTruncated: boolean, responseEnd: ResponseEnd | null, responseWarnings: Array<ResponseWarning>, remoteAddress: string | null, tlsVersion: string | null, certificateExpiresAt: string | null, leaseLost: boolean, requestHeaders: Array<{ name: string, value: string }> | null, responseHeaders: Array<{ name: string, values: Array<string> }> | null, timings: { dnsMs: number | null, connectMs: number | null, tlsMs: number | null, firstByteMs: number | null, bodyMs: number | null, totalMs: number } | null }>, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } | null };

export type ImportsQueryVariables = Exact<{
  filter?: ImportFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ImportsQuery = { imports: { pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, importId: string, status: ImportStatus, importType: ImportType, filename: string | null, developmentMode: boolean, importIdentifier: string | null, numDataRows: number | null, createdAt: string, updatedAt: string, erasedAt: string | null } }> } };

export type ImportQueryVariables = Exact<{
  importId: string;
}>;


export type ImportQuery = { import: { hasData: boolean, reviewUrl: string | null, originalFileDownload: string | null, id: string, importId: string, status: ImportStatus, importType: ImportType, filename: string | null, developmentMode: boolean, importIdentifier: string | null, numDataRows: number | null, createdAt: string, updatedAt: string, erasedAt: string | null, savedSchema: { id: string, name: string } | null, user: { id: string, name: string | null, email: string | null, companyId: string | null, companyName: string | null } | null, events: Array<{ id: string, type: EventType, createdAt: string, deliveries: { pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } }> } }> } | null };

export type DeliveryStatsQueryVariables = Exact<{
  bucket?: StatBucket;
  webhookId?: string | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  buckets?: number | null | undefined;
}>;


export type DeliveryStatsQuery = { deliveryStats: { countedUntil: string | null, total: { startsAt: string, endsAt: string, scheduled: number, delivered: number, failed: number, cancelled: number, superseded: number, deliverySuccessRate: number | null, attemptsSucceeded: number, attemptsFailed: number, attemptSuccessRate: number | null, p50LatencyMs: number | null, p95LatencyMs: number | null }, buckets: Array<{ startsAt: string, endsAt: string, scheduled: number, delivered: number, failed: number, cancelled: number, superseded: number, deliverySuccessRate: number | null, attemptsSucceeded: number, attemptsFailed: number, attemptSuccessRate: number | null, p50LatencyMs: number | null, p95LatencyMs: number | null }> } | null };

export type DeliveryBacklogQueryVariables = Exact<{ [key: string]: never; }>;


export type DeliveryBacklogQuery = { deliveryBacklog: { oldestDueAt: string | null, due: number, pending: number, isExact: boolean } };

export type ExplainImportQueryVariables = Exact<{
  importId: string;
  event?: EventType | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ExplainImportQuery = { explainImport: { isLatestEvent: boolean, event: { id: string, type: EventType, createdAt: string, import: { id: string, importId: string, status: ImportStatus, importType: ImportType, filename: string | null, developmentMode: boolean, importIdentifier: string | null, numDataRows: number | null, createdAt: string, updatedAt: string, erasedAt: string | null } | null }, basicWebhook: { fired: boolean, message: string, delivery: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } | null }, webhooks: { pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { fired: boolean, changedSince: boolean, reasons: Array<{ reason: NotFiredReason, message: string }>, webhook: { id: string, url: string, description: string, disabledReason: string | null, updatedAt: string }, delivery: { id: string, status: DeliveryStatus } | null } }> } } | null };

export type DeliveryLogQueryVariables = Exact<{
  filter?: DeliveryLogFilter | null | undefined;
  after?: string | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
}>;


export type DeliveryLogQuery = { deliveryLog: { endCursor: string, hasMore: boolean, entries: Array<{ cursor: string, at: string, kind: DeliveryLogKind, deliveryStatus: DeliveryStatus, eventType: EventType, importId: string | null, isTest: boolean, webhookId: string | null, attemptNumber: number | null, responseStatus: number | null, errorCode: DeliveryErrorCode | null, nextAttemptAt: string | null, reason: string | null, deliveryId: string }> } };

export type WatchDeliveryLogSubscriptionVariables = Exact<{
  filter?: DeliveryLogFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type WatchDeliveryLogSubscription = { deliveryLog: { cursor: string, at: string, kind: DeliveryLogKind, deliveryStatus: DeliveryStatus, eventType: EventType, importId: string | null, isTest: boolean, webhookId: string | null, attemptNumber: number | null, responseStatus: number | null, errorCode: DeliveryErrorCode | null, nextAttemptAt: string | null, reason: string | null, deliveryId: string } };

export type WatchDeliveryLogPagesSubscriptionVariables = Exact<{
  filter?: DeliveryLogFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type WatchDeliveryLogPagesSubscription = { deliveryLogPages: { endCursor: string, hasMore: boolean, entries: Array<{ cursor: string, at: string, kind: DeliveryLogKind, deliveryStatus: DeliveryStatus, eventType: EventType, importId: string | null, isTest: boolean, webhookId: string | null, attemptNumber: number | null, responseStatus: number | null, errorCode: DeliveryErrorCode | null, nextAttemptAt: string | null, reason: string | null, deliveryId: string }> } };

export type RedeliverMutationVariables = Exact<{
  input: RedeliverInput;
}>;


export type RedeliverMutation = { redeliver:
    | { __typename: 'DeliveryBlockedError', code: string, message: string }
    | { __typename: 'DeliveryErasedError', code: string, message: string }
    | { __typename: 'DeliveryNotFoundError', code: string, message: string }
    | { __typename: 'DeliverySupersededError', code: string, message: string }
    | { __typename: 'DeliveryUnderWayError', code: string, message: string }
    | { __typename: 'InputError', code: string, message: string }
    | { delivery: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } }
   };

export type CancelDeliveryMutationVariables = Exact<{
  input: CancelDeliveryInput;
}>;


export type CancelDeliveryMutation = { cancelDelivery:
    | { delivery: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } }
    | { __typename: 'DeliveryNotFoundError', code: string, message: string }
    | { __typename: 'DeliveryNotPendingError', code: string, message: string }
    | { __typename: 'InputError', code: string, message: string }
   };

export type DiagnoseSignatureQueryVariables = Exact<{
  input: DiagnoseSignatureInput;
}>;


export type DiagnoseSignatureQuery = { diagnoseSignature:
    | { __typename: 'DeliveryNotFoundError', code: string, message: string }
    | { __typename: 'InputError', code: string, message: string }
    | { valid: boolean, attemptNumber: number | null, findings: Array<{ kind: SignatureFindingKind, message: string, cure: string, header: string | null, seconds: number | null, webhookId: string | null, difference: { offset: number, received: string, sent: string } | null }>, delivery: { id: string, status: DeliveryStatus, importId: string | null, isTest: boolean, attemptCount: number, lastErrorCode: DeliveryErrorCode | null, lastResponseStatus: number | null, nextAttemptAt: string | null, createdAt: string, finishedAt: string | null, basicUrl: string | null, event: { id: string, type: EventType }, webhook: { id: string, url: string, description: string, deletedAt: string | null } | null } | null }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
   };

export type ReconciliationQueryVariables = Exact<{
  webhookId?: string | null | undefined;
  origin?: string | null | undefined;
  from: string;
  to: string;
  buckets?: number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReconciliationQuery = { reconciliation: { events: number, delivered: number, digest: string, buckets: Array<{ from: string, to: string, events: number, delivered: number, digest: string }>, ids: { hasMore: boolean, entries: Array<{ eventId: string, deliveryId: string, status: DeliveryStatus }> } } | null };

export type ReplayProgressFragment = { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } };

export type ReplaysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReplaysQuery = { replays: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, edges: Array<{ node: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } }> } };

export type ReplayQueryVariables = Exact<{
  id: string;
}>;


export type ReplayQuery = { replay: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } | null };

export type WatchReplaySubscriptionVariables = Exact<{
  id: string;
}>;


export type WatchReplaySubscription = { replay: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } };

export type StartReplayMutationVariables = Exact<{
  input: StartReplayInput;
}>;


export type StartReplayMutation = { startReplay:
    | { __typename: 'InputError', code: string, message: string }
    | { __typename: 'ReplayLimitError', code: string, message: string }
    | { planned: number, estimatedSeconds: number, replay: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } | null }
    | { __typename: 'WebhookNotFoundError', code: string, message: string }
   };

export type PauseReplayMutationVariables = Exact<{
  input: PauseReplayInput;
}>;


export type PauseReplayMutation = { pauseReplay:
    | { __typename: 'InputError', code: string, message: string }
    | { __typename: 'ReplayNotFoundError', code: string, message: string }
    | { __typename: 'ReplayOverError', code: string, message: string }
    | { replay: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } }
   };

export type ResumeReplayMutationVariables = Exact<{
  input: ResumeReplayInput;
}>;


export type ResumeReplayMutation = { resumeReplay:
    | { __typename: 'InputError', code: string, message: string }
    | { __typename: 'ReplayNotFoundError', code: string, message: string }
    | { __typename: 'ReplayOverError', code: string, message: string }
    | { replay: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } }
   };

export type CancelReplayMutationVariables = Exact<{
  input: CancelReplayInput;
}>;


export type CancelReplayMutation = { cancelReplay:
    | { __typename: 'InputError', code: string, message: string }
    | { __typename: 'ReplayNotFoundError', code: string, message: string }
    | { __typename: 'ReplayOverError', code: string, message: string }
    | { replay: { id: string, status: ReplayStatus, ratePerSecond: number, startedBy: string, planned: number, requested: number, skipped: number, delivered: number, failed: number, cancelled: number, pending: number, estimatedSecondsLeft: number | null, createdAt: string, finishedAt: string | null, filter: { statuses: Array<DeliveryStatus>, webhookId: string | null, importId: string | null, eventTypes: Array<EventType> | null, from: string | null, to: string | null, errorCodes: Array<DeliveryErrorCode> | null, responseStatuses: Array<number> | null } } }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const WhyRefusedFragmentDoc = new TypedDocumentString(`
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
    `, {"fragmentName":"WhyRefused"}) as unknown as TypedDocumentString<WhyRefusedFragment, unknown>;
export const SavedSchemaFieldsFragmentDoc = new TypedDocumentString(`
    fragment SavedSchemaFields on SavedSchema {
  id
  name
  createdAt
  updatedAt
}
    `, {"fragmentName":"SavedSchemaFields"}) as unknown as TypedDocumentString<SavedSchemaFieldsFragment, unknown>;
export const WebhookSummaryFragmentDoc = new TypedDocumentString(`
    fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
    `, {"fragmentName":"WebhookSummary"}) as unknown as TypedDocumentString<WebhookSummaryFragment, unknown>;
export const WebhookDetailsFragmentDoc = new TypedDocumentString(`
    fragment WebhookDetails on Webhook {
  ...WebhookSummary
  headers {
    name
    maskedValue
  }
  retryScheduleSeconds
  maxAttemptsPerSecond
  createdAt
  updatedAt
}
    fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}`, {"fragmentName":"WebhookDetails"}) as unknown as TypedDocumentString<WebhookDetailsFragment, unknown>;
export const DeliveryGlanceFragmentDoc = new TypedDocumentString(`
    fragment DeliveryGlance on Delivery {
  id
  status
  attemptCount
  createdAt
  finishedAt
}
    `, {"fragmentName":"DeliveryGlance"}) as unknown as TypedDocumentString<DeliveryGlanceFragment, unknown>;
export const ApiKeyFieldsFragmentDoc = new TypedDocumentString(`
    fragment ApiKeyFields on ApiKey {
  id
  name
  role
  prefix
  createdAt
  lastUsedAt
  revokedAt
  expiresAt
}
    `, {"fragmentName":"ApiKeyFields"}) as unknown as TypedDocumentString<ApiKeyFieldsFragment, unknown>;
export const WebhookLabelFragmentDoc = new TypedDocumentString(`
    fragment WebhookLabel on Webhook {
  id
  url
  description
}
    `, {"fragmentName":"WebhookLabel"}) as unknown as TypedDocumentString<WebhookLabelFragment, unknown>;
export const ErasedFieldsFragmentDoc = new TypedDocumentString(`
    fragment ErasedFields on ErasePayload {
  erasedImports
  erasedEvents
  cancelledDeliveries
}
    `, {"fragmentName":"ErasedFields"}) as unknown as TypedDocumentString<ErasedFieldsFragment, unknown>;
export const ReportResultFragmentDoc = new TypedDocumentString(`
    fragment ReportResult on ReportImportResult {
  __typename
  ... on ImportReport {
    event {
      id
    }
    deliveries
    duplicate
  }
  ... on Refusal {
    code
    message
  }
  ... on InputError {
    problems {
      path
      message
    }
  }
}
    `, {"fragmentName":"ReportResult"}) as unknown as TypedDocumentString<ReportResultFragment, unknown>;
export const WhyNotDoneFragmentDoc = new TypedDocumentString(`
    fragment WhyNotDone on Refusal {
  __typename
  code
  message
}
    `, {"fragmentName":"WhyNotDone"}) as unknown as TypedDocumentString<WhyNotDoneFragment, unknown>;
export const WhyDeclinedFragmentDoc = new TypedDocumentString(`
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
    `, {"fragmentName":"WhyDeclined"}) as unknown as TypedDocumentString<WhyDeclinedFragment, unknown>;
export const LogEntryFragmentDoc = new TypedDocumentString(`
    fragment LogEntry on DeliveryLogEntry {
  cursor
  at
  kind
  deliveryStatus
  eventType
  importId
  isTest
  webhookId
  attemptNumber
  responseStatus
  errorCode
  nextAttemptAt
  reason
  deliveryId
}
    `, {"fragmentName":"LogEntry"}) as unknown as TypedDocumentString<LogEntryFragment, unknown>;
export const DeliverySummaryFragmentDoc = new TypedDocumentString(`
    fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}
    `, {"fragmentName":"DeliverySummary"}) as unknown as TypedDocumentString<DeliverySummaryFragment, unknown>;
export const AttemptDetailsFragmentDoc = new TypedDocumentString(`
    fragment AttemptDetails on Attempt {
  id
  number
  url
  startedAt
  durationMs
  outcome
  errorCode
  errorMessage
  cure
  requestHeaders {
    name
    value
  }
  requestBody
  responseStatus
  responseHeaders {
    name
    values
  }
  responseBody
  responseBodyTruncated
  responseEnd
  responseWarnings
  remoteAddress
  tlsVersion
  certificateExpiresAt
  timings {
    dnsMs
    connectMs
    tlsMs
    firstByteMs
    bodyMs
    totalMs
  }
  leaseLost
}
    `, {"fragmentName":"AttemptDetails"}) as unknown as TypedDocumentString<AttemptDetailsFragment, unknown>;
export const ImportSummaryFragmentDoc = new TypedDocumentString(`
    fragment ImportSummary on Import {
  id
  importId
  status
  importType
  filename
  developmentMode
  importIdentifier
  numDataRows
  createdAt
  updatedAt
  erasedAt
}
    `, {"fragmentName":"ImportSummary"}) as unknown as TypedDocumentString<ImportSummaryFragment, unknown>;
export const StatPointFragmentDoc = new TypedDocumentString(`
    fragment StatPoint on DeliveryStat {
  startsAt
  endsAt
  scheduled
  delivered
  failed
  cancelled
  superseded
  deliverySuccessRate
  attemptsSucceeded
  attemptsFailed
  attemptSuccessRate
  p50LatencyMs
  p95LatencyMs
}
    `, {"fragmentName":"StatPoint"}) as unknown as TypedDocumentString<StatPointFragment, unknown>;
export const ReplayProgressFragmentDoc = new TypedDocumentString(`
    fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}
    `, {"fragmentName":"ReplayProgress"}) as unknown as TypedDocumentString<ReplayProgressFragment, unknown>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    role
    keyName
    organization {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const WebhooksDocument = new TypedDocumentString(`
    query Webhooks($filter: WebhookFilter, $first: Int, $after: String) {
  webhooks(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...WebhookSummary
        deliveries(first: 12) {
          edges {
            node {
              ...DeliveryGlance
            }
          }
        }
      }
    }
  }
}
    fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
fragment DeliveryGlance on Delivery {
  id
  status
  attemptCount
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<WebhooksQuery, WebhooksQueryVariables>;
export const OverviewDocument = new TypedDocumentString(`
    query Overview($inTrouble: WebhookFilter, $first: Int) {
  webhooks(first: 1) {
    totalCount
    edges {
      node {
        id
        importIdentifiers
        developmentMode
      }
    }
  }
  inTrouble: webhooks(filter: $inTrouble, first: $first) {
    totalCount
    edges {
      node {
        ...WebhookSummary
      }
    }
  }
  imports(first: 1) {
    edges {
      node {
        id
      }
    }
  }
}
    fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}`) as unknown as TypedDocumentString<OverviewQuery, OverviewQueryVariables>;
export const WebhookChoicesDocument = new TypedDocumentString(`
    query WebhookChoices($filter: WebhookFilter) {
  webhooks(filter: $filter, first: 20) {
    edges {
      node {
        ...WebhookLabel
      }
    }
  }
}
    fragment WebhookLabel on Webhook {
  id
  url
  description
}`) as unknown as TypedDocumentString<WebhookChoicesQuery, WebhookChoicesQueryVariables>;
export const WebhookNameDocument = new TypedDocumentString(`
    query WebhookName($id: ID!) {
  webhook(id: $id) {
    ...WebhookLabel
  }
}
    fragment WebhookLabel on Webhook {
  id
  url
  description
}`) as unknown as TypedDocumentString<WebhookNameQuery, WebhookNameQueryVariables>;
export const WebhookNamesDocument = new TypedDocumentString(`
    query WebhookNames($ids: [ID!]!) {
  webhooks(filter: { ids: $ids }, first: 100) {
    edges {
      node {
        ...WebhookLabel
      }
    }
  }
}
    fragment WebhookLabel on Webhook {
  id
  url
  description
}`) as unknown as TypedDocumentString<WebhookNamesQuery, WebhookNamesQueryVariables>;
export const WebhookDocument = new TypedDocumentString(`
    query Webhook($id: ID!) {
  webhook(id: $id) {
    ...WebhookDetails
    deliveries(first: 10) {
      edges {
        node {
          ...DeliveryGlance
          isTest
          importId
          lastErrorCode
          lastResponseStatus
          nextAttemptAt
          event {
            id
            type
          }
        }
      }
    }
  }
}
    fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
fragment WebhookDetails on Webhook {
  ...WebhookSummary
  headers {
    name
    maskedValue
  }
  retryScheduleSeconds
  maxAttemptsPerSecond
  createdAt
  updatedAt
}
fragment DeliveryGlance on Delivery {
  id
  status
  attemptCount
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<WebhookQuery, WebhookQueryVariables>;
export const PreviewWebhookDocument = new TypedDocumentString(`
    query PreviewWebhook($filter: WebhookPreviewFilter!, $last: Int) {
  previewWebhook(filter: $filter, last: $last) {
    considered
    matched
    deliveries
    imports {
      id
      importId
      filename
      status
      createdAt
    }
  }
}
    `) as unknown as TypedDocumentString<PreviewWebhookQuery, PreviewWebhookQueryVariables>;
export const CreateWebhookDocument = new TypedDocumentString(`
    mutation CreateWebhook($input: CreateWebhookInput!) {
  createWebhook(input: $input) {
    ... on CreateWebhookPayload {
      webhook {
        ...WebhookDetails
      }
      secret
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
fragment WebhookDetails on Webhook {
  ...WebhookSummary
  headers {
    name
    maskedValue
  }
  retryScheduleSeconds
  maxAttemptsPerSecond
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<CreateWebhookMutation, CreateWebhookMutationVariables>;
export const UpdateWebhookDocument = new TypedDocumentString(`
    mutation UpdateWebhook($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) {
    ... on WebhookPayload {
      webhook {
        ...WebhookDetails
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
fragment WebhookDetails on Webhook {
  ...WebhookSummary
  headers {
    name
    maskedValue
  }
  retryScheduleSeconds
  maxAttemptsPerSecond
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<UpdateWebhookMutation, UpdateWebhookMutationVariables>;
export const DeleteWebhookDocument = new TypedDocumentString(`
    mutation DeleteWebhook($input: DeleteWebhookInput!) {
  deleteWebhook(input: $input) {
    ... on DeleteWebhookPayload {
      deletedId
      cancelledDeliveries
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<DeleteWebhookMutation, DeleteWebhookMutationVariables>;
export const EnableWebhookDocument = new TypedDocumentString(`
    mutation EnableWebhook($input: EnableWebhookInput!) {
  enableWebhook(input: $input) {
    ... on WebhookPayload {
      webhook {
        ...WebhookDetails
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
fragment WebhookDetails on Webhook {
  ...WebhookSummary
  headers {
    name
    maskedValue
  }
  retryScheduleSeconds
  maxAttemptsPerSecond
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<EnableWebhookMutation, EnableWebhookMutationVariables>;
export const DisableWebhookDocument = new TypedDocumentString(`
    mutation DisableWebhook($input: DisableWebhookInput!) {
  disableWebhook(input: $input) {
    ... on WebhookPayload {
      webhook {
        ...WebhookDetails
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment WebhookSummary on Webhook {
  id
  url
  description
  developmentMode
  events
  enabled
  disabledReason
  disabledAt
  importIdentifiers
  savedSchemas {
    id
    name
  }
  destination {
    id
    health
    holdReason
    holdUntil
    failingSince
    concurrency
  }
}
fragment WebhookDetails on Webhook {
  ...WebhookSummary
  headers {
    name
    maskedValue
  }
  retryScheduleSeconds
  maxAttemptsPerSecond
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<DisableWebhookMutation, DisableWebhookMutationVariables>;
export const RotateWebhookSecretDocument = new TypedDocumentString(`
    mutation RotateWebhookSecret($input: RotateWebhookSecretInput!) {
  rotateWebhookSecret(input: $input) {
    ... on RotateWebhookSecretPayload {
      webhook {
        id
        updatedAt
      }
      secret
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const RotateBasicWebhookSecretDocument = new TypedDocumentString(`
    mutation RotateBasicWebhookSecret($input: RotateBasicWebhookSecretInput!) {
  rotateBasicWebhookSecret(input: $input) {
    ... on RotateBasicWebhookSecretPayload {
      secret
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<RotateBasicWebhookSecretMutation, RotateBasicWebhookSecretMutationVariables>;
export const SendTestEventDocument = new TypedDocumentString(`
    mutation SendTestEvent($input: SendTestEventInput!) {
  sendTestEvent(input: $input) {
    ... on SendTestEventPayload {
      delivery {
        id
        status
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<SendTestEventMutation, SendTestEventMutationVariables>;
export const SavedSchemasDocument = new TypedDocumentString(`
    query SavedSchemas($first: Int, $after: String) {
  savedSchemas(first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...SavedSchemaFields
      }
    }
  }
}
    fragment SavedSchemaFields on SavedSchema {
  id
  name
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<SavedSchemasQuery, SavedSchemasQueryVariables>;
export const CreateSavedSchemaDocument = new TypedDocumentString(`
    mutation CreateSavedSchema($input: CreateSavedSchemaInput!) {
  createSavedSchema(input: $input) {
    ... on SavedSchemaPayload {
      savedSchema {
        ...SavedSchemaFields
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment SavedSchemaFields on SavedSchema {
  id
  name
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<CreateSavedSchemaMutation, CreateSavedSchemaMutationVariables>;
export const RenameSavedSchemaDocument = new TypedDocumentString(`
    mutation RenameSavedSchema($input: RenameSavedSchemaInput!) {
  renameSavedSchema(input: $input) {
    ... on SavedSchemaPayload {
      savedSchema {
        ...SavedSchemaFields
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment SavedSchemaFields on SavedSchema {
  id
  name
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<RenameSavedSchemaMutation, RenameSavedSchemaMutationVariables>;
export const DeleteSavedSchemaDocument = new TypedDocumentString(`
    mutation DeleteSavedSchema($input: DeleteSavedSchemaInput!) {
  deleteSavedSchema(input: $input) {
    ... on DeleteSavedSchemaPayload {
      deletedId
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<DeleteSavedSchemaMutation, DeleteSavedSchemaMutationVariables>;
export const ApiKeysDocument = new TypedDocumentString(`
    query ApiKeys($first: Int, $after: String) {
  apiKeys(first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...ApiKeyFields
      }
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  role
  prefix
  createdAt
  lastUsedAt
  revokedAt
  expiresAt
}`) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const CreateApiKeyDocument = new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    ... on CreateApiKeyPayload {
      apiKey {
        ...ApiKeyFields
      }
      key
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment ApiKeyFields on ApiKey {
  id
  name
  role
  prefix
  createdAt
  lastUsedAt
  revokedAt
  expiresAt
}`) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RevokeApiKeyDocument = new TypedDocumentString(`
    mutation RevokeApiKey($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) {
    ... on RevokeApiKeyPayload {
      apiKey {
        ...ApiKeyFields
      }
    }
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment ApiKeyFields on ApiKey {
  id
  name
  role
  prefix
  createdAt
  lastUsedAt
  revokedAt
  expiresAt
}`) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const EraseImportDocument = new TypedDocumentString(`
    mutation EraseImport($input: EraseImportInput!) {
  eraseImport(input: $input) {
    ...ErasedFields
    ...WhyRefused
  }
}
    fragment WhyRefused on Refusal {
  __typename
  code
  message
  ... on InputError {
    problems {
      path
      message
    }
  }
}
fragment ErasedFields on ErasePayload {
  erasedImports
  erasedEvents
  cancelledDeliveries
}`) as unknown as TypedDocumentString<EraseImportMutation, EraseImportMutationVariables>;
export const ImportCompletedDocument = new TypedDocumentString(`
    mutation ImportCompleted($input: ImportCompletedInput!) {
  importCompleted(input: $input) {
    ...ReportResult
  }
}
    fragment ReportResult on ReportImportResult {
  __typename
  ... on ImportReport {
    event {
      id
    }
    deliveries
    duplicate
  }
  ... on Refusal {
    code
    message
  }
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<ImportCompletedMutation, ImportCompletedMutationVariables>;
export const HeadlessImportNeedsReviewDocument = new TypedDocumentString(`
    mutation HeadlessImportNeedsReview($input: HeadlessImportNeedsReviewInput!) {
  headlessImportNeedsReview(input: $input) {
    ...ReportResult
  }
}
    fragment ReportResult on ReportImportResult {
  __typename
  ... on ImportReport {
    event {
      id
    }
    deliveries
    duplicate
  }
  ... on Refusal {
    code
    message
  }
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<HeadlessImportNeedsReviewMutation, HeadlessImportNeedsReviewMutationVariables>;
export const HeadlessImportFailedDocument = new TypedDocumentString(`
    mutation HeadlessImportFailed($input: HeadlessImportFailedInput!) {
  headlessImportFailed(input: $input) {
    ...ReportResult
  }
}
    fragment ReportResult on ReportImportResult {
  __typename
  ... on ImportReport {
    event {
      id
    }
    deliveries
    duplicate
  }
  ... on Refusal {
    code
    message
  }
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<HeadlessImportFailedMutation, HeadlessImportFailedMutationVariables>;
export const ImportsCompletedDocument = new TypedDocumentString(`
    mutation ImportsCompleted($input: ImportsCompletedInput!) {
  importsCompleted(input: $input) {
    results {
      ...ReportResult
    }
  }
}
    fragment ReportResult on ReportImportResult {
  __typename
  ... on ImportReport {
    event {
      id
    }
    deliveries
    duplicate
  }
  ... on Refusal {
    code
    message
  }
  ... on InputError {
    problems {
      path
      message
    }
  }
}`) as unknown as TypedDocumentString<ImportsCompletedMutation, ImportsCompletedMutationVariables>;
export const OrganizationsDocument = new TypedDocumentString(`
    query Organizations($first: Int, $after: String) {
  organizations(first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        id
        name
        createdAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<OrganizationsQuery, OrganizationsQueryVariables>;
export const CreateOrganizationDocument = new TypedDocumentString(`
    mutation CreateOrganization($input: CreateOrganizationInput!) {
  createOrganization(input: $input) {
    ... on CreateOrganizationPayload {
      organization {
        id
        name
        createdAt
      }
      adminKey
    }
    ...WhyNotDone
  }
}
    fragment WhyNotDone on Refusal {
  __typename
  code
  message
}`) as unknown as TypedDocumentString<CreateOrganizationMutation, CreateOrganizationMutationVariables>;
export const EraseUserDocument = new TypedDocumentString(`
    mutation EraseUser($input: EraseUserInput!) {
  eraseUser(input: $input) {
    ... on ErasePayload {
      erasedImports
      erasedEvents
      cancelledDeliveries
    }
    ...WhyNotDone
  }
}
    fragment WhyNotDone on Refusal {
  __typename
  code
  message
}`) as unknown as TypedDocumentString<EraseUserMutation, EraseUserMutationVariables>;
export const DeliveriesDocument = new TypedDocumentString(`
    query Deliveries($filter: DeliveryFilter, $first: Int, $after: String) {
  deliveries(filter: $filter, first: $first, after: $after) {
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...DeliverySummary
      }
    }
  }
}
    fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}`) as unknown as TypedDocumentString<DeliveriesQuery, DeliveriesQueryVariables>;
export const FailureGroupsDocument = new TypedDocumentString(`
    query FailureGroups($from: DateTime, $to: DateTime, $first: Int) {
  failureGroups(from: $from, to: $to, first: $first) {
    summary
    cause
    cure
    errorCode
    responseStatus
    deliveries
    pending
    failed
    webhooks
    basicOrigins
    since
    latest
    filter {
      statuses
      errorCodes
      responseStatuses
      from
      to
    }
  }
}
    `) as unknown as TypedDocumentString<FailureGroupsQuery, FailureGroupsQueryVariables>;
export const FailureGroupDetailsDocument = new TypedDocumentString(`
    query FailureGroupDetails($filter: DeliveryFilter!, $pending: DeliveryFilter!, $first: Int) {
  newest: deliveries(filter: $filter, first: 1) {
    edges {
      node {
        id
        basicUrl
        webhook {
          id
          url
          description
          deletedAt
        }
      }
    }
  }
  pending: deliveries(filter: $pending, first: $first) {
    edges {
      node {
        id
        nextAttemptAt
        destination {
          id
          health
          holdReason
          holdUntil
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FailureGroupDetailsQuery, FailureGroupDetailsQueryVariables>;
export const DeliveryDocument = new TypedDocumentString(`
    query Delivery($id: ID!) {
  delivery(id: $id) {
    ...DeliverySummary
    destination {
      id
      origin
      health
      holdReason
      holdUntil
      failingSince
      concurrency
    }
    event {
      body
      bodySha256
      createdAt
      erasedAt
    }
    attempts {
      ...AttemptDetails
    }
  }
}
    fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}
fragment AttemptDetails on Attempt {
  id
  number
  url
  startedAt
  durationMs
  outcome
  errorCode
  errorMessage
  cure
  requestHeaders {
    name
    value
  }
  requestBody
  responseStatus
  responseHeaders {
    name
    values
  }
  responseBody
  responseBodyTruncated
  responseEnd
  responseWarnings
  remoteAddress
  tlsVersion
  certificateExpiresAt
  timings {
    dnsMs
    connectMs
    tlsMs
    firstByteMs
    bodyMs
    totalMs
  }
  leaseLost
}`) as unknown as TypedDocumentString<DeliveryQuery, DeliveryQueryVariables>;
export const ImportsDocument = new TypedDocumentString(`
    query Imports($filter: ImportFilter, $first: Int, $after: String) {
  imports(filter: $filter, first: $first, after: $after) {
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...ImportSummary
      }
    }
  }
}
    fragment ImportSummary on Import {
  id
  importId
  status
  importType
  filename
  developmentMode
  importIdentifier
  numDataRows
  createdAt
  updatedAt
  erasedAt
}`) as unknown as TypedDocumentString<ImportsQuery, ImportsQueryVariables>;
export const ImportDocument = new TypedDocumentString(`
    query Import($importId: String!) {
  import(importId: $importId) {
    ...ImportSummary
    hasData
    savedSchema {
      id
      name
    }
    reviewUrl
    originalFileDownload
    user {
      id
      name
      email
      companyId
      companyName
    }
    events {
      id
      type
      createdAt
      deliveries(first: 50) {
        pageInfo {
          endCursor
          hasNextPage
        }
        edges {
          node {
            ...DeliverySummary
          }
        }
      }
    }
  }
}
    fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}
fragment ImportSummary on Import {
  id
  importId
  status
  importType
  filename
  developmentMode
  importIdentifier
  numDataRows
  createdAt
  updatedAt
  erasedAt
}`) as unknown as TypedDocumentString<ImportQuery, ImportQueryVariables>;
export const DeliveryStatsDocument = new TypedDocumentString(`
    query DeliveryStats($bucket: StatBucket! = MINUTE, $webhookId: ID, $from: DateTime, $to: DateTime, $buckets: Int) {
  deliveryStats(
    bucket: $bucket
    webhookId: $webhookId
    from: $from
    to: $to
    buckets: $buckets
  ) {
    total {
      ...StatPoint
    }
    buckets {
      ...StatPoint
    }
    countedUntil
  }
}
    fragment StatPoint on DeliveryStat {
  startsAt
  endsAt
  scheduled
  delivered
  failed
  cancelled
  superseded
  deliverySuccessRate
  attemptsSucceeded
  attemptsFailed
  attemptSuccessRate
  p50LatencyMs
  p95LatencyMs
}`) as unknown as TypedDocumentString<DeliveryStatsQuery, DeliveryStatsQueryVariables>;
export const DeliveryBacklogDocument = new TypedDocumentString(`
    query DeliveryBacklog {
  deliveryBacklog {
    oldestDueAt
    due
    pending
    isExact
  }
}
    `) as unknown as TypedDocumentString<DeliveryBacklogQuery, DeliveryBacklogQueryVariables>;
export const ExplainImportDocument = new TypedDocumentString(`
    query ExplainImport($importId: String!, $event: EventType, $first: Int, $after: String) {
  explainImport(importId: $importId, event: $event) {
    isLatestEvent
    event {
      id
      type
      createdAt
      import {
        ...ImportSummary
      }
    }
    basicWebhook {
      fired
      message
      delivery {
        ...DeliverySummary
      }
    }
    webhooks(first: $first, after: $after) {
      pageInfo {
        endCursor
        hasNextPage
      }
      edges {
        node {
          fired
          changedSince
          reasons {
            reason
            message
          }
          webhook {
            id
            url
            description
            disabledReason
            updatedAt
          }
          delivery {
            id
            status
          }
        }
      }
    }
  }
}
    fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}
fragment ImportSummary on Import {
  id
  importId
  status
  importType
  filename
  developmentMode
  importIdentifier
  numDataRows
  createdAt
  updatedAt
  erasedAt
}`) as unknown as TypedDocumentString<ExplainImportQuery, ExplainImportQueryVariables>;
export const DeliveryLogDocument = new TypedDocumentString(`
    query DeliveryLog($filter: DeliveryLogFilter, $after: String, $first: Int, $last: Int) {
  deliveryLog(filter: $filter, after: $after, first: $first, last: $last) {
    entries {
      ...LogEntry
    }
    endCursor
    hasMore
  }
}
    fragment LogEntry on DeliveryLogEntry {
  cursor
  at
  kind
  deliveryStatus
  eventType
  importId
  isTest
  webhookId
  attemptNumber
  responseStatus
  errorCode
  nextAttemptAt
  reason
  deliveryId
}`) as unknown as TypedDocumentString<DeliveryLogQuery, DeliveryLogQueryVariables>;
export const WatchDeliveryLogDocument = new TypedDocumentString(`
    subscription WatchDeliveryLog($filter: DeliveryLogFilter, $after: String) {
  deliveryLog(filter: $filter, after: $after) {
    ...LogEntry
  }
}
    fragment LogEntry on DeliveryLogEntry {
  cursor
  at
  kind
  deliveryStatus
  eventType
  importId
  isTest
  webhookId
  attemptNumber
  responseStatus
  errorCode
  nextAttemptAt
  reason
  deliveryId
}`) as unknown as TypedDocumentString<WatchDeliveryLogSubscription, WatchDeliveryLogSubscriptionVariables>;
export const WatchDeliveryLogPagesDocument = new TypedDocumentString(`
    subscription WatchDeliveryLogPages($filter: DeliveryLogFilter, $after: String) {
  deliveryLogPages(filter: $filter, after: $after) {
    entries {
      ...LogEntry
    }
    endCursor
    hasMore
  }
}
    fragment LogEntry on DeliveryLogEntry {
  cursor
  at
  kind
  deliveryStatus
  eventType
  importId
  isTest
  webhookId
  attemptNumber
  responseStatus
  errorCode
  nextAttemptAt
  reason
  deliveryId
}`) as unknown as TypedDocumentString<WatchDeliveryLogPagesSubscription, WatchDeliveryLogPagesSubscriptionVariables>;
export const RedeliverDocument = new TypedDocumentString(`
    mutation Redeliver($input: RedeliverInput!) {
  redeliver(input: $input) {
    ... on RedeliverPayload {
      delivery {
        ...DeliverySummary
      }
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}`) as unknown as TypedDocumentString<RedeliverMutation, RedeliverMutationVariables>;
export const CancelDeliveryDocument = new TypedDocumentString(`
    mutation CancelDelivery($input: CancelDeliveryInput!) {
  cancelDelivery(input: $input) {
    ... on CancelDeliveryPayload {
      delivery {
        ...DeliverySummary
      }
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}`) as unknown as TypedDocumentString<CancelDeliveryMutation, CancelDeliveryMutationVariables>;
export const DiagnoseSignatureDocument = new TypedDocumentString(`
    query DiagnoseSignature($input: DiagnoseSignatureInput!) {
  diagnoseSignature(input: $input) {
    ... on SignatureReport {
      valid
      findings {
        kind
        message
        cure
        header
        seconds
        difference {
          offset
          received
          sent
        }
        webhookId
      }
      delivery {
        ...DeliverySummary
      }
      attemptNumber
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment DeliverySummary on Delivery {
  id
  status
  importId
  isTest
  attemptCount
  lastErrorCode
  lastResponseStatus
  nextAttemptAt
  createdAt
  finishedAt
  basicUrl
  event {
    id
    type
  }
  webhook {
    id
    url
    description
    deletedAt
  }
}`) as unknown as TypedDocumentString<DiagnoseSignatureQuery, DiagnoseSignatureQueryVariables>;
export const ReconciliationDocument = new TypedDocumentString(`
    query Reconciliation($webhookId: ID, $origin: String, $from: DateTime!, $to: DateTime!, $buckets: Int, $first: Int, $after: ID) {
  reconciliation(
    webhookId: $webhookId
    origin: $origin
    from: $from
    to: $to
    buckets: $buckets
  ) {
    events
    delivered
    digest
    buckets {
      from
      to
      events
      delivered
      digest
    }
    ids(first: $first, after: $after) {
      entries {
        eventId
        deliveryId
        status
      }
      hasMore
    }
  }
}
    `) as unknown as TypedDocumentString<ReconciliationQuery, ReconciliationQueryVariables>;
export const ReplaysDocument = new TypedDocumentString(`
    query Replays($first: Int, $after: String) {
  replays(first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    edges {
      node {
        ...ReplayProgress
      }
    }
  }
}
    fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<ReplaysQuery, ReplaysQueryVariables>;
export const ReplayDocument = new TypedDocumentString(`
    query Replay($id: ID!) {
  replay(id: $id) {
    ...ReplayProgress
  }
}
    fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<ReplayQuery, ReplayQueryVariables>;
export const WatchReplayDocument = new TypedDocumentString(`
    subscription WatchReplay($id: ID!) {
  replay(id: $id) {
    ...ReplayProgress
  }
}
    fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<WatchReplaySubscription, WatchReplaySubscriptionVariables>;
export const StartReplayDocument = new TypedDocumentString(`
    mutation StartReplay($input: StartReplayInput!) {
  startReplay(input: $input) {
    ... on StartReplayPayload {
      planned
      estimatedSeconds
      replay {
        ...ReplayProgress
      }
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<StartReplayMutation, StartReplayMutationVariables>;
export const PauseReplayDocument = new TypedDocumentString(`
    mutation PauseReplay($input: PauseReplayInput!) {
  pauseReplay(input: $input) {
    ... on ReplayPayload {
      replay {
        ...ReplayProgress
      }
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<PauseReplayMutation, PauseReplayMutationVariables>;
export const ResumeReplayDocument = new TypedDocumentString(`
    mutation ResumeReplay($input: ResumeReplayInput!) {
  resumeReplay(input: $input) {
    ... on ReplayPayload {
      replay {
        ...ReplayProgress
      }
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<ResumeReplayMutation, ResumeReplayMutationVariables>;
export const CancelReplayDocument = new TypedDocumentString(`
    mutation CancelReplay($input: CancelReplayInput!) {
  cancelReplay(input: $input) {
    ... on ReplayPayload {
      replay {
        ...ReplayProgress
      }
    }
    ...WhyDeclined
  }
}
    fragment WhyDeclined on Refusal {
  __typename
  code
  message
}
fragment ReplayProgress on Replay {
  id
  status
  filter {
    statuses
    webhookId
    importId
    eventTypes
    from
    to
    errorCodes
    responseStatuses
  }
  ratePerSecond
  startedBy
  planned
  requested
  skipped
  delivered
  failed
  cancelled
  pending
  estimatedSecondsLeft
  createdAt
  finishedAt
}`) as unknown as TypedDocumentString<CancelReplayMutation, CancelReplayMutationVariables>;