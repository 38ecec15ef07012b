/** Deliveries that fail for the same reason: how many, where to, since when, what can be done, and when they go on. */

import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import {
  FailureGroupDetailsDocument,
  type FailureGroupDetailsQuery,
  type FailureGroupsQuery,
} from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { addressOf, deliveryFilterOf, filterOf } from '../deliveries/filter.ts';
import { errorName } from '../log/words.ts';
import { LinkAction } from '../look/action.tsx';
import { Again } from '../look/icons.tsx';
import { counted, number, Sentence } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago, Moment } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { webhookName } from '../webhooks/words.ts';
import { GoesOn } from './goes-on.tsx';

type Group = FailureGroupsQuery['failureGroups'][number];
type Newest = FailureGroupDetailsQuery['newest']['edges'][number]['node'];

/** Pending deliveries that are looked at to say when they go on. */
const SAMPLE = 20;

/** The group, all of which is a link to its deliveries. `beat` changes when it is to be looked at again. */
export function FailureRow({ group, beat }: { group: Group; beat: number }) {
  const { errorCode, responseStatus, deliveries, pending, failed, since, latest, cause, cure } = group;
  const filter = filterOf(group.filter);
  const { data, again } = useAsk(
    FailureGroupDetailsDocument,
    {
      filter: deliveryFilterOf(filter),
      pending: deliveryFilterOf({ ...filter, statuses: ['PENDING'] }),
      first: SAMPLE,
    },
    { fresh: true },
  );
  const askedAt = useRef(beat);
  useEffect(() => {
    if (askedAt.current === beat) return;
    askedAt.current = beat;
    again();
  }, [beat, again]);

  return (
    <li className="card failure">
      <div className="failure-head">
        <h2>
          <Link className="failure-link" href={addressOf('/deliveries', filter)}>
            {counted(deliveries, 'delivery', 'deliveries')}
          </Link>
        </h2>
        <Tag tone={failed > 0 ? 'bad' : 'warning'}>{errorName(errorCode, responseStatus)}</Tag>
        <span className="quiet">
          to <Where group={group} newest={data?.newest.edges[0]?.node} />, since <Moment at={since} />, the latest{' '}
          <Ago at={latest} />
        </span>
      </div>
      <p>
        {cause}{' '}
        <span className="quiet">
          <Sentence>{cure}</Sentence>
        </span>
      </p>
      <div className="failure-foot">
        <span className="failure-parts">
          {failed > 0 && (
            <span>
              <strong>{number(failed)}</strong> given up
            </span>
          )}
          {pending > 0 && (
            <span>
              <strong>{number(pending)}</strong> {pending === 1 ? 'waits' : 'wait'}
              {data && <GoesOn all={pending} sample={data.pending.edges.map(({ node }) => node)} />}
            </span>
          )}
        </span>
        <ReplayButton group={group} />
      </div>
    </li>
  );
}

/** "CRM", or how many there are. */
function Where({ group: { webhooks, basicOrigins }, newest }: { group: Group; newest: Newest | undefined }) {
  if (webhooks + basicOrigins === 1 && newest) {
    const { webhook, basicUrl } = newest;
    return <strong>{webhook ? webhookName(webhook) : basicUrl && new URL(basicUrl).origin}</strong>;
  }
  return [
    ...(webhooks > 0 ? [counted(webhooks, 'webhook')] : []),
    ...(basicOrigins > 0 ? [counted(basicOrigins, 'origin of basic webhooks', 'origins of basic webhooks')] : []),
  ].join(' and ');
}

/** The one thing to do about them once the cause is gone. */
function ReplayButton({ group }: { group: Group }) {
  const mayNot = useWhyNot('actOnDeliveries');
  const whyNot = mayNot ?? (group.failed === 0 ? 'None of them is given up: they go on by themselves.' : undefined);
  const verb = group.failed > 0 && group.pending > 0 ? 'Replay those given up' : 'Replay these';
  const what = `${counted(group.failed, 'delivery', 'deliveries')}, ${errorName(group.errorCode, group.responseStatus)}`;
  return (
    <LinkAction
      className="failure-replay"
      variant={whyNot ? 'default' : 'filled'}
      leftSection={<Again />}
      href={addressOf('/replays/new', { ...filterOf(group.filter), statuses: ['FAILED'] })}
      whyNot={whyNot}
      aria-label={whyNot ? undefined : `${verb}: ${what}`}
    >
      {verb}
    </LinkAction>
  );
}
