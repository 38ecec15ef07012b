/** Asking again on a beat, for what nothing tells us of. */

import { useEffect, useRef } from 'react';

/** Calls `work` every `everyMs` milliseconds while the page is in view, and as soon as it comes back into view. */
export function useEvery(everyMs: number, work: () => void): void {
  const latest = useRef(work);
  latest.current = work;

  useEffect(() => {
    const call = () => document.visibilityState === 'visible' && latest.current();
    const timer = setInterval(call, everyMs);
    document.addEventListener('visibilitychange', call);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', call);
    };
  }, [everyMs]);
}
