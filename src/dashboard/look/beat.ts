/** What is done again and again, for as long as somebody looks. */

import { useEffect, useRef } from 'react';

/** Calls `act` every `everyMs`. Not while the tab is hidden; then at once when it is shown again. */
export function useBeat(act: () => void, everyMs: number): void {
  const latest = useRef(act);
  latest.current = act;

  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const go = () => {
      clearInterval(timer);
      timer = document.hidden ? undefined : setInterval(() => latest.current(), everyMs);
    };
    const onShownOrHidden = () => {
      if (!document.hidden) latest.current();
      go();
    };
    go();
    document.addEventListener('visibilitychange', onShownOrHidden);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onShownOrHidden);
    };
  }, [everyMs]);
}
