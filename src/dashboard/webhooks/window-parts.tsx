/** A window in parts, for finding where a receiver lacks something. */

import { Link } from 'wouter';
import type { ReconciliationQuery } from '../../../schema/generated/graphql.ts';
import { addressOf, REPLAYABLE } from '../deliveries/filter.ts';
import { LinkAction } from '../look/action.tsx';
import { number } from '../look/sentence.tsx';
import { Time } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';

type Part = NonNullable<ReconciliationQuery['reconciliation']>['buckets'][number];

/** Those in which something went there. */
export function WindowParts({ webhookId, parts }: { webhookId: string; parts: readonly Part[] }) {
  const whyNot = useWhyNot('actOnDeliveries');
  return (
    <section className="card facts-card" aria-labelledby="parts">
      <h2 id="parts">In parts</h2>
      <ul className="parts">
        {parts
          .filter(({ events }) => events > 0)
          .map(({ from, to, events, delivered, digest }) => (
            <li key={from}>
              <Link
                href={`/webhooks/${webhookId}/reconciliation?${new URLSearchParams({ from, to })}`}
                className="link"
              >
                <Time at={from} />
              </Link>
              <span>
                {number(delivered)} of {number(events)} delivered
              </span>
              <code className="small">{digest}</code>
              <LinkAction
                href={addressOf('/replays/new', { statuses: REPLAYABLE, webhookId, from, to })}
                size="compact-sm"
                variant="default"
                whyNot={whyNot}
              >
                Replay all of it
              </LinkAction>
            </li>
          ))}
      </ul>
    </section>
  );
}
