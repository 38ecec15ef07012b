/** Noticing that something has happened to deliveries, for pages that then ask again. */

import { useEffect, useRef } from 'react';
import type { DeliveryLogFilter, LogEntryFragment } from '../../../schema/generated/graphql.ts';
import { REFUSED_KEY, useSession } from '../sign-in/session.tsx';
import { watchLog } from './watch-log.ts';

/**
 * Calls `onChange` when the log has an entry that passes `filter` and `concerns`, at most once in `everyMs`, and once when
 * following has begun: what happened before then, a page that asked earlier may not have seen.
 */
export function useChanges(
  filter: DeliveryLogFilter | undefined,
  onChange: () => void,
  everyMs: number,
  concerns: (entry: LogEntryFragment) => boolean = () => true,
): void {
  const { api, signOut } = useSession();
  const latest = useRef({ onChange, concerns });
  latest.current = { onChange, concerns };
  const key = filter && JSON.stringify(filter);

  useEffect(() => {
    if (!key) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current.onChange();
      }, everyMs);
    };
    const stop = watchLog(api, {
      filter: JSON.parse(key),
      latest: 1,
      onEntries: (entries, after) => {
        if (after) latest.current.onChange();
        else if (entries.some(latest.current.concerns)) later();
      },
      onRefused: () => signOut(REFUSED_KEY),
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [api, signOut, key, everyMs]);
}
