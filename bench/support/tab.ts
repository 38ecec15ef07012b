/** What a tab of the dashboard is like for the one who uses it: how long things take, and what it keeps. */

import type { CDPSession, Page } from 'playwright-core';

/** What happened in a tab since somebody last asked; all in milliseconds. */
export interface Happened {
  /** Each time that the page could do nothing else for more than 50 ms. */
  readonly longTasks: readonly number[];
  /** From each key and click until the page had been drawn with what came of it; those under 16 ms are left out. */
  readonly interactions: readonly number[];
  /** From each numbered entry of the log until it was seen, to 50 ms. */
  readonly lags: readonly number[];
  /** The highest number that was seen. */
  readonly newest: number;
}

/** What a tab keeps, after garbage was collected. */
export interface Kept {
  readonly heapMegabytes: number;
  readonly elements: number;
  /** Rows of the delivery log. */
  readonly rows: number;
}

/** Begins to watch a tab, from the next page that it loads. */
export async function watchTab(page: Page): Promise<{ happened(): Promise<Happened>; kept(): Promise<Kept> }> {
  await page.addInitScript(record);
  const protocol = await page.context().newCDPSession(page);
  return {
    happened: () => page.evaluate(takeRecord),
    kept: () => weigh(page, protocol),
  };
}

interface Recorded {
  longTasks: number[];
  interactions: number[];
  lags: number[];
  newest: number;
}

/** Where the page keeps what it has recorded. */
interface Recording {
  posthornBench: Recorded;
}

/** Runs in the page, before any of its scripts. */
function record(): void {
  const recorded: Recorded = { longTasks: [], interactions: [], lags: [], newest: 0 };
  (globalThis as unknown as Recording).posthornBench = recorded;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) recorded.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  // Event Timing's own option is not among those that the types know.
  const events: PerformanceObserverInit & { durationThreshold: number } = {
    type: 'event',
    durationThreshold: 16,
    buffered: true,
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      if (entry.interactionId) recorded.interactions.push(entry.duration);
    }
  }).observe(events);
  setInterval(() => {
    const before = recorded.newest;
    for (const row of document.querySelectorAll('.log-row')) {
      const number = Number(/entry (\d+)$/.exec(row.textContent ?? '')?.[1] ?? 0);
      if (number <= before) continue;
      recorded.lags.push(Date.now() - Date.parse(row.querySelector('time')?.dateTime ?? ''));
      recorded.newest = Math.max(recorded.newest, number);
    }
  }, 50);
}

/** Runs in the page. */
function takeRecord(): Happened {
  const { posthornBench } = globalThis as unknown as Recording;
  const { longTasks, interactions, lags, newest } = posthornBench;
  Object.assign(posthornBench, { longTasks: [], interactions: [], lags: [] });
  return { longTasks, interactions, lags, newest };
}

async function weigh(page: Page, protocol: CDPSession): Promise<Kept> {
  await protocol.send('HeapProfiler.collectGarbage');
  const { usedSize } = await protocol.send('Runtime.getHeapUsage');
  return {
    heapMegabytes: usedSize / 1e6,
    elements: await page.evaluate(() => document.querySelectorAll('*').length),
    rows: await page.locator('.log-row').count(),
  };
}
