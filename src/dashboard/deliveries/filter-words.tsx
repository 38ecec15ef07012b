/** A filter as a sentence says it. */

import type { ReactNode } from 'react';
import { ERRORS, STATUSES } from '../log/words.ts';
import { either } from '../look/sentence.tsx';
import { Moment } from '../look/time.tsx';
import { WebhookName } from '../webhooks/webhook-name.tsx';
import { eventName } from '../webhooks/words.ts';
import type { Filter } from './filter.ts';

/** "Failed deliveries to CRM, last attempt: answered 500, scheduled since …", without a full stop. */
export function FilterWords({ filter }: { filter: Filter }) {
  const { statuses, webhookId, importId, eventTypes, replayId } = filter;
  const cause = causeOf(filter);
  return (
    <>
      {statuses.length === 0 ? 'All' : startOf(either(statuses.map((status) => STATUSES[status].name.toLowerCase())))}
      {' deliveries'}
      {webhookId && (
        <>
          {' to '}
          <strong>
            <WebhookName id={webhookId} />
          </strong>
        </>
      )}
      {eventTypes.length > 0 && ` of “${either(eventTypes.map(eventName))}”`}
      {importId && (
        <>
          {' for the import '}
          <span className="mono">{importId}</span>
        </>
      )}
      {replayId && ' that one replay was the last to ask for'}
      {cause && `, last attempt: ${cause}`}
      <Span filter={filter} />
    </>
  );
}

function Span({ filter: { from, to } }: { filter: Filter }): ReactNode {
  if (from && to) {
    return (
      <>
        {', scheduled from '}
        <Moment at={from} />
        {' until '}
        <Moment at={to} />
      </>
    );
  }
  if (!from && !to) return null;
  return (
    <>
      {from ? ', scheduled since ' : ', scheduled before '}
      <Moment at={from ?? to ?? ''} />
    </>
  );
}

/** What the last attempt came to; empty when that does not matter. */
function causeOf({ errorCodes, responseStatuses }: Filter): string {
  if (responseStatuses.length === 0) return either(errorCodes.map((code) => ERRORS[code]));
  const answered = `answered ${either(responseStatuses.map(String))}`;
  const others = errorCodes.filter((code) => code !== 'HTTP_STATUS' && code !== 'REDIRECT');
  // What was answered is the reason itself, unless another one is asked for as well.
  return others.length > 0 ? `${answered}, and ${either(others.map((code) => ERRORS[code]))}` : answered;
}

function startOf(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
