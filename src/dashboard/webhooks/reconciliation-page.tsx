/** Whether a webhook's receiver has everything: what went to it in a window of time, and what of that is missing. */

import { Link } from 'wouter';
import {
  DeliveriesDocument,
  type DeliveryStatus,
  ReconciliationDocument,
  type ReconciliationQuery,
} from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { DeliveryRow } from '../deliveries/delivery-row.tsx';
import { addressOf } from '../deliveries/filter.ts';
import { useChanges } from '../log/use-changes.ts';
import { LinkAction } from '../look/action.tsx';
import { Again } from '../look/icons.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { number } from '../look/sentence.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { DigestCheck } from './digest-check.tsx';
import { LostFinder } from './lost-finder.tsx';
import { type TimeWindow, useTimeWindow, WindowFields } from './reconciliation-window.tsx';
import { WebhookName } from './webhook-name.tsx';
import { WindowParts } from './window-parts.tsx';

/** How often it is counted again while deliveries happen, in milliseconds. */
const REFRESH_MS = 2_000;

/** What is not delivered and goes out again only when somebody asks for it. */
const REPLAYED: readonly DeliveryStatus[] = ['FAILED', 'CANCELLED'];

/** Into how many parts the window is cut. */
const PARTS = 24;

/** The page; the window is in the address. */
export function ReconciliationPage({ id }: { id: string }) {
  const [timeWindow, choose] = useTimeWindow();
  const isBackwards = timeWindow.from >= timeWindow.to;
  const { data, problem, again } = useAsk(
    ReconciliationDocument,
    { webhookId: id, ...timeWindow, buckets: PARTS, first: 1 },
    { pause: isBackwards, fresh: true },
  );
  useChanges({ webhookId: id }, again, REFRESH_MS);
  const reconciliation = data?.reconciliation;

  return (
    <Page
      title="Did everything arrive?"
      lead={
        <>
          What went to{' '}
          <Link href={`/webhooks/${id}`} className="link">
            <WebhookName id={id} />
          </Link>
          , and what of it is missing.
        </>
      }
    >
      <WindowFields value={timeWindow} onChange={choose} />
      {isBackwards && <Problem>The window ends before it begins. Choose an earlier beginning or a later end.</Problem>}
      {!isBackwards && problem && <Problem again={again}>{problem}</Problem>}
      {!isBackwards && !reconciliation && !problem && <LoadingRows count={3} height={120} />}
      {!isBackwards && reconciliation && <Reconciled id={id} timeWindow={timeWindow} reconciliation={reconciliation} />}
    </Page>
  );
}

function Reconciled({
  id,
  timeWindow,
  reconciliation,
}: {
  id: string;
  timeWindow: TimeWindow;
  reconciliation: NonNullable<ReconciliationQuery['reconciliation']>;
}) {
  const { events, delivered, digest, buckets } = reconciliation;
  if (events === 0) {
    return (
      <Empty title="Nothing was to go there in this window">
        Choose another window. An event belongs to the time at which it was accepted.
      </Empty>
    );
  }
  return (
    <>
      <dl className="counts">
        <Count name="Sent, or to be sent" count={events} />
        <Count name="Delivered" count={delivered} />
        <Count name="Not delivered" count={events - delivered} />
      </dl>
      {events > delivered && <Missing id={id} timeWindow={timeWindow} />}
      {delivered > 0 && <DigestCheck digest={digest} delivered={delivered} />}
      <LostFinder key={`${timeWindow.from} ${timeWindow.to}`} webhookId={id} timeWindow={timeWindow} events={events} />
      <WindowParts webhookId={id} parts={buckets} />
    </>
  );
}

function Count({ name, count }: { name: string; count: number }) {
  return (
    <div className="card">
      <dt className="quiet">{name}</dt>
      <dd>{number(count)}</dd>
    </div>
  );
}

/** What was not delivered: by the times of the deliveries, which are those of their events but for milliseconds. */
function Missing({ id, timeWindow }: { id: string; timeWindow: TimeWindow }) {
  const whyNot = useWhyNot('actOnDeliveries');
  const { data, problem, again } = useAsk(
    DeliveriesDocument,
    {
      filter: { webhookId: id, ...timeWindow, statuses: ['PENDING', 'FAILED', 'CANCELLED', 'SUPERSEDED'] },
      first: 50,
    },
    { fresh: true },
  );
  useChanges({ webhookId: id }, again, REFRESH_MS);
  const deliveries = data?.deliveries.edges.map(({ node }) => node);
  const hasMore = data?.deliveries.pageInfo.hasNextPage ?? false;
  const canReplay = hasMore || deliveries?.some(({ status }) => REPLAYED.includes(status));
  return (
    <section className="card facts-card" aria-labelledby="missing">
      <div className="facts-head">
        <h2 id="missing">Not delivered</h2>
        {canReplay && (
          <LinkAction
            href={addressOf('/replays/new', { statuses: REPLAYED, webhookId: id, ...timeWindow })}
            size="compact-sm"
            leftSection={<Again />}
            whyNot={whyNot}
          >
            Replay what failed or was cancelled
          </LinkAction>
        )}
      </div>
      <p className="quiet small">
        What waits goes out by itself. What was superseded was overtaken by a later event of its import.
      </p>
      {problem && <Problem again={again}>{problem}</Problem>}
      {!deliveries && !problem && <LoadingRows count={3} height={36} />}
      <ul className="delivery-rows" aria-label="Not delivered, newest first">
        {deliveries?.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={{ ...delivery, webhook: undefined }}
            address={`/deliveries/${delivery.id}`}
          />
        ))}
      </ul>
      {hasMore && <p className="quiet small">These are the newest {deliveries?.length}; there are more.</p>}
    </section>
  );
}
