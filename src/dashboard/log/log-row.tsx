/** An entry of the delivery log as a row, all of which is a link to its delivery. */

import { memo } from 'react';
import { Link } from 'wouter';
import type { LogEntryFragment } from '../../../schema/generated/graphql.ts';
import { Tag } from '../look/tag.tsx';
import { Countdown, LogTime } from '../look/time.tsx';
import { eventName } from '../webhooks/words.ts';
import { ListedWebhookName } from './listed-names.tsx';
import { errorName, KINDS } from './words.ts';

/** The row; `address` opens the delivery and leaves the log where it is. It is drawn once, wherever it moves to. */
export const LogRow = memo(function LogRow({ entry, address }: { entry: LogEntryFragment; address: string }) {
  const { name, tone } = KINDS[entry.kind];
  return (
    <Link href={address} className="log-row">
      <LogTime at={entry.at} />
      <span className="log-kind">
        <Tag tone={tone}>{name}</Tag>
      </span>
      <span className="log-what cut">
        {entry.isTest ? <Tag tone="test">Test</Tag> : <strong>{entry.importId}</strong>}{' '}
        <span className="quiet">{eventName(entry.eventType)}</span>
      </span>
      <span className="log-webhook cut">
        {entry.webhookId ? <ListedWebhookName id={entry.webhookId} /> : 'basic webhook'}
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
