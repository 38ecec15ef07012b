import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { countLog } from '../../src/delivery/stats-keeper.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, post } from '../support/client.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { startProxy } from '../support/proxy.ts';
import { startReceiver } from '../support/receiver.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

/** As much as a first visit may load of JavaScript, compressed, in bytes. */
const MOST_JAVASCRIPT = 250_000;

/** Longer than the overview waits before it asks again, in milliseconds. */
const BEAT_MS = 6_000;

/** As long as Playwright waits for what must come. */
const PATIENCE = { timeout: 10_000 };

/** The numbers of a chart, as its legend has them. */
async function legendOf(page: Page, title: string): Promise<string> {
  const legend = page.getByRole('region', { name: title, exact: true }).getByRole('list');
  return (await legend.innerText()).replaceAll(/\s+/g, ' ');
}

/** How many deliveries wait, as the page says. */
async function waiting(page: Page): Promise<string | undefined> {
  return /Waiting\s+(\S+)/.exec(await page.locator('dl.tiles').innerText())?.[1];
}

/** Counts the log, and lets the page ask, until the chart of deliveries says this of them. */
async function untilCounted(app: TestApp, page: Page, legend: string): Promise<void> {
  const counted = async () => {
    while (await countLog(app));
    await page.clock.runFor(BEAT_MS);
    return await legendOf(page, 'Deliveries');
  };
  await expect.poll(counted, PATIENCE).toBe(legend);
}

