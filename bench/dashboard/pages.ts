/** How long each page of the dashboard takes, and how soon it follows who types. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { machineMs } from '../support/clock.ts';
import type { watchTab } from '../support/tab.ts';

/** What is measured, and where it is printed. */
export interface PagesOptions {
  readonly page: Page;
  readonly watched: Awaited<ReturnType<typeof watchTab>>;
  readonly known: { readonly webhookId: string; readonly deliveryId: string };
  readonly print: (line: string) => void;
}

interface Visit {
  readonly name: string;
  readonly path: string;
  /** What is there once the page is. */
  readonly text: string | RegExp;
  /** A field in which something is then typed, and what is there once it has had its effect. */
  readonly field?: string;
  readonly found?: RegExp;
}

/** Typed into the fields: a part of the URL of one webhook and of some others. */
const TYPED = 'webhook-77';

/** One of them, by its URL or by its name. */
const FOUND = /webhook[- ]77/i;

/** Between two keys, as somebody who types quickly. */
const KEY_MS = 80;

/** How long is waited for what a page does beyond showing its content. */
const SETTLE_MS = 1_000;

/** Loads each page anew, and prints a line about it. */
export async function measurePages({ page, watched, known, print }: PagesOptions): Promise<void> {
  print('| page | content, ms | longest task, ms | typing: slowest key, ms | found, ms |\n|---|---|---|---|---|');
  for (const visit of visits(known)) {
    const begunMs = machineMs();
    await page.goto(visit.path, { waitUntil: 'commit' });
    await untilSeen(page, visit.text);
    const contentMs = machineMs() - begunMs;
    const foundMs = await type(page, visit);
    await delay(SETTLE_MS);
    const { longTasks, interactions } = await watched.happened();
    const cells = [contentMs, Math.max(0, ...longTasks), visit.field && Math.max(0, ...interactions), foundMs];
    print(
      `| ${[visit.name, ...cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : '–'))].join(' | ')} |`,
    );
  }
}

/** Looks at every frame; Playwright's own waiting looks less and less often, and would add half a second to a third of one. */
async function untilSeen(page: Page, text: string | RegExp): Promise<void> {
  const pattern = typeof text === 'string' ? RegExp.escape(text) : text.source;
  await page.waitForFunction((source) => new RegExp(source).test(document.body.innerText), pattern, { polling: 'raf' });
}

function visits({ webhookId, deliveryId }: PagesOptions['known']): Visit[] {
  return [
    { name: 'the overview', path: '/overview', text: 'Failures by cause' },
    { name: 'imports', path: '/imports', text: /import-\d/ },
    { name: 'deliveries', path: '/deliveries', text: /import-\d/ },
    { name: 'failures of the month', path: '/failures?range=month', text: /to [\d,]+ webhooks/ },
    { name: 'replays, of which there are none', path: '/replays', text: 'No replays yet' },
    {
      name: 'webhooks',
      path: '/webhooks',
      text: 'in this organization',
      field: 'Find by URL or name',
      found: FOUND,
    },
    {
      name: 'disabled webhooks, of which there are none',
      path: '/webhooks?state=disabled',
      text: 'No webhook matches',
    },
    {
      name: 'a webhook with a third of all deliveries',
      path: `/webhooks/${webhookId}`,
      text: 'Latest deliveries',
    },
    { name: 'its form', path: `/webhooks/${webhookId}/edit`, text: 'Save changes', field: 'Description' },
    { name: 'the log', path: '/log', text: 'import-', field: 'Webhook', found: FOUND },
    { name: 'the log of that webhook', path: `/log?webhook=${webhookId}`, text: 'import-' },
    { name: 'the log of what never happens', path: '/log?kind=HELD', text: 'Nothing that matches' },
    { name: 'a delivery', path: `/deliveries/${deliveryId}`, text: 'What is sent' },
  ];
}

/** Types, and answers with the milliseconds from the last key until the effect is there. */
async function type(page: Page, { field, found }: Visit): Promise<number | undefined> {
  if (!field) return undefined;
  await page.getByLabel(field, { exact: true }).first().click();
  await page.keyboard.type(TYPED, { delay: KEY_MS });
  if (!found) return undefined;
  const typedMs = machineMs();
  await page.locator('.webhook-row, [role="option"]').filter({ hasText: found }).first().waitFor();
  return machineMs() - typedMs;
}
