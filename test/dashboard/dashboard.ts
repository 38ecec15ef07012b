/** The dashboard in a real browser, as its users have it. */

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser, openTab, type Tab } from '../support/browser.ts';
import type { Caller } from '../support/client.ts';

/** A browser for the tests of a file. */
export function givenBrowser(): { readonly open: (url: string, options?: BrowserContextOptions) => Promise<Tab> } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    open(url, options) {
      if (!browser) throw new Error('the browser has not started');
      return openTab(browser, url, options);
    },
  };
}

/** Signs in as a server's own first URL does, and goes to `path`. */
export async function signIn(page: Page, { url, key }: Caller, path = '/webhooks'): Promise<void> {
  await page.goto(`${url}${path}#key=${key}`);
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
}

/** Fills the two fields that a webhook needs. */
export async function fillWebhook(page: Page, url: string, identifier: string): Promise<void> {
  await page.getByRole('textbox', { name: 'URL' }).fill(url);
  await page.getByRole('combobox', { name: 'Import identifiers' }).fill(identifier);
  await page.keyboard.press('Enter');
}
