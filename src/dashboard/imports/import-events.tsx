/** What happened to an import, and what was delivered of it. */

import { Link } from 'wouter';
import { Attempts } from '../deliveries/delivery-row.tsx';
import { STATUSES } from '../log/words.ts';
import { Tag } from '../look/tag.tsx';
import { Ago, Time } from '../look/time.tsx';
import { eventName, webhookName } from '../webhooks/words.ts';
import type { ShownImport } from './import-facts.tsx';

type ShownEvent = ShownImport['events'][number];
type ShownDelivery = ShownEvent['deliveries']['edges'][number]['node'];

/** Each event with its deliveries, in the order in which they happened. */
export function ImportEvents({ events, importId }: { events: readonly ShownEvent[]; importId: string }) {
  return (
    <section className="card facts-card import-wide" aria-labelledby="events">
      <h2 id="events">What happened</h2>
      {events.map(({ id, type, createdAt, deliveries }) => (
        <div key={id} className="import-event">
          <div className="facts-head">
            <h3>{eventName(type)}</h3>
            <span className="quiet small">
              <Time at={createdAt} />
            </span>
          </div>
          {deliveries.edges.length === 0 && (
            <p className="quiet">Nothing fired for it. Below stands why, webhook by webhook.</p>
          )}
          <ul className="delivery-rows" aria-label={`Deliveries of: ${eventName(type)}`}>
            {deliveries.edges.map(({ node }) => (
              <Row key={node.id} delivery={node} />
            ))}
          </ul>
          {deliveries.pageInfo.hasNextPage && (
            <p className="quiet small">
              There are more deliveries than are listed here.{' '}
              <Link href={`/log?import=${encodeURIComponent(importId)}`} className="link">
                The log has them all.
              </Link>
            </p>
          )}
        </div>
      ))}
    </section>
  );
}

function Row({ delivery }: { delivery: ShownDelivery }) {
  const { name, tone } = STATUSES[delivery.status];
  return (
    <li>
      <Link href={`/deliveries/${delivery.id}`} className="delivery-row">
        <Tag tone={tone}>{name}</Tag>
        <span className="cut">
          <Receiver delivery={delivery} />
        </span>
        <span className="quiet small cut">
          <Attempts delivery={delivery} />
        </span>
        <span className="quiet small">
          <Ago at={delivery.finishedAt ?? delivery.createdAt} />
        </span>
      </Link>
    </li>
  );
}

function Receiver({ delivery: { webhook, basicUrl } }: { delivery: ShownDelivery }) {
  if (!webhook)
    return (
      <>
        <strong>Basic webhook</strong> <span className="quiet mono">{basicUrl}</span>
      </>
    );
  if (webhook.deletedAt) return <span className="quiet">A webhook that was deleted</span>;
  return (
    <>
      <strong>{webhookName(webhook)}</strong> {webhook.description && <span className="quiet">{webhook.url}</span>}
    </>
  );
}
