/** Why a webhook did not fire for an import, in words, and what would make it fire for the next. */

import type { EventType, ExplainImportQuery, NotFiredReason } from '../../../schema/generated/graphql.ts';
import { eventName } from '../webhooks/words.ts';

/** A webhook with what it did about an event. */
export type ExplainedWebhook = NonNullable<ExplainImportQuery['explainImport']>['webhooks']['edges'][number]['node'];

/** What is known of the import. */
export interface Explained {
  readonly eventType: EventType;
  readonly developmentMode: boolean;
  readonly importIdentifier: string | null;
  readonly savedSchema: { readonly name: string } | null;
}

/** What would make it fire for the next import: what to do, and on which page. */
export interface Cure {
  readonly words: string;
  readonly path: string;
}

/** Everything that keeps the webhook from firing, a sentence each. */
export function whyNotFired({ reasons, webhook }: ExplainedWebhook, about: Explained): readonly string[] {
  return reasons.map(({ reason }) => SENTENCES[reason](about, webhook));
}

/** What to do about it, each once. Of an import that names nothing no webhook is at fault. */
export function curesOf({ reasons, webhook }: ExplainedWebhook, about: Explained): readonly Cure[] {
  if (namesNothing(about)) return [];
  const found = new Set(reasons.flatMap(({ reason }) => CURES[reason] ?? []));
  return [...found].map(({ words, page }) => ({ words, path: `/webhooks/${webhook.id}${page}` }));
}

/** Whether the import cannot match any webhook. */
export function namesNothing({ importIdentifier, savedSchema }: Explained): boolean {
  return importIdentifier === null && savedSchema === null;
}

/** Whether the webhook was changed since, so that the reasons may not be those of the time. */
export function isUncertain({ fired, changedSince, reasons }: ExplainedWebhook): boolean {
  return (
    !fired && changedSince && !reasons.some(({ reason }) => reason === 'CREATED_LATER' || reason === 'CHANGED_SINCE')
  );
}

const SENTENCES: Readonly<Record<NotFiredReason, (about: Explained, webhook: ExplainedWebhook['webhook']) => string>> =
  {
    CREATED_LATER: () => 'It was made after this happened, and what was before it is not made up for.',
    DISABLED: (_about, { disabledReason }) =>
      disabledReason ? `It is disabled: ${disabledReason}` : 'It is disabled.',
    OTHER_MODE: ({ developmentMode }) =>
      developmentMode
        ? 'It is for production imports, and this is a development import.'
        : 'It is for development imports, and this is a production import.',
    NOT_LISTENING_TO_EVENT: ({ eventType }) => `It does not listen to “${eventName(eventType)}”.`,
    NO_FILTER_MATCHED: (about) => (namesNothing(about) ? NAMES_NOTHING : `It does not list ${namesOf(about)}.`),
    CHANGED_SINCE: () =>
      'As it is now it would have fired, so it was set otherwise when this happened. It fires for the next one like this.',
  };

const NAMES_NOTHING = 'The import has neither an import identifier nor a saved schema.';

function namesOf({ importIdentifier, savedSchema }: Explained): string {
  return [
    importIdentifier !== null && `the import identifier “${importIdentifier}”`,
    savedSchema && `the saved schema “${savedSchema.name}”`,
  ]
    .filter(Boolean)
    .join(' or ');
}

const ENABLE = { words: 'Enable it', page: '' };
const EDIT = { words: 'Change what it fires for', page: '/edit' };

/** Nothing has to be done for the next import when it was made later, or was changed since. */
const CURES: Readonly<Partial<Record<NotFiredReason, { words: string; page: string }>>> = {
  DISABLED: ENABLE,
  OTHER_MODE: EDIT,
  NOT_LISTENING_TO_EVENT: EDIT,
  NO_FILTER_MATCHED: EDIT,
};
