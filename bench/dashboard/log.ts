/** The delivery log in a tab while entries are written at a pace, a minute at a time. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { numberIn, readWholeList } from '../../test/support/log-list.ts';
import type { Pace } from '../support/pace.ts';
import { quantile } from '../support/statistics.ts';
import type { Kept, watchTab } from '../support/tab.ts';

/** What is watched, and for how long. */
export interface LogOptions {
  readonly page: Page;
  readonly watched: Awaited<ReturnType<typeof watchTab>>;
  readonly minutes: number;
  readonly perSecond: number;
  /** Writes numbered entries at the pace. */
  readonly write: (pace: Pace) => Promise<void>;
  /** How many have been written. */
  readonly written: () => Promise<number>;
  readonly print: (line: string) => void;
}

/** Rows that the page may draw at once. */
const MOST_ROWS = 60;

/** How much larger the heap may be in the last minute than in the second: the first fills what is kept. */
const MOST_GROWTH = 1.15;

/** How long the page may take to show the last that was written before it counts as missing, in milliseconds. */
const CATCH_UP_MS = 30_000;

/** Watches the list of webhooks and then the log, and answers with what should not be so. */
export async function watchLog(options: LogOptions): Promise<string[]> {
  const { page, minutes, print } = options;
  print(
    '\n| minute | written | shown | lag p50, ms | p99, ms | longest task, ms | slowest key, ms | elements | heap, MB |',
  );
  print('|---|---|---|---|---|---|---|---|---|');
  await page.goto('/webhooks');
  await watchMinute(options, 'on the webhooks', 1);
  await page.goto('/log');
  await page.getByText('Live', { exact: true }).waitFor();

  const kept: Kept[] = [];
  for (let minute = 1; minute <= Math.ceil(minutes); minute += 1) {
    kept.push(await watchMinute(options, String(minute), Math.min(1, minutes - minute + 1)));
  }
  return [...faultsOf(kept), ...(await gaps(options))];
}

async function watchMinute(
  { page, watched, perSecond, write, written, print }: LogOptions,
  name: string,
  part: number,
): Promise<Kept> {
  await watched.happened();
  const writing = write({ perSecond, seconds: 60 * part });
  await delay(15_000 * part);
  if (page.url().endsWith('/log')) await lookForWebhook(page);
  await writing;
  await delay(500);
  const { longTasks, interactions, lags, newest } = await watched.happened();
  const kept = await watched.kept();
  const lag = (share: number) => (lags.length > 0 ? quantile(lags, share).toFixed(0) : '–');
  const cells = [
    name,
    await written(),
    lags.length > 0 ? newest : '–',
    lag(0.5),
    lag(0.99),
    `${Math.max(0, ...longTasks).toFixed(0)} (${longTasks.length})`,
    interactions.length > 0 ? Math.max(...interactions).toFixed(0) : '–',
    kept.elements,
    kept.heapMegabytes.toFixed(1),
  ];
  print(`| ${cells.join(' | ')} |`);
  return kept;
}

/** Types into the menu of webhooks and leaves it again, so that the log stays what it is. */
async function lookForWebhook(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Webhook' }).click();
  await page.keyboard.type('webhook-77', { delay: 80 });
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).click();
}

function faultsOf(kept: readonly Kept[]): string[] {
  const faults: string[] = [];
  const mostRows = Math.max(...kept.map(({ rows }) => rows));
  if (mostRows > MOST_ROWS) faults.push(`${mostRows} rows were drawn at once`);
  const [, second] = kept;
  const last = kept.at(-1);
  if (kept.length > 2 && second && last && last.heapMegabytes > second.heapMegabytes * MOST_GROWTH) {
    faults.push(`the heap grew from ${second.heapMegabytes.toFixed(1)} to ${last.heapMegabytes.toFixed(1)} MB`);
  }
  return faults;
}

/** Reads all that the page keeps of the log: the last entries that were written, each of them once. */
async function gaps({ page, watched, written, print }: LogOptions): Promise<string[]> {
  const count = await written();
  for (let waitedMs = 0; (await watched.happened()).newest < count && waitedMs < CATCH_UP_MS; waitedMs += 100) {
    await delay(100);
  }
  const { rows } = await readWholeList(page);
  const numbers = rows.map(numberIn).filter((number) => number !== undefined);
  const missing = new Set(Array.from({ length: numbers.length }, (_, index) => count - index));
  for (const number of numbers) missing.delete(number);
  print(`\n${count} entries written; the page keeps the last ${numbers.length}, ${missing.size} of which are missing.`);
  return missing.size > 0 ? [`entries are missing: ${[...missing].slice(0, 10).join(', ')}`] : [];
}
