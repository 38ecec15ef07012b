/** An entry of the delivery log as a row, all of which is a link to its delivery. */

import { memo } from 'react';
import { Link } from 'wouter';
import { type LogEntryFragment, WebhookNameDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { Tag } from '../look/tag.tsx';
import { Countdown, LogTime } from '../look/time.tsx';
import { eventName, webhookName } from '../webhooks/words.ts';
import { errorName, KINDS } from './words.ts';

/** The row; `address` opens the delivery and leaves the log where it is. */
export const LogRow = memo(function LogRow({
  entry,
  address,
  index,
}: {
  entry: LogEntryFragment;
  address: string;
  index: number;
}) {
  const { name, tone } = KINDS[entry.kind];
  return (
    <Link href={address} className="log-row" data-index={index}>
      <LogTime at={entry.at} />
      <span className="log-kind">
        <Tag tone={tone}>{name}</Tag>
      </span>
      <span className="log-what cut">
        {entry.isTest ? <Tag tone="test">Test</Tag> : <strong>{entry.importId}</strong>}{' '}
        <span className="quiet">{eventName(entry.eventType)}</span>
      </span>
      <span className="log-webhook cut">
        {entry.webhookId ? <WebhookName id={entry.webhookId} /> : 'basic webhook'}
      </span>
      <span className="log-detail cut quiet">
        <Detail entry={entry} />
      </span>
    </Link>
  );
});

function Detail({ entry }: { entry: LogEntryFragment }) {
  const { kind, attemptNumber, responseStatus, errorCode, nextAttemptAt, reason } = entry;
  if (kind === 'ATTEMPT_FAILED' && errorCode) {
    return (
      <>
        attempt {attemptNumber} {errorName(errorCode, responseStatus)}
        {nextAttemptAt && (
          <>
            {', next '}
            <Countdown to={nextAttemptAt} over="due" />
          </>
        )}
      </>
    );
  }
  if (kind === 'ATTEMPT_SUCCEEDED') return `attempt ${attemptNumber} answered ${responseStatus}`;
  return reason ?? '';
}

/** A webhook by its name; asked for once, and only for rows that are seen. */
export function WebhookName({ id }: { id: string }) {
  const { data } = useAsk(WebhookNameDocument, { id });
  if (!data) return '…';
  return data.webhook ? webhookName(data.webhook) : 'deleted webhook';
}
