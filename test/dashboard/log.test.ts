import { describe, expect, test } from 'vitest';
import { APPEND_ENTRIES, entriesFor } from '../../src/delivery/log-append.sql.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startProxy } from '../support/proxy.ts';
import { startReceiver } from '../support/receiver.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

/** Reports imports one after the other, each under its number. */
async function reportInTurn(app: TestApp, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) await reportCompleted(app, { importId: `import-${number}` });
}

/** Writes 500 entries for each delivery that there is. */
async function writeMany(app: TestApp): Promise<void> {
  await app.db.query(
    `${APPEND_ENTRIES} ${entriesFor('delivery cross join generate_series(1, 500)', { kind: 'RESUMED' })}`,
  );
  app.signals.emit('log.appended', [app.organizationId]);
}

describe('the delivery log', () => {
  test('fills as things happen, from the report of an import to its delivery', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url, description: 'CRM' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log');
    await page.getByText('Nothing has happened yet').waitFor();

    await reportCompleted(app, { importId: 'seen-live' });

    const rows = page.getByRole('list', { name: 'Entries, newest first' }).getByRole('listitem');
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(3);
    await expect.poll(() => rows.filter({ hasText: 'CRM' }).count()).toBe(3); // names come a little later
    const texts = await rows.allInnerTexts();
    expect(texts[0]).toContain('Delivered');
    expect(texts[1]).toContain('attempt 1 answered 200');
    expect(texts[2]).toContain('Scheduled');
    for (const text of texts) expect(text).toContain('seen-live');
    expect(tab.troubles).toEqual([]);
  });

  test('opens a delivery beside it, from which it is redelivered to its receiver, and closes with the back button', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);
    await receiver.nextRequest();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log?kind=DELIVERED');

    await page.getByRole('list', { name: 'Entries, newest first' }).getByRole('link').first().click();
    const drawer = page.getByRole('dialog', { name: 'Delivery' });
    await drawer.getByText('"event": "import_completed"').waitFor();
    await drawer.getByRole('button', { name: 'Deliver again' }).click();
    const again = await receiver.waitFor(2).then((requests) => requests[1]);
    expect(again?.headers['posthorn-attempt']).toBe('2');
    await drawer.getByText('Attempt 2').waitFor();
    await page.goBack();
    await drawer.waitFor({ state: 'detached' });

    expect(page.url()).toBe(`${app.url}/log?kind=DELIVERED`);
    expect(tab.troubles).toEqual([]);
  });

  test('cancels a delivery that waits, and says so in the log', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log');

    await page.getByRole('list', { name: 'Entries, newest first' }).getByRole('link').first().click();
    await page.getByRole('button', { name: 'Cancel delivery' }).click();
    await page.getByRole('dialog').getByText('Cancelled').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByText('Cancelled by hand').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('stays where it is while one reads, counts what comes meanwhile, and then shows all of it', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportInTurn(app, 0, 60);
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log');
    await page.getByText('import-59').waitFor();

    const list = page.locator('.log-list');
    await list.evaluate((element) => element.scrollTo({ top: 800 }));
    await page.getByText('Paused while you read.').waitFor();
    const before = await list.innerText();
    await reportInTurn(app, 60, 70);
    await page.getByRole('button', { name: 'Show 10 new' }).waitFor();
    expect(await list.innerText()).toBe(before);
    await page.getByRole('button', { name: 'Show 10 new' }).click();

    await page.getByText('import-69').waitFor();
    expect(await list.evaluate((element) => element.scrollTop)).toBe(0);
    expect(await page.getByRole('listitem').first().getAttribute('aria-setsize')).toBe('70');
    expect(tab.troubles).toEqual([]);
  });

  test('keeps up with a burst of a thousand, and draws only those in view', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log');
    await page.getByText('Live', { exact: true }).waitFor();

    await reportCompleted(app, { importId: 'the-first' });
    for (let written = 0; written < 1_000; written += 500) await writeMany(app);
    await reportCompleted(app, { importId: 'the-last' });

    const rows = page.getByRole('list', { name: 'Entries, newest first' }).getByRole('listitem');
    await expect
      .poll(() => page.evaluate(() => document.querySelector('.log-row')?.textContent), { timeout: 20_000 })
      .toContain('the-last');
    expect(await rows.first().getAttribute('aria-setsize')).toBe('1002');
    expect(await rows.count()).toBeLessThan(60);
    expect(tab.troubles).toEqual([]);
  });

  test('goes on after a lost connection from where it was, without a gap or a repeat', async () => {
    await using app = await createTestApp();
    await using proxy = await startProxy(app.url);
    const through = { url: new URL(proxy.url).origin, key: app.key };
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await using tab = await browser.open(through.url);
    const { page } = tab;
    await signIn(page, through, '/log');
    await page.getByText('Live', { exact: true }).waitFor();
    await reportInTurn(app, 0, 5);
    await page.getByText('import-4').waitFor();

    proxy.cut();
    await page.getByText('Connection lost.').waitFor();
    await reportInTurn(app, 5, 10);
    proxy.restore();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('import-9').waitFor();

    const rows = page.getByRole('list', { name: 'Entries, newest first' }).getByRole('listitem');
    const names = (await rows.allInnerTexts()).map((text) => /import-\d+/.exec(text)?.[0]);
    expect(names.toSorted()).toEqual(Array.from({ length: 10 }, (_, index) => `import-${index}`));
  });

  test('is filtered by its address, and by the fields that change it', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', description: 'CRM' });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/', description: 'Billing', importIdentifiers: ['bills'] });
    await reportCompleted(app, { importId: 'for-crm' });
    await reportCompleted(app, { importId: 'for-billing', importIdentifier: 'bills' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log?import=for-crm');

    await page.getByText('for-crm').waitFor();
    expect(await page.getByText('for-billing').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Import' }).fill('');
    await page.getByText('for-billing').waitFor();
    await page.getByRole('combobox', { name: 'Webhook' }).click();
    await page.getByRole('option', { name: 'Billing' }).click();
    await page.getByText('for-crm').waitFor({ state: 'detached' });

    expect(page.url()).toMatch(/\/log\?webhook=whk_\w+$/);
    await page.getByText('for-billing').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('says in its menu of webhooks why they cannot be looked up', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log');
    await page.getByText('Live', { exact: true }).waitFor();

    await tab.context.setOffline(true);
    await page.getByRole('combobox', { name: 'Webhook' }).click();

    await page.getByText('The server cannot be reached.').waitFor();
  });

  test('is walked through by the arrow keys, and opened by Enter', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportInTurn(app, 0, 80);
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/log');
    await page.getByText('import-79').waitFor();

    await page.getByRole('list', { name: 'Entries, newest first' }).getByRole('link').first().focus();
    await page.keyboard.press('End');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await expect.poll(focused).toContain('import-0');
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toContain('import-1');
    await page.keyboard.press('Enter');

    await page.getByRole('dialog', { name: 'Delivery' }).getByText('import-1', { exact: true }).waitFor();
    expect(tab.troubles).toEqual([]);
  });
});
