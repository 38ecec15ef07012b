/** Saved schemas, from the page where they are made to the receiver of an import with one. */

import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { givenWebhook } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { report } from '../support/report.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

describe('a saved schema', () => {
  test('is made and renamed, chosen in a webhook, which fires for its imports, and deleted', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url, description: 'CRM', importIdentifiers: ['contacts'] });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/schemas');

    await page.getByText('No saved schemas yet').waitFor();
    await page.getByRole('textbox', { name: 'Name of the new saved schema' }).fill('Peple');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Rename Peple' }).click();
    await page.getByRole('textbox', { name: 'New name' }).fill('People');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Rename People' }).waitFor();
    const savedSchemaId = await page.getByRole('list', { name: 'Saved schemas' }).locator('code').innerText();

    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('link', { name: 'CRM' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('combobox', { name: 'Saved schemas' }).click();
    await page.getByRole('option', { name: 'People' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { name: 'CRM' }).waitFor();
    expect(await report(app, 'importCompleted', { importId: 'people-1', savedSchemaId })).toMatchObject({
      deliveries: 1,
    });
    const { rawBody } = await receiver.nextRequest();
    expect(JSON.parse(rawBody.toString())).toMatchObject({ data: { id: 'people-1' } });

    await page.getByRole('link', { name: 'Schemas' }).click();
    await page.getByRole('button', { name: 'Delete People' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete saved schema' }).click();
    await page.getByText('No saved schemas yet').waitFor();
    expect(tab.troubles).toEqual([]);
  });
});
