/** One delivery: where it stands, what can be done about it, every attempt, and what was sent. */

import { useState } from 'react';
import { Link } from 'wouter';
import {
  CancelDeliveryDocument,
  DeliveryDocument,
  type DeliveryQuery,
  RedeliverDocument,
} from '../../../schema/generated/graphql.ts';
import { type Refused, useAsk, useDo } from '../api/ask.ts';
import { useChanges } from '../log/use-changes.ts';
import { STATUSES } from '../log/words.ts';
import { Action } from '../look/action.tsx';
import { Copyable } from '../look/copy.tsx';
import { Again, Cross } from '../look/icons.tsx';
import { indentJson } from '../look/json.ts';
import { Empty, LoadingRows, Problem } from '../look/page.tsx';
import { Tag } from '../look/tag.tsx';
import { Countdown, Time } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { eventName, HOLDS, webhookName } from '../webhooks/words.ts';
import { AttemptItem } from './attempt.tsx';

type Shown = NonNullable<DeliveryQuery['delivery']>;

/** How often it may be asked for again while things happen to it, in milliseconds. */
const REFRESH_MS = 150;

/** Everything about the delivery, kept up to date. */
export function DeliveryView({ id }: { id: string }) {
  const { data, problem, again } = useAsk(DeliveryDocument, { id }, { fresh: true });
  const delivery = data?.delivery;
  useChanges(delivery ? filterFor(delivery) : undefined, again, REFRESH_MS, (entry) => entry.deliveryId === id);

  if (problem) return <Problem again={again}>{problem}</Problem>;
  if (delivery === null) {
    return (
      <Empty title="There is no such delivery">It may belong to another organization, or the link was cut short.</Empty>
    );
  }
  if (!delivery) return <LoadingRows count={4} height={80} />;
  return (
    <article className="delivery">
      <Summary delivery={delivery} />
      <Actions delivery={delivery} />
      <section aria-labelledby="attempts">
        <h2 id="attempts">Attempts</h2>
        {delivery.attempts.length === 0 && <p className="quiet">None yet.</p>}
        <ol className="attempts" aria-label="Attempts, newest first">
          {delivery.attempts.toReversed().map((attempt, index) => (
            <AttemptItem key={attempt.id} attempt={attempt} isLatest={index === 0} />
          ))}
        </ol>
      </section>
      <section aria-labelledby="sent">
        <h2 id="sent">What is sent</h2>
        {delivery.basicUrl ? (
          <p className="quiet">
            A basic webhook gets <code>uploadId={delivery.importId}</code> as a form.
          </p>
        ) : (
          <Body text={delivery.event.body} />
        )}
      </section>
    </article>
  );
}

function Body({ text }: { text: string | null }) {
  if (text === null) return <p className="quiet">The body was erased.</p>;
  return (
    <Copyable text={text} what="Body">
      {indentJson(text)}
    </Copyable>
  );
}

/** Which entries of the log may be about it. */
function filterFor({ webhook, importId }: Shown) {
  if (importId) return { importId };
  return webhook ? { webhookId: webhook.id } : {};
}

function Summary({ delivery }: { delivery: Shown }) {
  const { status, event, importId, isTest, webhook, basicUrl, nextAttemptAt, createdAt, attemptCount, destination } =
    delivery;
  const { name, tone } = STATUSES[status];
  return (
    <dl className="facts">
      <div>
        <dt>Status</dt>
        <dd>
          <Tag tone={tone}>{name}</Tag>
          {status === 'PENDING' && nextAttemptAt && (
            <span>
              {' '}
              attempt {attemptCount + 1} <Countdown to={nextAttemptAt} over="is due" />
            </span>
          )}
        </dd>
      </div>
      {status === 'PENDING' && destination.health === 'HELD' && (
        <div>
          <dt>Held</dt>
          <dd>
            {destination.holdReason ? HOLDS[destination.holdReason] : 'Its destination gets nothing for now.'}
            {destination.holdUntil && (
              <>
                {' It goes on '}
                <Countdown to={destination.holdUntil} over="now" />.
              </>
            )}
          </dd>
        </div>
      )}
      <div>
        <dt>Event</dt>
        <dd>
          {eventName(event.type)} {isTest && <Tag tone="test">Test</Tag>}
        </dd>
      </div>
      {importId && (
        <div>
          <dt>Import</dt>
          <dd>
            <Link href={`/log?import=${encodeURIComponent(importId)}`} className="link mono">
              {importId}
            </Link>
          </dd>
        </div>
      )}
      <div>
        <dt>To</dt>
        <dd>
          {webhook && !webhook.deletedAt && (
            <Link href={`/webhooks/${webhook.id}`} className="link">
              {webhookName(webhook)}
            </Link>
          )}
          {webhook?.deletedAt && 'a webhook that was deleted'}
          {basicUrl && <span className="mono">{basicUrl}</span>}
        </dd>
      </div>
      <div>
        <dt>Scheduled</dt>
        <dd>
          <Time at={createdAt} />
        </dd>
      </div>
      <div>
        <dt>webhook-id</dt>
        <dd className="mono">{event.id}</dd>
      </div>
    </dl>
  );
}

function Actions({ delivery: { id, status } }: { delivery: Shown }) {
  const whyNot = useWhyNot('actOnDeliveries');
  const redeliver = useDo(RedeliverDocument);
  const cancel = useDo(CancelDeliveryDocument);
  const [refused, setRefused] = useState<Refused>();
  const input = { deliveryId: id };

  async function run(work: () => Promise<unknown>) {
    setRefused(undefined);
    return await work();
  }

  return (
    <div className="stack">
      <div className="actions">
        {status !== 'SUPERSEDED' && (
          <Action
            variant={status === 'FAILED' ? 'filled' : 'default'}
            leftSection={<Again />}
            whyNot={whyNot}
            run={() => run(() => redeliver({ input }))}
            onRefused={setRefused}
          >
            {status === 'PENDING' ? 'Try now' : 'Deliver again'}
          </Action>
        )}
        {status === 'PENDING' && (
          <Action
            variant="default"
            leftSection={<Cross />}
            whyNot={whyNot}
            run={() => run(() => cancel({ input }))}
            onRefused={setRefused}
          >
            Cancel delivery
          </Action>
        )}
      </div>
      {refused && <Problem>{refused.message}</Problem>}
    </div>
  );
}
