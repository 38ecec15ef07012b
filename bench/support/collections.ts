/** How long the young generation of this process is being collected, while nothing else happens in it. */

import { constants, PerformanceObserver } from 'node:perf_hooks';

const pauses: number[] = [];

const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if ('detail' in entry && isMinor(entry.detail)) pauses.push(entry.duration);
  }
});

/** Forgets what it has seen, and watches from now on. */
export function watchCollections(): void {
  pauses.length = 0;
  observer.observe({ entryTypes: ['gc'] });
}

/** The collections since then, in milliseconds each. */
export function collectionsSince(): number[] {
  return [...pauses];
}

function isMinor(detail: unknown): boolean {
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'kind' in detail &&
    detail.kind === constants.NODE_PERFORMANCE_GC_MINOR
  );
}
