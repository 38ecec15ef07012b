/** What a webhook's page tells: how it does, what it fires for, what it sends, and its latest deliveries. */

import { Link } from 'wouter';
import type { WebhookQuery } from '../../../schema/generated/graphql.ts';
import { DeliveryRow } from '../deliveries/delivery-row.tsx';
import { Fact, Names } from '../look/facts.tsx';
import { Countdown, duration, Time } from '../look/time.tsx';
import { Glance } from './webhook-row.tsx';
import { EVENTS, eventName, type HealthWords } from './words.ts';

type Shown = NonNullable<WebhookQuery['webhook']>;

/** The page's content. */
export function WebhookFacts({ webhook, health }: { webhook: Shown; health: HealthWords }) {
  const deliveries = webhook.deliveries.edges.map(({ node }) => node);
  return (
    <div className="webhook-facts">
      <section className="card facts-card" aria-labelledby="health">
        <h2 id="health">Health</h2>
        <p>
          {health.sentence ?? 'Deliveries go out.'}
          {health.until && (
            <>
              {' It goes on '}
              <Countdown to={health.until} over="now" />.
            </>
          )}
        </p>
        <Glance deliveries={deliveries} />
        <dl className="facts">
          {webhook.destination.failingSince && (
            <Fact name="Failing since">
              <Time at={webhook.destination.failingSince} />
            </Fact>
          )}
          {webhook.disabledAt && (
            <Fact name="Disabled">
              <Time at={webhook.disabledAt} />
            </Fact>
          )}
          <Fact name="Made">
            <Time at={webhook.createdAt} />
          </Fact>
        </dl>
      </section>
      <section className="card facts-card" aria-labelledby="fires">
        <h2 id="fires">Fires for</h2>
        <dl className="facts">
          <Fact name="Import identifiers">
            <Names names={webhook.importIdentifiers} />
          </Fact>
          <Fact name="Saved schemas">
            <Names names={webhook.savedSchemas.map(({ name }) => name)} />
          </Fact>
          <Fact name="Events">
            {webhook.events.length === EVENTS.length ? 'All three' : webhook.events.map(eventName).join(', ')}
          </Fact>
        </dl>
      </section>
      <section className="card facts-card" aria-labelledby="sends">
        <h2 id="sends">Requests</h2>
        <dl className="facts">
          <Fact name="Custom headers">
            <Names names={webhook.headers.map(({ name, maskedValue }) => `${name}: ${maskedValue}`)} />
          </Fact>
          <Fact name="Rate limit">
            {webhook.maxAttemptsPerSecond === null ? 'None' : `${webhook.maxAttemptsPerSecond} attempts a second`}
          </Fact>
          <Fact name="Retry schedule">
            {webhook.retryScheduleSeconds.length === 0
              ? 'The server’s own'
              : webhook.retryScheduleSeconds.map((seconds) => duration(seconds * 1_000)).join(', ')}
          </Fact>
        </dl>
      </section>
      <section className="card facts-card facts-wide" aria-labelledby="deliveries">
        <div className="facts-head">
          <h2 id="deliveries">Latest deliveries</h2>
          <span className="facts-links">
            <Link className="link" href={`/deliveries?webhook=${webhook.id}`}>
              All of them
            </Link>
            <Link className="link" href={`/webhooks/${webhook.id}/reconciliation`}>
              Did everything arrive?
            </Link>
            <Link className="link" href={`/log?webhook=${webhook.id}`}>
              Watch them in the log
            </Link>
          </span>
        </div>
        {deliveries.length === 0 && <p className="quiet">Nothing yet. A test event shows whether it arrives.</p>}
        <ul className="delivery-rows">
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} address={`/deliveries/${delivery.id}`} />
          ))}
        </ul>
      </section>
    </div>
  );
}
