/** The delivery log, live. */

import { Button, Drawer } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { LogEntryFragment } from '../../../schema/generated/graphql.ts';
import { DeliveryView } from '../deliveries/delivery-view.tsx';
import { Pause, Play } from '../look/icons.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { REFUSED_KEY, useSession } from '../sign-in/session.tsx';
import { NamesOfWebhooks } from './listed-names.tsx';
import { LogFilters, readFilter } from './log-filters.tsx';
import { GapNotice } from './log-gap.tsx';
import { LogList } from './log-list.tsx';
import { LogStatus } from './log-status.tsx';
import { createLogWindow, type LogWindow } from './log-window.ts';

/** Fills as things happen, filtered by the address; an entry opens its delivery beside it. */
export function LogPage() {
  const [search, setSearch] = useSearchParams();
  const log = useLog(JSON.stringify(readFilter(search)));
  const view = useSyncExternalStore(log.subscribe, log.getView);
  const [top, setTop] = useState(0);
  const opened = search.get('delivery');
  const isFiltered = Object.keys(readFilter(search)).length > 0;

  const address = search.toString();
  const addressOf = useCallback(
    (entry: LogEntryFragment) => {
      const params = new URLSearchParams(address);
      params.set('delivery', entry.deliveryId);
      return `/log?${params}`;
    },
    [address],
  );

  function toNewest() {
    log.resume();
    setTop((count) => count + 1);
  }

  function close() {
    const next = new URLSearchParams(search);
    next.delete('delivery');
    setSearch(next);
  }

  return (
    <Page
      title="Delivery log"
      lead={<LogStatus view={view} />}
      actions={
        <>
          <Button variant="default" component={Link} href={`/deliveries?${ofWebhookOrImport(search)}`}>
            List of deliveries
          </Button>
          {view.isPaused ? (
            <Button leftSection={<Play />} onClick={toNewest}>
              {view.waiting > 0 ? `Show ${view.waiting} new` : 'Go on'}
            </Button>
          ) : (
            <Button variant="default" leftSection={<Pause />} onClick={() => log.pause()}>
              Pause
            </Button>
          )}
        </>
      }
    >
      <LogFilters />
      {view.following.is === 'failed' && <Problem>{view.following.why}</Problem>}
      {view.gap && <GapNotice gap={view.gap} dismiss={() => log.dismissGap()} />}
      {!view.isLoaded && view.following.is !== 'failed' && <LoadingRows count={10} height={36} />}
      {view.isLoaded && view.entries.length === 0 && (
        <Empty
          title={isFiltered ? 'Nothing that matches among the latest entries' : 'Nothing has happened yet'}
          action={
            isFiltered && (
              <Button variant="default" onClick={() => setSearch({})}>
                Show everything
              </Button>
            )
          }
        >
          {isFiltered
            ? 'What matches appears here as it happens.'
            : 'Every step of every delivery appears here as it happens. Send a test event from a webhook’s page, or report an import.'}
        </Empty>
      )}
      {view.entries.length > 0 && (
        <NamesOfWebhooks>
          <LogList
            entries={view.entries}
            addressOf={addressOf}
            top={top}
            onReading={() => !log.getView().isPaused && log.pause()}
          />
        </NamesOfWebhooks>
      )}
      <Drawer opened={opened !== null} onClose={close} position="right" size="min(760px, 100%)" title="Delivery">
        {opened && <DeliveryView key={opened} id={opened} />}
      </Drawer>
    </Page>
  );
}

/** What a list of deliveries can be filtered by as well. */
function ofWebhookOrImport(search: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...search].filter(([name]) => name === 'webhook' || name === 'import'));
}

function useLog(filter: string): LogWindow {
  const { api, signOut } = useSession();
  const log = useMemo(
    () => createLogWindow(api, JSON.parse(filter), () => signOut(REFUSED_KEY)),
    [api, signOut, filter],
  );
  useEffect(() => log.open(), [log]);
  return log;
}
