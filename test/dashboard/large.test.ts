/** The dashboard where there is a lot of everything: what it draws, keeps and asks for does not grow with it. */

import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { APPEND_ENTRIES, entriesFor } from '../../src/delivery/log-append.sql.ts';
import { removeLogEntries } from '../../src/delivery/retention.ts';
import { untilReadable } from '../delivery/log-entries.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { numberIn, readWholeList } from '../support/log-list.ts';
import { startProxy } from '../support/proxy.ts';
import { findFaults } from './axe.ts';
import { givenBrowser, signIn } from './dashboard.ts';

// Thousands of entries go through a browser, which has a part of a core.
vi.setConfig({ testTimeout: 120_000 });

const browser = givenBrowser();

/** Entries that a page keeps. */
const KEPT = 5_000;

/** Writes the entries numbered from `from` to `to` about the one delivery that there is. */
async function writeEntries(app: TestApp, from: number, to: number): Promise<void> {
  const rows = 'delivery cross join generate_series($1::int, $2::int) number';
  const entries = entriesFor(rows, { kind: 'RESUMED', reason: `('entry ' || number)` });
  await app.db.query(`${APPEND_ENTRIES} ${entries} order by number`, [from, to]);
  app.signals.emit('log.appended', [app.organizationId]);
}

/** Waits until the newest row is that of the entry with this number. */
async function untilNewest(page: Page, number: number): Promise<void> {
  await page.locator('.log-list li:first-child').getByText(`entry ${number}`, { exact: true }).waitFor();
}

/** Writes so many after each other, and waits until each burst is shown. */
async function follow(app: TestApp, page: Page, from: number, to: number): Promise<void> {
  for (let next = from; next <= to; next += 500) {
    await writeEntries(app, next, next + 499);
    await untilNewest(page, next + 499);
  }
}

/** The first row that is not the next one after the row before, counted down from `newest`. */
function findBreak(rows: readonly string[], newest: number): string | undefined {
  return rows.find((row, index) => numberIn(row) !== newest - index);
}

async function heapBytes(page: Page): Promise<number> {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('HeapProfiler.collectGarbage');
  const { usedSize } = await protocol.send('Runtime.getHeapUsage');
  await protocol.detach();
  return usedSize;
}

/** A delivery that waits for good, and the log of it in a browser. */
async function givenLog(app: TestApp, url: string) {
  await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
  await reportCompleted(app, { importId: 'the-first' });
  const tab = await browser.open(url, { viewport: { width: 1280, height: 1600 } });
  await signIn(tab.page, { url, key: app.key }, '/log');
  await tab.page.getByText('the-first').waitFor();
  await tab.page.getByText('Live', { exact: true }).waitFor();
  return tab;
}

describe('a busy log', () => {
  test('is shown without a gap, as a bounded number of rows in a bounded part of the memory', async () => {
    await using app = await createTestApp();
    await using tab = await givenLog(app, app.url);
    const { page } = tab;

    await follow(app, page, 1, 6_000);
    const full = await heapBytes(page);
    await follow(app, page, 6_001, 15_000);
    const later = await heapBytes(page);
    const { rows, mostDrawn } = await readWholeList(page);

    expect(rows).toHaveLength(KEPT);
    expect(findBreak(rows, 15_000)).toBeUndefined();
    expect(mostDrawn).toBeLessThan(60);
    // Nine thousand entries more would be four megabytes.
    expect(later - full).toBeLessThan(2_000_000);
    expect(tab.troubles).toEqual([]);
  });

  test('that has moved on by more than a page can show goes on with the latest, and says what is not shown', async () => {
    await using app = await createTestApp();
    await using proxy = await startProxy(app.url);
    await using tab = await givenLog(app, new URL(proxy.url).origin);
    const { page } = tab;

    proxy.cut();
    await page.getByText('Connection lost.').waitFor();
    for (let from = 1; from < 7_000; from += 1_000) await writeEntries(app, from, from + 999);
    proxy.restore();
    await page.getByText('More has happened without a connection than this page can show').waitFor();
    await untilNewest(page, 7_000);

    await writeEntries(app, 7_001, 7_001);
    await untilNewest(page, 7_001);
    const { rows } = await readWholeList(page);
    expect(findBreak(rows.slice(0, 101), 7_001)).toBeUndefined();
    expect(rows[101]).toMatch(/^Not shown: what happened from \d\d:\d\d:\d\d\.\d{3} to \d\d/);
    expect(rows).toHaveLength(KEPT);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await findFaults(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'I have seen it' }).click();
    await page.getByText('More has happened without').waitFor({ state: 'detached' });
  });
});

