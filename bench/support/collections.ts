/** How long this process stands still because young objects are collected. */

import { constants, PerformanceObserver } from 'node:perf_hooks';

/** Collections of young objects, in this process. */
export interface Collections {
  readonly count: number;
  /** All of them together. */
  readonly ms: number;
}

/** Begins to count. @returns what answers with all since the last time. */
export function watchCollections(): () => Collections {
  let found = { count: 0, ms: 0 };
  const add = (list: { getEntries(): readonly { readonly duration: number; readonly detail?: unknown }[] }) => {
    for (const { duration, detail } of list.getEntries()) {
      if ((detail as { kind?: number }).kind !== constants.NODE_PERFORMANCE_GC_MINOR) continue;
      found = { count: found.count + 1, ms: found.ms + duration };
    }
  };
  const observer = new PerformanceObserver(add);
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    add({ getEntries: () => observer.takeRecords() });
    const since = found;
    found = { count: 0, ms: 0 };
    return since;
  };
}
