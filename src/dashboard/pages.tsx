/** The pages, by their addresses. Every state that is worth a link has one. */

import { type ComponentType, useEffect } from 'react';
import { matchRoute, Redirect, Route, Switch, useLocation, useRouter } from 'wouter';
import { DeliveryPage } from './deliveries/delivery-page.tsx';
import { KeysPage } from './keys/keys-page.tsx';
import { LogPage } from './log/log-page.tsx';
import { Empty, Page } from './look/page.tsx';
import { loadedLater, PageGate } from './look/page-gate.tsx';
import { SchemasPage } from './schemas/schemas-page.tsx';
import { EditWebhookPage, NewWebhookPage } from './webhooks/form-pages.tsx';
import { WebhookPage } from './webhooks/webhook-page.tsx';
import { WebhooksPage } from './webhooks/webhooks-page.tsx';

// Pages that not everybody opens, or that need much, are loaded when somebody is about to open them.
const DeliveriesPage = loadedLater(async () => (await import('./deliveries/deliveries-page.tsx')).DeliveriesPage);
const FailuresPage = loadedLater(async () => (await import('./failures/failures-page.tsx')).FailuresPage);
const ImportPage = loadedLater(async () => (await import('./imports/import-page.tsx')).ImportPage);
const ImportsPage = loadedLater(async () => (await import('./imports/imports-page.tsx')).ImportsPage);
const NewReplayPage = loadedLater(async () => (await import('./replays/new-replay-page.tsx')).NewReplayPage);
const OverviewPage = loadedLater(async () => (await import('./overview/overview-page.tsx')).OverviewPage);
const ReconciliationPage = loadedLater(
  async () => (await import('./webhooks/reconciliation-page.tsx')).ReconciliationPage,
);
const ReplayPage = loadedLater(async () => (await import('./replays/replay-page.tsx')).ReplayPage);
const ReplaysPage = loadedLater(async () => (await import('./replays/replays-page.tsx')).ReplaysPage);

/** A page. `id` is the one in its address; where that has none, the page must not ask for it. Those that are {@link loadedLater} have `load`. */
type AnyPage = ComponentType<{ id: string }> & { readonly load?: () => void };

/** The first that matches is shown. */
const PAGES: Readonly<Record<string, AnyPage>> = {
  '/': ToOverview,
  '/overview': OverviewPage,
  '/webhooks': WebhooksPage,
  '/webhooks/new': NewWebhookPage,
  '/webhooks/:id/edit': EditWebhookPage,
  '/webhooks/:id/reconciliation': ReconciliationPage,
  '/webhooks/:id': WebhookPage,
  '/log': LogPage,
  '/deliveries': DeliveriesPage,
  '/deliveries/:id': DeliveryPage,
  '/imports': ImportsPage,
  '/imports/:importId': ImportPage,
  '/failures': FailuresPage,
  '/replays': ReplaysPage,
  '/replays/new': NewReplayPage,
  '/replays/:id': ReplayPage,
  '/schemas': SchemasPage,
  '/keys': KeysPage,
  '*': NotFound,
};

/** The page of the address. */
export function Pages() {
  const [path] = useLocation();
  return (
    <PageGate address={path}>
      <Switch>
        {Object.entries(PAGES).map(([pattern, AnyPage]) => (
          <Route<{ id: string }> key={pattern} path={pattern}>
            {({ id }) => <AnyPage id={id} />}
          </Route>
        ))}
      </Switch>
    </PageGate>
  );
}

/** Begins to load the page of the address, and that of a link which is pointed at or focused, before it is shown. */
export function usePagesEarly(): void {
  const { parser } = useRouter();
  useEffect(() => {
    function load(path: string) {
      const found = Object.entries(PAGES).find(([pattern]) => matchRoute(parser, pattern, path)[0]);
      found?.[1].load?.();
    }
    function onLink({ target }: Event) {
      const link = target instanceof Element && target.closest('a');
      if (link) load(link.pathname);
    }
    load(location.pathname);
    addEventListener('pointerover', onLink);
    addEventListener('focusin', onLink);
    return () => {
      removeEventListener('pointerover', onLink);
      removeEventListener('focusin', onLink);
    };
  }, [parser]);
}

function ToOverview() {
  return <Redirect to="/overview" replace />;
}
ToOverview.load = OverviewPage.load;

function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is no such page">
        The address may be old, or cut short. The pages are listed in the navigation.
      </Empty>
    </Page>
  );
}
