/** How long this process stands still because young objects are collected. */

import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** Collections of young objects, in this process. */
export interface Collections {
  readonly count: number;
  /** All of them together. */
  readonly ms: number;
}

/** Answers with all since the last call. The first begins to count, so that nobody pays for it who does not ask. */
export function createCollections(): () => Collections {
  let observer: PerformanceObserver | undefined;
  let found = { count: 0, ms: 0 };

  function add(entries: readonly PerformanceEntry[]): void {
    for (const entry of entries) {
      const { duration, detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
      if (detail?.kind !== constants.NODE_PERFORMANCE_GC_MINOR) continue;
      found = { count: found.count + 1, ms: found.ms + duration };
    }
  }

  return () => {
    if (observer) add(observer.takeRecords());
    else {
      observer = new PerformanceObserver((list) => add(list.getEntries()));
      observer.observe({ entryTypes: ['gc'] });
    }
    const since = found;
    found = { count: 0, ms: 0 };
    return since;
  };
}
