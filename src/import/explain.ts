/** Why a webhook fired for an import, or why not. */

import type { EventType } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { FINDING_SETTINGS } from '../delivery/find.sql.ts';
import { type IdPage, idBounds } from '../lib/id-page.ts';
import { EXPLAIN_WEBHOOKS_IN, FIND_EXPLAINED } from './explain.sql.ts';

/** What is explained: one event of one import. */
export interface ExplainedEvent {
  readonly eventId: string;
  readonly type: EventType;
  readonly happenedAt: Date;
  /** Whether nothing has happened to the import since; if something has, what follows is as it was said then. */
  readonly isLatest: boolean;
  readonly developmentMode: boolean;
  readonly importIdentifier: string | null;
  readonly savedSchemaId: string | null;
  /** Of the basic webhook; null when there was none. */
  readonly basicDeliveryId: string | null;
}

/** Why a webhook did not fire, each by what is so of the webhook now. */
export const REASONS = {
  CREATED_LATER: 'The webhook was made after the event.',
  DISABLED: 'The webhook is disabled.',
  OTHER_MODE: 'The webhook is for imports of the other mode.',
  NOT_LISTENING_TO_EVENT: 'The webhook does not listen to events of this type.',
  NO_FILTER_MATCHED: 'The webhook lists neither the import identifier nor the saved schema of the import.',
  CHANGED_SINCE: 'As the webhook is now it would have fired, so it was otherwise when the event happened.',
} as const;

/** One of the keys of {@link REASONS}. */
export type ReasonCode = keyof typeof REASONS;

/** A reason, with a sentence about this webhook and this import. */
export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
}

/** A webhook and an event. */
export interface WebhookExplanation {
  /** Of the webhook. */
  readonly id: string;
  readonly deliveryId: string | null;
  /** All that hold; none when it fired. */
  readonly reasons: readonly Reason[];
  /** Whether the webhook was changed, enabled or disabled after the event, so that the reasons may not have held then. */
  readonly hasChanged: boolean;
}

/** The event to explain: the latest of the import, or the one of a type; `undefined` when there is none. */
export async function findExplainedEvent(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  { importId, type }: { importId: string; type: EventType | null },
): Promise<ExplainedEvent | undefined> {
  const [found] = await db.reads.query<ExplainedEvent>(FIND_EXPLAINED, [organizationId, importId, type]);
  return found;
}

/** What the database says of a webhook and an event. */
interface Facts extends Omit<WebhookExplanation, 'reasons'> {
  readonly isNewer: boolean;
  readonly isEnabled: boolean;
  readonly developmentMode: boolean;
  readonly isOfOtherMode: boolean;
  readonly isListening: boolean;
  readonly isNamed: boolean;
}

/** A page of the webhooks of the organization that are not deleted, newest first, each with what it did about the event. */
export async function explainWebhooks(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  event: ExplainedEvent,
  page: IdPage,
): Promise<WebhookExplanation[]> {
  const { above, below, limit, direction } = idBounds(page);
  const rows = await db.reads.transaction(async (sql) => {
    await sql.query(FINDING_SETTINGS);
    return await sql.query<Facts>(EXPLAIN_WEBHOOKS_IN[direction], [
      organizationId,
      above,
      below,
      limit,
      event.eventId,
      event.type,
      event.developmentMode,
      event.importIdentifier,
      event.savedSchemaId,
      event.happenedAt,
    ]);
  });
  return rows.map((row) => {
    const { id, deliveryId, hasChanged } = row;
    return { id, deliveryId, hasChanged, reasons: deliveryId ? [] : reasonsOf(row, event) };
  });
}

function reasonsOf(facts: Facts, event: ExplainedEvent): Reason[] {
  const holding: Readonly<Record<Exclude<ReasonCode, 'CHANGED_SINCE'>, boolean>> = {
    CREATED_LATER: facts.isNewer,
    DISABLED: !facts.isEnabled,
    OTHER_MODE: facts.isOfOtherMode,
    NOT_LISTENING_TO_EVENT: !facts.isListening,
    NO_FILTER_MATCHED: !facts.isNamed,
  };
  const codes = (Object.keys(holding) as (keyof typeof holding)[]).filter((code) => holding[code]); // its own keys
  if (codes.length === 0) return [{ code: 'CHANGED_SINCE', message: REASONS.CHANGED_SINCE }];
  return codes.map((code) => ({ code, message: describe(code, facts, event) }));
}

function describe(code: ReasonCode, { developmentMode }: Facts, { type, ...event }: ExplainedEvent): string {
  if (code === 'OTHER_MODE')
    return `The webhook is for ${modeOf(developmentMode)} imports, and this is a ${modeOf(!developmentMode)} import.`;
  if (code === 'NOT_LISTENING_TO_EVENT') return `The webhook does not listen to ${type}.`;
  if (code === 'NO_FILTER_MATCHED') return describeFilter(event);
  return REASONS[code];
}

const modeOf = (developmentMode: boolean): string => (developmentMode ? 'development' : 'production');

function describeFilter({ importIdentifier, savedSchemaId }: Omit<ExplainedEvent, 'type'>): string {
  if (importIdentifier === null && savedSchemaId === null)
    return 'The import has neither an import identifier nor a saved schema, so no webhook can match it.';
  const names = [
    ...(importIdentifier === null ? [] : [`the import identifier "${importIdentifier}"`]),
    ...(savedSchemaId === null ? [] : ['the saved schema of the import']),
  ];
  return `The webhook does not list ${names.join(' or ')}.`;
}

/** What came of the basic webhook, in a sentence. */
export function describeBasicWebhook({ basicDeliveryId, type }: ExplainedEvent): string {
  if (basicDeliveryId) return 'The import named a basic webhook for this event, which fired.';
  if (type === 'HEADLESS_IMPORT_FAILED') return 'Basic webhooks are not told of imports that failed.';
  const setting = type === 'IMPORT_COMPLETED' ? 'webhookUrl' : 'needsReviewWebhookUrl';
  return `The import came without \`settings.${setting}\`, so there was no basic webhook to fire.`;
}
