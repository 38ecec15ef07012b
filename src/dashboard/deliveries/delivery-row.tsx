/** A delivery in a list: where it stands, and why. */

import { Link } from 'wouter';
import type { DeliverySummaryFragment } from '../../../schema/generated/graphql.ts';
import { errorName, STATUSES } from '../log/words.ts';
import { counted } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago, Countdown } from '../look/time.tsx';
import { eventName, webhookName } from '../webhooks/words.ts';

/** What is shown of it; where it goes to only in lists of several webhooks. */
type Listed = Pick<
  DeliverySummaryFragment,
  | 'status'
  | 'importId'
  | 'isTest'
  | 'attemptCount'
  | 'lastErrorCode'
  | 'lastResponseStatus'
  | 'nextAttemptAt'
  | 'createdAt'
  | 'finishedAt'
> & { readonly event: Pick<DeliverySummaryFragment['event'], 'type'> } & Partial<
    Pick<DeliverySummaryFragment, 'webhook' | 'basicUrl'>
  >;

/** One row, all of which is a link to `address`. */
export function DeliveryRow({ delivery, address }: { delivery: Listed; address: string }) {
  const { status, importId, isTest, event, finishedAt, createdAt } = delivery;
  const { name, tone } = STATUSES[status];
  return (
    <li>
      <Link href={address} className="delivery-row">
        <Tag tone={tone}>{name}</Tag>
        <span className="cut">
          {isTest ? <Tag tone="test">Test</Tag> : <strong>{importId}</strong>}{' '}
          <span className="quiet">{eventName(event.type)}</span>
        </span>
        <Where delivery={delivery} />
        <span className="quiet small cut">
          <Attempts delivery={delivery} />
        </span>
        <span className="quiet small delivery-row-when">
          <Ago at={finishedAt ?? createdAt} />
        </span>
      </Link>
    </li>
  );
}

function Where({ delivery: { webhook, basicUrl } }: { delivery: Listed }) {
  if (webhook === undefined) return null;
  const name = webhook?.deletedAt ? 'deleted webhook' : webhook ? webhookName(webhook) : basicUrl;
  return <span className="cut">{name}</span>;
}

function Attempts({ delivery }: { delivery: Listed }) {
  const { status, attemptCount, lastErrorCode, lastResponseStatus, nextAttemptAt } = delivery;
  return (
    <>
      {attemptCount === 0 ? 'not attempted yet' : counted(attemptCount, 'attempt')}
      {lastErrorCode && `, ${errorName(lastErrorCode, lastResponseStatus)}`}
      {status === 'PENDING' && nextAttemptAt && attemptCount > 0 && (
        <>
          {', next '}
          <Countdown to={nextAttemptAt} over="due" />
        </>
      )}
    </>
  );
}
