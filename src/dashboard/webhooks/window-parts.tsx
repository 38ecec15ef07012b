/** A window in parts, for finding where a receiver lacks something. */

import { Link } from 'wouter';
import type { DeliveryStatus, ReconciliationQuery } from '../../../schema/generated/graphql.ts';
import { LinkAction } from '../look/action.tsx';
import { number } from '../look/sentence.tsx';
import { Time } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import type { TimeWindow } from './reconciliation-window.tsx';

type Part = NonNullable<ReconciliationQuery['reconciliation']>['buckets'][number];

/** Where a replay of what went to a webhook in a window is prepared. */
export function replayAddress(
  webhookId: string,
  { from, to }: TimeWindow,
  statuses: readonly DeliveryStatus[],
): string {
  const params = new URLSearchParams({ webhook: webhookId, from, to });
  for (const status of statuses) params.append('status', status);
  return `/replays/new?${params}`;
}

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
                href={replayAddress(webhookId, { from, to }, ['DELIVERED', 'FAILED', 'CANCELLED'])}
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
