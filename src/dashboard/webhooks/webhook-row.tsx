/** A webhook in the list: what it is, and at a glance whether it works. */

import { Link } from 'wouter';
import type { DeliveryGlanceFragment, WebhooksQuery } from '../../../schema/generated/graphql.ts';
import { Tag } from '../look/tag.tsx';
import { Ago, Countdown } from '../look/time.tsx';
import { EVENTS, eventName, healthOf } from './words.ts';

type Listed = WebhooksQuery['webhooks']['edges'][number]['node'];

/** One row, all of which is a link to the webhook's page. */
export function WebhookRow({ webhook }: { webhook: Listed }) {
  const health = healthOf(webhook);
  const deliveries = webhook.deliveries.edges.map(({ node }) => node);
  const [latest] = deliveries;
  return (
    <li>
      <Link href={`/webhooks/${webhook.id}`} className="webhook-row card">
        <span className="webhook-row-health">
          <Tag tone={health.tone}>{health.word}</Tag>
        </span>
        <span className="webhook-row-name">
          <strong className="cut">{webhook.description || webhook.url}</strong>
          <span className="quiet small cut">{webhook.description ? webhook.url : firesFor(webhook)}</span>
          {health.sentence && (
            <span className={`small webhook-row-why tone-${health.tone}`}>
              {health.sentence}
              {health.until && (
                <>
                  {' It goes on '}
                  <Countdown to={health.until} over="now" />.
                </>
              )}
              {webhook.disabledAt && (
                <>
                  {' · '}
                  <Ago at={webhook.disabledAt} />
                </>
              )}
            </span>
          )}
        </span>
        <span className="webhook-row-mode">{webhook.developmentMode && <Tag tone="test">Development</Tag>}</span>
        <Glance deliveries={deliveries} />
        <span className="webhook-row-latest quiet small">
          {latest ? (
            <>
              last one <Ago at={latest.finishedAt ?? latest.createdAt} />
            </>
          ) : (
            'nothing sent yet'
          )}
        </span>
      </Link>
    </li>
  );
}

/** The latest deliveries as bars, oldest first. */
export function Glance({ deliveries }: { deliveries: readonly DeliveryGlanceFragment[] }) {
  const delivered = deliveries.filter(({ status }) => status === 'DELIVERED').length;
  const finished = deliveries.filter(({ status }) => status === 'DELIVERED' || status === 'FAILED').length;
  const label = finished === 0 ? 'Nothing delivered yet' : `${delivered} of the last ${finished} deliveries arrived`;
  return (
    <span className="glance" role="img" aria-label={label} title={label}>
      <span className="glance-bars">
        {deliveries.toReversed().map(({ id, status, attemptCount }) => (
          <i key={id} className={`bar bar-${status === 'PENDING' && attemptCount > 0 ? 'RETRYING' : status}`} />
        ))}
      </span>
      <span className="small">{finished > 0 ? `${Math.round((delivered / finished) * 100)} %` : '–'}</span>
    </span>
  );
}

function firesFor({ importIdentifiers, savedSchemas, events }: Listed): string {
  const names = [...importIdentifiers, ...savedSchemas.map(({ name }) => name)];
  const what = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return events.length === EVENTS.length ? what : `${what}: ${events.map(eventName).join(', ')}`;
}
