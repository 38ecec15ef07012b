import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenKey, givenWebhook } from '../support/given.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

/** One that the server has never made. */
const UNKNOWN_KEY = `phk_${'0'.repeat(16)}_${'0'.repeat(64)}`;

async function revokeKey(app: TestApp, name: string): Promise<void> {
  const { edges } = await ask<{ edges: { node: { id: string; name: string } }[] }>(
    app,
    '{ apiKeys { edges { node { id name } } } }',
  );
  const id = edges.find(({ node }) => node.name === name)?.node.id;
  await ask(app, 'mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { __typename } }', { id });
}

describe('signing in', () => {
  test('by the URL that a new server prints leaves no key in the address, the history or the storage that outlives the tab', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);

    await signIn(tab.page, app, '/');
    await tab.page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();

    expect(tab.page.url()).toBe(`${app.url}/overview`);
    const kept = await tab.page.evaluate(() => JSON.stringify({ ...localStorage }) + document.cookie);
    expect(kept).not.toContain('phk_');
    await tab.page.reload();
    await tab.page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('with a key that is typed in works, and one that is none says so before the server is asked', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;

    await page.goto('/log?kind=DELIVERED');
    await page.getByLabel('API key', { exact: true }).fill('phk_short');
    await page.keyboard.press('Enter');
    await page.getByText('A key starts with phk_').waitFor();
    await page.getByLabel('API key', { exact: true }).fill(` ${app.key} `);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Delivery log' }).waitFor();

    expect(page.url()).toBe(`${app.url}/log?kind=DELIVERED`);
    expect(tab.troubles).toEqual([]);
  });

  test('is asked for again, with the reason, when the key is revoked while a page is open', async () => {
    await using app = await createTestApp();
    const operator = await givenKey(app, 'OPERATOR');
    await using tab = await browser.open(app.url);
    await signIn(tab.page, operator, '/log');
    await tab.page.getByText('Live', { exact: true }).waitFor();

    await revokeKey(app, 'OPERATOR');

    await tab.page.getByRole('alert').getByText('was revoked').waitFor();
    expect(await tab.page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test('stays as it is when a link brings another key, until one agrees', async () => {
    await using app = await createTestApp();
    const operator = await givenKey(app, 'OPERATOR');
    await using tab = await browser.open(app.url);
    const { page } = tab;
    const kept = () => page.evaluate(() => sessionStorage.getItem('posthorn.key'));
    const dialog = page.getByRole('dialog', { name: 'Sign in as OPERATOR of Test?' });
    await signIn(page, app, '/overview');

    await page.evaluate((key) => {
      location.hash = `key=${key}`;
    }, operator.key);
    await dialog.getByRole('button', { name: 'Stay' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await kept()).toBe(app.key);

    await page.goto('about:blank');
    await page.goto(`${app.url}/keys#key=${operator.key}`);
    await dialog.waitFor();
    expect(page.url()).toBe(`${app.url}/keys`);
    expect(await kept()).toBe(app.key);
    await dialog.getByRole('button', { name: 'Switch' }).click();
    await page.getByText('This takes ADMIN.').waitFor();
    expect(await kept()).toBe(operator.key);
    expect(tab.troubles).toEqual([]);
  });

  test.each([
    ['empty', ''],
    ['cut off', 'phk_0123'],
    ['no key', 'phk_0123456789abcdef_ä'],
    ['unknown', UNKNOWN_KEY],
  ])(
    'by a link whose key is %s says so and what to do, and leaves nothing of it in the address',
    async (_what, key) => {
      await using app = await createTestApp();
      await using tab = await browser.open(app.url);
      const { page } = tab;

      await page.goto(`/log#key=${key}`);

      await page.getByRole('alert').getByText('Copy all of the link, or ask for another one.').waitFor();
      expect(page.url()).toBe(`${app.url}/log`);
      await page.getByLabel('API key', { exact: true }).fill(app.key);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Delivery log' }).waitFor();
    },
  );

  test('by a link whose key was revoked says so', async () => {
    await using app = await createTestApp();
    const { key } = await givenKey(app, 'OPERATOR');
    await revokeKey(app, 'OPERATOR');
    await using tab = await browser.open(app.url);

    await tab.page.goto(`/log#key=${key}`);

    await tab.page.getByRole('alert').getByText('or it was revoked or has expired').waitFor();
  });

  test.each([
    ['cut off', 'phk_0123'],
    ['unknown', UNKNOWN_KEY],
  ])('stays as it is when a link brings a key that is %s, and says so', async (_what, key) => {
    await using app = await createTestApp();
    const operator = await givenKey(app, 'OPERATOR');
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, operator, '/overview');

    await page.evaluate((given) => {
      location.hash = `key=${given}`;
    }, key);

    const dialog = page.getByRole('dialog', { name: 'The link was not used' });
    await dialog.getByText('Copy all of the link, or ask for another one.').waitFor();
    await dialog.getByText('You are still signed in as OPERATOR of Test.').waitFor();
    await dialog.getByRole('button', { name: 'Stay', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => sessionStorage.getItem('posthorn.key'))).toBe(operator.key);
    expect(page.url()).toBe(`${app.url}/overview`);
  });

  test('with another key is not undone by what the first one is refused afterwards', async () => {
    await using app = await createTestApp();
    const manager = await givenKey(app, 'MANAGER');
    await using tab = await browser.open(app.url);
    const { page } = tab;
    const switched = Promise.withResolvers<void>();
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('createSavedSchema')) await switched.promise;
      await route.continue();
    });
    await signIn(page, manager, '/schemas');
    await page.getByRole('textbox', { name: 'Name' }).fill('People');
    await page.keyboard.press('Enter');
    await revokeKey(app, 'MANAGER');
    await page.evaluate((key) => {
      location.hash = `key=${key}`;
    }, app.key);
    await page.getByRole('button', { name: 'Switch' }).click();
    await page.getByRole('navigation', { name: 'Pages', exact: true }).getByText('ADMIN').waitFor();

    const refused = page.waitForResponse((response) => response.status() === 401);
    switched.resolve();
    await (await refused).finished();

    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem('posthorn.key'))).toBe(app.key);
  });

  test('is over after signing out', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    await signIn(tab.page, app);

    await tab.page.getByRole('button', { name: 'Theme and sign out' }).click();
    await tab.page.getByRole('menuitem', { name: 'Sign out' }).click();

    await tab.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});

describe('a role', () => {
  test('of an operator is not offered what changes webhooks, and is told who may', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, await givenKey(app, 'OPERATOR'), `/webhooks/${id}`);

    const edit = page.getByRole('button', { name: 'Edit' });
    expect(await edit.getAttribute('aria-disabled')).toBe('true');
    expect(await edit.getAttribute('title')).toBe('Your key has the role OPERATOR. This takes MANAGER or ADMIN.');
    await edit.click({ force: true });
    expect(page.url()).toBe(`${app.url}/webhooks/${id}`);
    expect(await page.getByRole('button', { name: 'More actions' }).count()).toBe(0);
    await page.goto('/keys');
    await page.getByText('This takes ADMIN.').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test.each(['IMPORTER', 'ROOT'] as const)('of %s is told which key to sign in with', async (role) => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);

    await signIn(tab.page, await givenKey(app, role));

    await tab.page.getByText('takes a key with the role OPERATOR, MANAGER or ADMIN').waitFor();
    expect(tab.troubles).toEqual([]);
  });
});
