/** The list of webhooks. */

import { Button, Menu, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { type WebhookFilter, WebhooksDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useChanges } from '../log/use-changes.ts';
import { LinkAction } from '../look/action.tsx';
import { Dots, Plus } from '../look/icons.tsx';
import { MorePages } from '../look/more-pages.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { useTyped } from '../look/typed.ts';
import { useWhyNot } from '../sign-in/session.tsx';
import { RotateBasicSecret } from './rotate-secret.tsx';
import { WebhookRow } from './webhook-row.tsx';
import { IN_TROUBLE } from './words.ts';

/** How often the list may be asked for again while deliveries happen, in milliseconds. */
const REFRESH_MS = 3_000;

/** What the list can be narrowed to. */
const STATES: readonly { readonly value: string; readonly label: string; readonly filter?: WebhookFilter }[] = [
  { value: 'all', label: 'All' },
  { value: 'enabled', label: 'Enabled', filter: { enabled: true } },
  { value: 'disabled', label: 'Disabled', filter: { enabled: false } },
  { value: 'trouble', label: 'In trouble', filter: { health: IN_TROUBLE } },
];

/** All webhooks, filtered by the address, a page at a time. */
export function WebhooksPage() {
  const [search, setSearch] = useSearchParams();
  const whyNot = useWhyNot('manageWebhooks');
  const contains = search.get('q') ?? '';
  const state = search.get('state') ?? 'all';
  const after = search.get('after');
  const { data, problem, again } = useAsk(
    WebhooksDocument,
    {
      first: 20,
      after,
      filter: {
        ...(contains ? { contains } : {}),
        ...STATES.find(({ value }) => value === state)?.filter,
      },
    },
    { fresh: true, exact: ['filter'] },
  );
  useChanges({}, again, REFRESH_MS);

  function choose(name: string, value: string) {
    const next = new URLSearchParams(search);
    next.delete('after');
    if (value && value !== 'all') next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  }

  const [typed, setTyped] = useTyped(contains, (value) => choose('q', value));
  const webhooks = data?.webhooks;
  const isFiltered = contains !== '' || state !== 'all';
  const isEmpty = webhooks?.edges.length === 0;
  const make = (
    <LinkAction href="/webhooks/new" leftSection={<Plus />} whyNot={whyNot}>
      New webhook
    </LinkAction>
  );

  return (
    <Page
      title="Webhooks"
      lead={
        webhooks && !isEmpty ? `${webhooks.totalCount} ${isFiltered ? 'match' : 'in this organization'}` : undefined
      }
      actions={
        <>
          {make}
          {!whyNot && <MoreActions />}
        </>
      }
    >
      {(!isEmpty || isFiltered) && (
        <search className="filters">
          <TextInput
            aria-label="Find by URL or name"
            placeholder="Find by URL or name"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <SegmentedControl
            aria-label="State"
            value={state}
            onChange={(value) => choose('state', value)}
            data={STATES.map(({ value, label }) => ({ value, label }))}
          />
        </search>
      )}
      {problem && <Problem again={again}>{problem}</Problem>}
      {!webhooks && !problem && <LoadingRows height={68} />}
      {isEmpty && isFiltered && (
        <Empty
          title="No webhook matches"
          action={
            <Button variant="default" onClick={() => setSearch({})}>
              Show all
            </Button>
          }
        >
          {emptySentence(contains, state)}
        </Empty>
      )}
      {isEmpty && !isFiltered && (
        <Empty title="No webhooks yet" action={make}>
          A webhook is a URL of yours that is told when an import is finished. Make the first one; a test event shows
          whether it arrives.
        </Empty>
      )}
      {webhooks && !isEmpty && (
        <>
          <ul className="rows" aria-label="Webhooks">
            {webhooks.edges.map(({ node }) => (
              <WebhookRow key={node.id} webhook={node} />
            ))}
          </ul>
          <MorePages path="/webhooks" after={after} pageInfo={webhooks.pageInfo} />
        </>
      )}
    </Page>
  );
}

function MoreActions() {
  const [isRotating, setRotating] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" aria-label="More actions" className="button-icon">
            <Dots />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setRotating(true)}>Rotate secret of basic webhooks…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isRotating && <RotateBasicSecret close={() => setRotating(false)} />}
    </>
  );
}

function emptySentence(contains: string, state: string): string {
  const which =
    { enabled: 'enabled webhook', disabled: 'disabled webhook', trouble: 'webhook in trouble' }[state] ?? 'webhook';
  return contains ? `No ${which} has “${contains}” in its URL or its name.` : `There is no ${which}.`;
}
