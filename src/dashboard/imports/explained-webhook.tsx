/** A webhook in the explanation of an import: that it fired, or why it did not and what to do about it. */

import { Link } from 'wouter';
import { STATUSES } from '../log/words.ts';
import { LinkAction } from '../look/action.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { webhookName } from '../webhooks/words.ts';
import { curesOf, type Explained, type ExplainedWebhook, isUncertain, whyNotFired } from './reasons.ts';

/** One of the list. */
export function ExplainedWebhookItem({ node, about }: { node: ExplainedWebhook; about: Explained }) {
  const { fired, webhook } = node;
  return (
    <li className="explained">
      <span className="explained-tag">
        <Tag tone={fired ? 'good' : 'plain'}>{fired ? 'Fired' : 'Did not fire'}</Tag>
      </span>
      <div className="explained-what">
        <span className="cut">
          <Link href={`/webhooks/${webhook.id}`} className="link">
            <strong>{webhookName(webhook)}</strong>
          </Link>{' '}
          {webhook.description && <span className="quiet small">{webhook.url}</span>}
        </span>
        {node.delivery && <Delivered delivery={node.delivery} />}
        {whyNotFired(node, about).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {isUncertain(node) && (
          <p className="quiet small">
            It was changed <Ago at={webhook.updatedAt} />, after this happened. How it was then is not recorded: it may
            have been for another reason.
          </p>
        )}
      </div>
      <Cures node={node} about={about} />
    </li>
  );
}

function Delivered({ delivery: { id, status } }: { delivery: NonNullable<ExplainedWebhook['delivery']> }) {
  const { name, tone } = STATUSES[status];
  return (
    <p>
      <Tag tone={tone}>{name}</Tag>{' '}
      <Link href={`/deliveries/${id}`} className="link">
        The delivery and its attempts
      </Link>
    </p>
  );
}

function Cures({ node, about }: { node: ExplainedWebhook; about: Explained }) {
  const whyNot = useWhyNot('manageWebhooks');
  const name = webhookName(node.webhook);
  return (
    <span className="explained-cures">
      {curesOf(node, about).map(({ words, path }) => (
        <LinkAction
          key={words}
          href={path}
          size="compact-sm"
          variant="default"
          whyNot={whyNot}
          aria-label={`${words}: ${name}`}
        >
          {words}
        </LinkAction>
      ))}
    </span>
  );
}
