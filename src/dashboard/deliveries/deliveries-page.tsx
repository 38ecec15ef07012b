/** The list of deliveries. */

import { Button, Drawer } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';
import { DeliveriesDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useChanges } from '../log/use-changes.ts';
import { STATUSES } from '../log/words.ts';
import { LinkAction } from '../look/action.tsx';
import { Again } from '../look/icons.tsx';
import { MorePages } from '../look/more-pages.tsx';
import { useNarrow } from '../look/narrow.ts';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import './list.css';
import { DeliveryRow } from './delivery-row.tsx';
import { DeliveryView } from './delivery-view.tsx';
import { addressOf, countConditions, deliveryFilterOf, type Filter, REPLAYABLE } from './filter.ts';
import { FilterFields, useFilter } from './filter-fields.tsx';
import { FilterWords } from './filter-words.tsx';

/** How often the list may be asked for again while deliveries happen, in milliseconds. */
const REFRESH_MS = 3_000;

/** Every status, in the order in which they matter here. */
const CHOICES = Object.keys(STATUSES) as (keyof typeof STATUSES)[];

/** Deliveries, newest first, filtered by the address, a page at a time; one opens beside the list. */
export function DeliveriesPage() {
  const [search, setSearch] = useSearchParams();
  const [filter, change] = useFilter();
  const after = search.get('after');
  const opened = search.get('delivery');
  const variables = { filter: deliveryFilterOf(filter), first: 50, after };
  const { data, problem, again } = useAsk(DeliveriesDocument, variables, { fresh: true, exact: ['filter'] });
  useChanges(
    { ...(filter.webhookId && { webhookId: filter.webhookId }), ...(filter.importId && { importId: filter.importId }) },
    again,
    REFRESH_MS,
  );
  const deliveries = data?.deliveries;

  function addressOfDelivery(id: string | null): string {
    const params = new URLSearchParams(search);
    if (id) params.set('delivery', id);
    else params.delete('delivery');
    return `/deliveries?${params}`;
  }

  return (
    <Page title="Deliveries" lead={<FilterWords filter={filter} />} actions={<ReplayButton filter={filter} />}>
      <Filters filter={filter} change={change} />
      {problem && <Problem again={again}>{problem}</Problem>}
      {!deliveries && !problem && <LoadingRows count={10} height={40} />}
      {deliveries?.edges.length === 0 && (
        <Empty
          title={countConditions(filter) > 0 ? 'No delivery matches' : 'No deliveries yet'}
          action={
            countConditions(filter) > 0 && (
              <Button variant="default" component={Link} href="/deliveries">
                Show all
              </Button>
            )
          }
        >
          {countConditions(filter) > 0
            ? 'None of those that are kept is like this. Ask for less, or for another time.'
            : 'They are made when an import is reported that a webhook fires for, or when a test event is sent from a webhook’s page.'}
        </Empty>
      )}
      {deliveries && deliveries.edges.length > 0 && (
        <>
          <ul className="delivery-rows delivery-list card" aria-label="Deliveries, newest first">
            {deliveries.edges.map(({ node }) => (
              <DeliveryRow key={node.id} delivery={node} address={addressOfDelivery(node.id)} />
            ))}
          </ul>
          <MorePages path="/deliveries" after={after} pageInfo={deliveries.pageInfo} />
        </>
      )}
      <Drawer
        opened={opened !== null}
        onClose={() => setSearch(addressOfDelivery(null).split('?')[1])}
        position="right"
        size="min(760px, 100%)"
        title="Delivery"
      >
        {opened && <DeliveryView key={opened} id={opened} />}
      </Drawer>
    </Page>
  );
}

/** The fields; folded up where there is little room. */
function Filters(props: { filter: Filter; change: (part: Partial<Filter>) => void }) {
  const narrow = useNarrow();
  const count = countConditions(props.filter);
  if (!narrow) {
    return (
      <search>
        <FilterFields {...props} statuses={CHOICES} />
      </search>
    );
  }
  return (
    <search>
      <details className="card filters-folded">
        <summary>{count > 0 ? `Filters (${count})` : 'Filters'}</summary>
        <FilterFields {...props} statuses={CHOICES} />
      </details>
    </search>
  );
}

/** To a replay of what is listed, as far as a replay can be about that. */
function ReplayButton({ filter }: { filter: Filter }) {
  const { statuses, replayId } = filter;
  const finished = statuses.filter((status) => REPLAYABLE.includes(status));
  const mayNot = useWhyNot('actOnDeliveries');
  const whyNot =
    mayNot ??
    (replayId ? 'A replay cannot be of what another replay asked for. Choose by webhook, cause or time.' : undefined) ??
    (statuses.length > 0 && finished.length === 0
      ? 'Deliveries that wait go on by themselves, and superseded ones are old news. Choose Failed, Delivered or Cancelled.'
      : undefined);
  return (
    <LinkAction
      variant="default"
      leftSection={<Again />}
      href={addressOf('/replays/new', { ...filter, statuses: finished.length > 0 ? finished : ['FAILED'] })}
      whyNot={whyNot}
    >
      Replay these
    </LinkAction>
  );
}
