/** The pages, by their addresses. Every state that is worth a link has one. */

import { Redirect, Route, Switch, useLocation } from 'wouter';
import { DeliveryPage } from './deliveries/delivery-page.tsx';
import { KeysPage } from './keys/keys-page.tsx';
import { Shell, ShellSkeleton } from './layout/shell.tsx';
import { LogPage } from './log/log-page.tsx';
import { Empty, Page } from './look/page.tsx';
import { loadedLater, PageGate } from './look/page-gate.tsx';
import { Look } from './look/theme.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { SchemasPage } from './schemas/schemas-page.tsx';
import { NothingToRead } from './sign-in/nothing-to-read.tsx';
import { SessionGate, useWhyNot } from './sign-in/session.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { EditWebhookPage, NewWebhookPage } from './webhooks/form-pages.tsx';
import { WebhookPage } from './webhooks/webhook-page.tsx';
import { WebhooksPage } from './webhooks/webhooks-page.tsx';

// Pages that not everybody opens are loaded when somebody does.
const DeliveriesPage = loadedLater(async () => (await import('./deliveries/deliveries-page.tsx')).DeliveriesPage);
const FailuresPage = loadedLater(async () => (await import('./failures/failures-page.tsx')).FailuresPage);
const ImportPage = loadedLater(async () => (await import('./imports/import-page.tsx')).ImportPage);
const ImportsPage = loadedLater(async () => (await import('./imports/imports-page.tsx')).ImportsPage);
const NewReplayPage = loadedLater(async () => (await import('./replays/new-replay-page.tsx')).NewReplayPage);
const ReconciliationPage = loadedLater(
  async () => (await import('./webhooks/reconciliation-page.tsx')).ReconciliationPage,
);
const ReplayPage = loadedLater(async () => (await import('./replays/replay-page.tsx')).ReplayPage);
const ReplaysPage = loadedLater(async () => (await import('./replays/replays-page.tsx')).ReplaysPage);

/** The dashboard. */
export function App() {
  return (
    <Look>
      <SessionGate checking={<ShellSkeleton />} signedOut={(signIn, why) => <SignInPage signIn={signIn} why={why} />}>
        <Shell>
          <Pages />
        </Shell>
      </SessionGate>
    </Look>
  );
}

function Pages() {
  const whyNot = useWhyNot('readWebhooks');
  const [path] = useLocation();
  if (whyNot) return <NothingToRead />;
  return (
    <PageGate address={path}>
      <Switch>
        <Route path="/">
          <Redirect to="/overview" replace />
        </Route>
        <Route path="/overview" component={OverviewPage} />
        <Route path="/webhooks" component={WebhooksPage} />
        <Route path="/webhooks/new" component={NewWebhookPage} />
        <Route path="/webhooks/:id/edit">{({ id }) => <EditWebhookPage key={id} id={id} />}</Route>
        <Route path="/webhooks/:id/reconciliation">{({ id }) => <ReconciliationPage key={id} id={id} />}</Route>
        <Route path="/webhooks/:id">{({ id }) => <WebhookPage key={id} id={id} />}</Route>
        <Route path="/log" component={LogPage} />
        <Route path="/deliveries" component={DeliveriesPage} />
        <Route path="/deliveries/:id">{({ id }) => <DeliveryPage key={id} id={id} />}</Route>
        <Route path="/imports" component={ImportsPage} />
        <Route path="/imports/:importId">
          <ImportPage />
        </Route>
        <Route path="/failures" component={FailuresPage} />
        <Route path="/replays" component={ReplaysPage} />
        <Route path="/replays/new" component={NewReplayPage} />
        <Route path="/replays/:id">{({ id }) => <ReplayPage key={id} id={id} />}</Route>
        <Route path="/schemas" component={SchemasPage} />
        <Route path="/keys" component={KeysPage} />
        <Route>
          <Page title="Not found">
            <Empty title="There is no such page">
              The address may be old, or cut short. The pages are listed in the navigation.
            </Empty>
          </Page>
        </Route>
      </Switch>
    </PageGate>
  );
}