describe('a log whose cursor is not good any more', () => {
  test('says that entries were removed meanwhile, and shows where', async () => {
    await using app = await createTestApp();
    await using proxy = await startProxy(app.url);
    await using tab = await givenLog(app, new URL(proxy.url).origin);
    const { page } = tab;

    proxy.cut();
    await page.getByText('Connection lost.').waitFor();
    await reportCompleted(app, { importId: 'not-seen' });
    await untilReadable(app.db);
    const signal = new AbortController().signal;
    await removeLogEntries({ ...app, signal }, new Date('2999-01-01T00:00:00Z'));
    await reportCompleted(app, { importId: 'the-next' });
    proxy.restore();
    await page.getByRole('status').getByText('The server does not keep what came next any more').waitFor();

    const { rows } = await readWholeList(page);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('the-next');
    expect(rows[1]).toMatch(/^Not shown: what happened from/);
    expect(rows[2]).toContain('the-first');
  });

  test('says that it is another log now, shows nothing of the old one, and goes on', async () => {
    await using app = await createTestApp();
    await using proxy = await startProxy(app.url);
    await using tab = await givenLog(app, new URL(proxy.url).origin);
    const { page } = tab;

    proxy.cut();
    await page.getByText('Connection lost.').waitFor();
    await app.db.query('delete from delivery_log_entry');
    proxy.restore();
    await page.getByRole('status').getByText('The server has lost the end of its log').waitFor();
    await reportCompleted(app, { importId: 'afterwards' });
    await page.getByText('afterwards').waitFor();

    expect(await page.getByText('the-first').count()).toBe(0);
  });
});

describe('among many webhooks', () => {
  test('the log asks for their names together, and its menu finds each by name, by URL and by id', async () => {
    await using app = await createTestApp();
    const given: string[] = [];
    for (let number = 0; number < 100; number += 1) {
      const { id } = await givenWebhook(app, {
        url: `http://127.0.0.1:9/${number}`,
        ...(number % 2 === 0 ? { description: `Team ${number}` } : {}),
      });
      given.push(id);
    }
    await reportCompleted(app);
    await using tab = await browser.open(app.url);
    const { page } = tab;
    const asked: string[] = [];
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => asked.push(String(payload))));
    await signIn(page, app, '/log');

    await page.getByText('Team 98').waitFor();
    await page.locator('.log-list').evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
    await page.getByText('Team 0', { exact: true }).waitFor();
    expect(await page.getByText('…', { exact: true }).count()).toBe(0);
    expect(asked.filter((message) => message.includes('WebhookNames')).length).toBeLessThan(6);

    const menu = page.getByRole('combobox', { name: 'Webhook' });
    const choose = async (typed: string, option: string) => {
      await menu.click();
      await menu.fill(typed);
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await choose('eam 0', 'Team 0');
    await expect.poll(() => page.url()).toBe(`${app.url}/log?webhook=${given[0]}`);
    await choose(':9/1', '127.0.0.1:9/1');
    await expect.poll(() => page.url()).toBe(`${app.url}/log?webhook=${given[1]}`);
    await choose(given[2] ?? '', 'Team 2');
    await expect.poll(() => page.url()).toBe(`${app.url}/log?webhook=${given[2]}`);
    await page.reload();
    await expect.poll(() => menu.inputValue()).toBe('Team 2');
    await menu.click();
    await menu.fill('nobody');
    await page.getByText('No webhook has that in its name').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('the list is read a page at a time, and searched on the server by name and URL', async () => {
    await using app = await createTestApp();
    for (let number = 0; number < 45; number += 1) {
      await givenWebhook(app, { url: `http://127.0.0.1:9/${number}`, description: `Team ${number}` });
    }
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app);

    await page.getByText('45 in this organization').waitFor();
    const rows = page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem');
    expect(await rows.count()).toBe(20);
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByText('Team 5', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByText('Team 0', { exact: true }).waitFor();
    expect(await rows.count()).toBe(5);
    await page.goBack();
    await page.getByText('Team 24', { exact: true }).waitFor();
    await page.getByLabel('Find by URL or name').fill('team 3');
    await page.getByText('11 match').waitFor();

    expect(page.url()).toBe(`${app.url}/webhooks?q=team+3`);
    expect(tab.troubles).toEqual([]);
  });
});
