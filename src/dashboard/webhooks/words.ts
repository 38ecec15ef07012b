/** What the API's values are called here. */

import type {
  DestinationHealth,
  EventType,
  HoldReason,
  WebhookSummaryFragment,
} from '../../../schema/generated/graphql.ts';
import type { Tone } from '../look/tag.tsx';

/** The events that webhooks may fire for, as people call them and as receivers see them. */
export const EVENTS: readonly { readonly type: EventType; readonly name: string; readonly wire: string }[] = [
  { type: 'IMPORT_COMPLETED', name: 'Import completed', wire: 'import_completed' },
  { type: 'HEADLESS_IMPORT_NEEDS_REVIEW', name: 'Headless import needs review', wire: 'headless_import_needs_review' },
  { type: 'HEADLESS_IMPORT_FAILED', name: 'Headless import failed', wire: 'headless_import_failed' },
];

/** How webhooks are doing that somebody should look at, the disabled ones included. */
export const IN_TROUBLE: DestinationHealth[] = ['HELD', 'FAILING', 'RECOVERING'];

/** What an event is called. */
export function eventName(type: EventType): string {
  return EVENTS.find((event) => event.type === type)?.name ?? type;
}

/** How a webhook is doing, in a word and a sentence. */
export interface HealthWords {
  readonly tone: Tone;
  readonly word: string;
  /** Absent when all is well. */
  readonly sentence?: string;
  /** The instant that the sentence leads up to, if any. */
  readonly until?: string | undefined;
}

/** Says how a webhook is doing. */
export function healthOf({
  enabled,
  disabledReason,
  destination,
}: Pick<WebhookSummaryFragment, 'enabled' | 'disabledReason' | 'destination'>): HealthWords {
  if (!enabled) return { tone: 'plain', word: 'Disabled', sentence: disabledReason ?? 'It was disabled.' };
  const { health, holdReason, holdUntil, concurrency } = destination;
  switch (health) {
    case 'HELD':
      return {
        tone: 'warning',
        word: 'Held',
        sentence: holdReason ? HOLDS[holdReason] : 'It gets nothing for now.',
        until: holdUntil ?? undefined,
      };
    case 'FAILING':
      return {
        tone: 'bad',
        word: 'Failing',
        sentence: 'Every attempt of late has failed. They go on by the retry schedule.',
      };
    case 'RECOVERING':
      return {
        tone: 'warning',
        word: 'Recovering',
        sentence: `It is let back in at a pace: ${concurrency === 1 ? 'one attempt' : `${concurrency} attempts`} at once for now.`,
      };
    case 'WELL':
      return { tone: 'good', word: 'Well' };
  }
}

/** Why a destination gets nothing for now. */
export const HOLDS: Readonly<Record<HoldReason, string>> = {
  BREAKER: 'Too many attempts failed, so it gets nothing for a while; then it is tried with one request.',
  DISABLED: 'The webhook is disabled.',
  LOCAL_FAULT:
    'A fault on this server, or what may be one, keeps requests from being made. The receiver is not charged with it.',
  RETRY_AFTER: 'The receiver asked for a pause.',
};

/** What a webhook is called in a sentence: its description, or its URL without the scheme. */
export function webhookName({ url, description }: { readonly url: string; readonly description: string }): string {
  return description || url.replace(/^https?:\/\//, '').replace(/\/$/, '') || 'deleted webhook';
}
