import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

describe('the code of a page', () => {
  test.each([
    ['/', 'overview'],
    ['/overview', 'overview'],
    ['/replays', 'replays'],
  ])('at %s comes while signing in is under way', async (path, name) => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    const code = page.waitForResponse(`**/assets/${name}-page-*.js`);
    await page.route('**/graphql', async (route) => {
      await code;
      await route.continue();
    });

    await signIn(page, app, path);

    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test.each(['hover', 'focus'] as const)('comes at the %s of a link', async (gesture) => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app);
    const code = page.waitForResponse('**/assets/imports-page-*.js');

    await page.getByRole('link', { name: 'Imports' })[gesture]();

    expect((await code).ok()).toBe(true);
    expect(tab.troubles).toEqual([]);
  });

  test('shows nothing in place of the page once it is there', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/imports');
    await page.getByRole('heading', { name: 'Imports', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('heading', { name: 'Webhooks', exact: true }).waitFor();

    const heading = await page.getByRole('link', { name: 'Imports' }).evaluate(async (link) => {
      (link as HTMLAnchorElement).click();
      await Promise.resolve();
      return document.querySelector('h1')?.textContent;
    });

    expect(heading).toBe('Imports');
    expect(tab.troubles).toEqual([]);
  });
});
