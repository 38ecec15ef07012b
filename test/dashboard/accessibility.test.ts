import { describe, expect, test, vi } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { documentedImport, givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { findFaults } from './axe.ts';
import { givenBrowser, signIn } from './dashboard.ts';

// Axe looks at every element of a dozen pages.
vi.setConfig({ testTimeout: 120_000 });

const browser = givenBrowser();

/** An organization in which every page has something to show. */
async function givenContents(app: TestApp, receiver: string) {
  const { id: webhookId } = await givenWebhook(app, {
    url: receiver,
    description: 'CRM',
    headers: [{ name: 'X-Team', value: 'imports' }],
    retryScheduleSeconds: [600],
  });
  await givenWebhook(app, { url: receiver, description: 'Warehouse' });
  await givenWebhook(app, { url: 'http://127.0.0.1:9/a', developmentMode: true });
  await ask(app, 'mutation ($id: ID!) { disableWebhook(input: { webhookId: $id, reason: "Gone" }) { __typename } }', {
    id: (await givenWebhook(app, { url: 'http://127.0.0.1:9/b' })).id,
  });
  await ask(app, 'mutation { createSavedSchema(input: { name: "People" }) { __typename } }');
  await reportCompleted(app);
  const ofStatus = async (status: string) => {
    const filter = `filter: { statuses: [${status}], errorCodes: [HTTP_STATUS] }`;
    const { edges } = await ask<{ edges: { node: { id: string } }[] }>(
      app,
      `{ deliveries(${filter}) { edges { node { id } } } }`,
    );
    return edges.map(({ node }) => node.id);
  };
  await expect
    .poll(async () => [(await ofStatus('FAILED')).length, (await ofStatus('PENDING')).length], { timeout: 20_000 })
    .toEqual([1, 1]);
  const { replay } = await ask<{ replay: { id: string } }>(
    app,
    'mutation { startReplay(input: { filter: { statuses: [FAILED] } }) { ... on StartReplayPayload { replay { id } } } }',
  );
  return { webhookId, deliveryId: (await ofStatus('PENDING'))[0], replayId: replay.id };
}

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test('axe finds nothing on any page, and no page is wider than a telephone or misses the room of a large screen', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { retryScheduleSeconds: [] } });
    await using receiver = await startReceiver([{ status: 500, body: '{"error":"down"}' }]);
    const { webhookId, deliveryId, replayId } = await givenContents(app, receiver.url);
    await using tab = await browser.open(app.url, { colorScheme });
    const { page } = tab;
    const pages: Readonly<Record<string, string>> = {
      '/overview': 'failing for',
      '/overview?range=month': 'The last 30 days',
      '/webhooks': 'CRM',
      '/webhooks?q=nowhere': 'No webhook matches',
      '/webhooks/new': 'Make webhook',
      [`/webhooks/${webhookId}`]: 'Latest deliveries',
      [`/webhooks/${webhookId}/edit`]: 'It would have fired for 1',
      [`/webhooks/${webhookId}/reconciliation`]: 'In parts',
      '/log': 'Attempt failed',
      [`/log?delivery=${deliveryId}`]: 'What is sent',
      '/log?import=none': 'Show everything',
      [`/deliveries/${deliveryId}`]: 'What is sent',
      '/imports': 'contacts.csv',
      '/imports?identifier=none': 'No import matches',
      [`/imports/${documentedImport.importId}`]: 'The basic webhook',
      '/imports/none': 'There is no such import',
      '/deliveries': 'CRM',
      '/deliveries?status=SUPERSEDED&answer=500': 'No delivery matches',
      '/failures': 'to 2 webhooks',
      '/failures?range=hour': '1 waits',
      '/replays': 'Failed deliveries',
      '/replays/new?status=DELIVERED': 'Receivers get again what they have',
      [`/replays/${replayId}`]: 'Not asked for yet',
      '/schemas': 'People',
      '/keys': 'last used',
      '/nowhere': 'There is no such page',
    };
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const faults: Record<string, readonly string[]> = { 'signing in': await findFaults(page) };
    await signIn(page, app);
    for (const [path, text] of Object.entries(pages)) {
      await page.evaluate((address) => history.pushState(null, '', address), path);
      await page.getByText(text).first().waitFor();
      faults[path] = await findFaults(page);
      for (const width of [360, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) faults[`${path} at ${width}`] = [`${overflow} pixels too wide`];
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    }

    expect(Object.fromEntries(Object.entries(faults).filter(([, found]) => found.length > 0))).toEqual({});
    expect(tab.troubles).toEqual([]);
  });

  test('axe finds nothing in any dialog or menu', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);
    await using tab = await browser.open(app.url, { colorScheme });
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}`);
    const faults: Record<string, readonly string[]> = {};

    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('dialog').waitFor();
    faults.test = await findFaults(page);
    await page.keyboard.press('Escape');
    for (const item of ['Disable…', 'Delete…', 'Rotate secret…']) {
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: item }).waitFor();
      faults[`menu with ${item}`] = await findFaults(page);
      await page.getByRole('menuitem', { name: item }).click();
      await page.getByRole('dialog').waitFor();
      faults[item] = await findFaults(page);
      if (item !== 'Rotate secret…') await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Rotate secret', exact: true }).click();
    await page.getByRole('region', { name: 'Signing secret' }).waitFor();
    faults.secret = await findFaults(page);
    await page.goto(`/imports/${documentedImport.importId}`);
    await page.getByRole('button', { name: 'Erase…' }).click();
    await page.getByRole('dialog').waitFor();
    faults.erasing = await findFaults(page);
    await page.goto('/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('dialog').waitFor();
    faults.key = await findFaults(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Theme and sign out' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    faults.account = await findFaults(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/overview');
    await page.getByText('The same as a table').click();
    await page.getByRole('button', { name: 'Pages, now Overview' }).click();
    await page.getByRole('dialog', { name: 'Pages' }).waitFor();
    faults.places = await findFaults(page);

    expect(Object.fromEntries(Object.entries(faults).filter(([, found]) => found.length > 0))).toEqual({});
    expect(tab.troubles).toEqual([]);
  });
});