/** What the browser says when a tab is put behind another, or in front again. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

describe('the overview', () => {
  test('is where one arrives, and leads a new organization from its first webhook to its first delivery', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => response.url().endsWith('.js') && scripts.push(response.body()));
    await page.clock.install();
    await signIn(page, app, '/');
    await page.getByRole('slider', { name: 'Deliveries over time' }).waitFor();

    expect(page.url()).toBe(`${app.url}/overview`);
    const javascript = (await Promise.all(scripts)).reduce((bytes, script) => bytes + gzipSync(script).byteLength, 0);
    expect(javascript).toBeLessThan(MOST_JAVASCRIPT);
    expect(await page.getByText('Nothing in this time').count()).toBe(2);
    await page.getByRole('link', { name: 'New webhook' }).click();
    await page.getByRole('heading', { name: 'New webhook' }).waitFor();
    await givenWebhook(app, { url: receiver.url, importIdentifiers: ["Team's"], developmentMode: true });
    await page.goBack();
    await page.getByText('Done').waitFor();
    const command = await page.getByRole('region', { name: 'the command that reports an import' }).innerText();
    expect(command).toContain(`curl ${app.url}/graphql`);
    const [, body = ''] = /-d '([\s\S]*)'$/.exec(command.trim()) ?? [];
    const { query, variables } = JSON.parse(body.replaceAll(String.raw`'\''`, "'"));
    expect((await post(app, query, variables)).data).toMatchObject({ importCompleted: { deliveries: 1 } });
    await receiver.nextRequest();

    await untilCounted(app, page, 'Delivered 1 Failed 0 Cancelled 0 Superseded 0 Success rate 100%');
    await page.getByRole('heading', { name: 'First steps' }).waitFor({ state: 'detached' });
    await page.getByText('None: the one there is is well.').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('shows what comes of deliveries, what waits, and which webhooks are in trouble and why', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using well = await startReceiver();
    await using busy = await startReceiver([{ status: 429, headers: { 'retry-after': '3600' } }]);
    await using down = await startReceiver([500]);
    await givenWebhook(app, { url: well.url, description: 'CRM' });
    await givenWebhook(app, { url: busy.url, description: 'Billing' });
    await givenWebhook(app, { url: down.url, description: 'Warehouse', retryScheduleSeconds: [600] });
    const { id: webhookId } = await givenWebhook(app, { url: down.url, description: 'Archive' });
    await manage(app, 'disableWebhook', { webhookId, reason: 'Moving house.' });
    await reportCompleted(app);
    await Promise.all([well, busy, down].map((receiver) => receiver.nextRequest()));
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await page.clock.install();
    await signIn(page, app, '/overview');

    await untilCounted(app, page, 'Delivered 1 Failed 0 Cancelled 0 Superseded 0 Success rate 100%');
    expect(await legendOf(page, 'Time that attempts took')).toMatch(/^p50 [\d.]+ m?s p95 [\d.]+ m?s Succeeded 33.3%$/);
    const rows = page.getByRole('list', { name: 'Webhooks in trouble' }).getByRole('listitem');
    await expect.poll(() => rows.count(), PATIENCE).toBe(3);
    expect((await rows.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^Disabled Archive Moving house\. disabled just now/),
      expect.stringMatching(/^Failing Warehouse .* failing for/),
      expect.stringMatching(/^Held Billing The receiver asked for a pause\. goes on in \d+ min/),
    ]);
    await expect.poll(() => waiting(page), PATIENCE).toBe('2');

    const slider = page.getByRole('slider', { name: 'Deliveries over time' });
    await slider.press('Home');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/: nothing$/);
    expect(await legendOf(page, 'Deliveries')).toMatch(/^Delivered 0/);
    await page.getByText('The same as a table').click();
    expect(await page.getByRole('row').last().innerText()).toMatch(/\s3\s+1\s+0\s+0\s+0\s+2\s/);
    await page.getByText('Week', { exact: true }).click();
    await expect.poll(() => page.url(), PATIENCE).toBe(`${app.url}/overview?range=week`);
    await expect.poll(() => legendOf(page, 'Deliveries'), PATIENCE).toMatch(/^Delivered 1/);
    await page.reload();
    await page.getByText('The last 7 days').first().waitFor();

    await page.getByRole('link', { name: /Warehouse/ }).click();
    await page.getByRole('heading', { name: 'Warehouse' }).waitFor();
    await page.goBack();
    await page.getByText('The last 7 days').first().waitFor();
    await page.goto('/webhooks?state=trouble');
    await page.getByText('3 match').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('asks nothing while nobody sees it, keeps what it shows while the server is away, and then goes on', async () => {
    await using app = await createTestApp();
    await using proxy = await startProxy(app.url);
    const through = { url: new URL(proxy.url).origin, key: app.key };
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);
    await using tab = await browser.open(through.url);
    const { page } = tab;
    await page.clock.install();
    await signIn(page, through, '/overview');
    await expect.poll(() => waiting(page), PATIENCE).toBe('1');
    const drawing = await page.getByRole('slider').first().elementHandle();
    await page.waitForLoadState('networkidle');

    await hide(page, true);
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked += 1;
    });
    await reportCompleted(app, { importId: 'another' });
    await page.clock.runFor(600_000);
    expect(asked).toBe(0);
    await hide(page, false);
    await expect.poll(() => waiting(page), PATIENCE).toBe('2');

    proxy.cut();
    await page.clock.runFor(BEAT_MS);
    await page.getByText('The server cannot be reached.').waitFor();
    await expect.poll(() => waiting(page), PATIENCE).toBe('2');
    await reportCompleted(app, { importId: 'third' });
    proxy.restore();
    await page.clock.runFor(BEAT_MS);
    await expect.poll(() => waiting(page), PATIENCE).toBe('3');
    await page.getByText('The server cannot be reached.').waitFor({ state: 'detached' });
    expect(await drawing?.evaluate((element) => element.isConnected)).toBe(true);
  });

  test('offers an operator the first steps that an operator may take, and says who may take the others', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, await givenKey(app, 'OPERATOR'), '/overview');

    const make = page.getByRole('button', { name: 'New webhook' });
    expect(await make.getAttribute('title')).toBe('Your key has the role OPERATOR. This takes MANAGER or ADMIN.');
    await page.getByText('one with the role IMPORTER, which an administrator makes').waitFor();
    expect(tab.troubles).toEqual([]);
  });
});

describe('the navigation on a telephone', () => {
  test('is behind a button that says where one is, and is used by keyboard alone', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url, { viewport: { width: 360, height: 740 } });
    const { page } = tab;
    await signIn(page, app, '/webhooks');

    await page.getByRole('button', { name: 'Pages, now Webhooks' }).focus();
    await page.keyboard.press('Enter');
    const present = page.getByRole('dialog', { name: 'Pages' }).getByRole('link', { name: 'Webhooks' });
    await present.waitFor();
    expect(await present.getAttribute('aria-current')).toBe('page');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    await page.getByRole('button', { name: 'Pages, now Keys' }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(tab.troubles).toEqual([]);
  });
});

describe('the keys', () => {
  test('are made with an end, say when it is near, and are told apart by how they have ended', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await page.clock.install();
    await signIn(page, app, '/keys');
    const rowOf = (name: string) => page.getByRole('listitem').filter({ hasText: name });

    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('For a month');
    await page.getByRole('combobox', { name: 'Expires' }).click();
    await page.getByRole('option', { name: 'After a day of your choice' }).click();
    await page.getByRole('button', { name: 'Make key' }).click();
    await page.getByText('Choose a day.').waitFor();
    await page.getByLabel('Last day').fill('2020-02-29');
    await page.getByRole('button', { name: 'Make key' }).click();
    await page.getByText('must be in the future.').waitFor();
    await page.getByRole('combobox', { name: 'Expires' }).click();
    await page.getByRole('option', { name: 'In 30 days' }).click();
    await page.getByRole('button', { name: 'Make key' }).click();
    const key = await page.getByRole('region', { name: 'API key' }).innerText();
    expect(await ask({ url: app.url, key }, '{ viewer { keyName } }')).toEqual({ keyName: 'For a month' });
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await rowOf('For a month').getByText('expires in 30 days').waitFor();
    await ask(app, 'mutation { createApiKey(input: { name: "For good", role: OPERATOR }) { __typename } }');
    await page.reload();
    await rowOf('For good').getByText('does not expire').waitFor();
    await page.getByRole('button', { name: 'Revoke For good' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await rowOf('For good').getByText('Revoked').waitFor();

    for (let days = 0; days < 31; days += 10) await page.clock.fastForward(10 * 86_400_000);
    await rowOf('For a month').getByText('Expired').waitFor();
    expect(await page.getByRole('button', { name: 'Revoke For a month' }).count()).toBe(0);
    expect(tab.troubles).toEqual([]);
  });
});
