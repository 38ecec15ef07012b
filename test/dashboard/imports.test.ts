import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { givenSavedSchema } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { report } from '../support/report.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();
/** As long as the browser itself waits. */
const SOON = { timeout: 10_000 };
const nowhere = 'http://127.0.0.1:9/';

describe('the list of imports', () => {
  test('says what to do while there are none, fills by itself, and is filtered by its address', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/imports');
    await page.getByRole('link', { name: 'Make a key for the importer' }).waitFor();

    await reportCompleted(app, { importId: 'in-production' });
    await page.getByText('in-production').waitFor();
    await reportCompleted(app, { importId: 'in-development', developmentMode: true });
    await report(app, 'headlessImportFailed', { importId: 'that-failed', importIdentifier: 'bills' });
    await page.reload();

    const rows = page.getByRole('list', { name: 'Imports' }).getByRole('listitem');
    await expect.poll(() => rows.count(), SOON).toBe(3);
    expect((await rows.allInnerTexts()).map((text) => /(?:in|that)-\w+/.exec(text)?.[0])).toEqual([
      'that-failed',
      'in-development',
      'in-production',
    ]);
    await page.getByText('Development', { exact: true }).first().click();
    await expect.poll(() => rows.count(), SOON).toBe(1);
    expect(page.url()).toBe(`${app.url}/imports?mode=development`);
    await page.goto('/imports?status=FAILED&identifier=bills&from=2026-01-01T00:00:00.000Z');
    await page.getByText('that-failed').waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole('textbox', { name: 'Import identifier' }).fill('Bills');
    await page.getByText('No import matches').waitFor();
    const looked = Promise.withResolvers<void>();
    await page.route('**/graphql', async (route) => {
      await looked.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('status', { name: 'Loading' }).waitFor();
    expect(await page.getByText(/^No import/).count()).toBe(0);
    looked.resolve();
    await expect.poll(() => rows.count(), SOON).toBe(3);
    expect(tab.troubles).toEqual([]);
  });
});

describe('an import’s page', () => {
  test('says of every webhook why it fired or not, and leads to what makes it fire for the next', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: `${receiver.url}/crm`, description: 'CRM' });
    await givenWebhook(app, { url: `${receiver.url}/bills`, description: 'Billing', importIdentifiers: ['bills'] });
    await givenWebhook(app, { url: nowhere, description: 'Staging', developmentMode: true });
    await givenWebhook(app, { url: nowhere, description: 'Reviews', events: ['HEADLESS_IMPORT_NEEDS_REVIEW'] });
    const { id: disabled } = await givenWebhook(app, { url: nowhere, description: 'Old' });
    await ask(
      app,
      'mutation ($id: ID!) { disableWebhook(input: { webhookId: $id, reason: "Moved" }) { __typename } }',
      { id: disabled },
    );
    const savedSchemaId = await givenSavedSchema(app, 'People');
    const importId = '2026/11#22?50%25.csv';
    await reportCompleted(app, { importId, savedSchemaId, settings: { webhookUrl: `${receiver.url}/basic` } });
    await givenWebhook(app, { url: nowhere, description: 'Later' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/imports');

    await page.getByRole('textbox', { name: 'Import id', exact: true }).fill(importId);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'contacts.csv' }).waitFor();
    await page.reload();
    const delivered = page.getByRole('list', { name: 'Deliveries of: Import completed' }).getByRole('listitem');
    await expect.poll(() => delivered.filter({ hasText: 'Delivered' }).count(), SOON).toBe(2);
    const explained = page.getByRole('list', { name: 'Webhooks, newest first' }).getByRole('listitem');
    const sentences: Readonly<Record<string, string>> = {
      CRM: 'Fired',
      Billing: 'It does not list the import identifier “contacts” or the saved schema “People”.',
      Staging: 'It is for development imports, and this is a production import.',
      Reviews: 'It does not listen to “Import completed”.',
      Old: 'It is disabled: Moved',
      Later: 'It was made after this happened',
      'The basic webhook': 'which fired',
    };
    for (const [name, sentence] of Object.entries(sentences)) {
      await explained.filter({ hasText: name }).getByText(sentence).first().waitFor();
    }
    expect(await explained.count()).toBe(Object.keys(sentences).length);
    expect(await page.getByText('How it was then is not recorded').count()).toBe(0);

    await page.getByRole('link', { name: 'Change what it fires for: Billing' }).click();
    await page.getByRole('combobox', { name: 'Import identifiers' }).fill('contacts');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Latest deliveries').waitFor();
    await page.goBack();
    await page.goBack();
    await explained.filter({ hasText: 'Billing' }).getByText('As it is now it would have fired').waitFor();
    await reportCompleted(app, { importId: 'next' });
    await expect.poll(() => receiver.requests.some(({ url }) => url === '/bills'), SOON).toBe(true);
    expect(tab.troubles).toEqual([]);
  });

  test('explains each event of an import that was reviewed, and says when nothing can match it', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: nowhere, description: 'Reviews', events: ['HEADLESS_IMPORT_NEEDS_REVIEW'] });
    await report(app, 'headlessImportNeedsReview', { importId: 'reviewed' });
    await report(app, 'headlessImportFailed', { importId: 'reviewed' });
    await reportCompleted(app, { importId: 'nameless', importIdentifier: null });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/imports/reviewed');

    await page.getByText('It does not listen to “Headless import failed”.').waitFor();
    await page.getByText('Headless import needs review', { exact: true }).last().click();
    await page.getByText('More was reported of this import since.').waitFor();
    expect(page.url()).toBe(`${app.url}/imports/reviewed?event=HEADLESS_IMPORT_NEEDS_REVIEW`);
    await page.getByRole('link', { name: 'The delivery and its attempts' }).click();
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    await page.getByRole('link', { name: 'reviewed' }).click();
    await page.getByText('What happened').waitFor();

    await page.goto('/imports/nameless');
    await page.getByText('No managed webhook can match this import').waitFor();
    expect(await page.getByRole('link', { name: /Change what it fires for/ }).count()).toBe(0);
    await page.goto('/imports/yet-to-come');
    await page.getByText('There is no such import').waitFor();
    await report(app, 'headlessImportNeedsReview', { importId: 'yet-to-come' });
    await page.getByRole('heading', { name: 'contacts.csv' }).waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('is erased by an administrator, who is told what goes, and by nobody else', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: nowhere });
    await givenWebhook(app, { url: nowhere, importIdentifiers: ['bills'] });
    await reportCompleted(app, { importId: 'personal' });
    await using operator = await browser.open(app.url);
    await signIn(operator.page, await givenKey(app, 'OPERATOR'), '/imports/personal');
    const offered = operator.page.getByRole('button', { name: 'Erase…' });
    expect(await offered.getAttribute('title')).toBe('Your key has the role OPERATOR. This takes ADMIN.');
    const cure = operator.page.getByRole('button', { name: 'Change what it fires for' });
    expect(await cure.getAttribute('title')).toBe('Your key has the role OPERATOR. This takes MANAGER or ADMIN.');
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/imports/personal');

    await page.getByText('cclark@uiowa.edu').waitFor();
    await page.getByRole('button', { name: 'Erase…' }).click();
    await page.getByText('One delivery waits and is cancelled.').waitFor();
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('one body is gone; one delivery was cancelled.').waitFor();
    await page.getByRole('list', { name: 'Deliveries of: Import completed' }).getByText('Cancelled').waitFor();

    await expect.poll(() => page.getByText('cclark@uiowa.edu').count(), SOON).toBe(0);
    expect(await page.getByRole('button', { name: 'Erase…' }).count()).toBe(0);
    const erased = await ask(app, '{ import(importId: "personal") { filename events { body } } }');
    expect(erased).toEqual({ filename: null, events: [{ body: null }] });
    expect(tab.troubles).toEqual([]);
    expect(operator.troubles).toEqual([]);
  });
});

describe('the form of a webhook', () => {
  test('shows as one types for which of the latest imports it would have fired, and that comes true', async () => {
    await using app = await createTestApp();
    for (const importId of ['first', 'second']) await reportCompleted(app, { importId });
    await reportCompleted(app, { importId: 'third', developmentMode: true });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/webhooks/new');
    const preview = page.getByRole('region', { name: 'What it would have fired for' });
    await preview.getByText('Name an import identifier or a saved schema').waitFor();

    const identifiers = page.getByRole('combobox', { name: 'Import identifiers' });
    await identifiers.fill('Contacts');
    await preview.getByText('It would have fired for none of the 3 imports that there are.').waitFor();
    await identifiers.fill('contacts');
    await preview.getByText('It would have fired for 2 of the 3 imports that there are.').waitFor();
    expect(await preview.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringContaining('second'),
      expect.stringContaining('first'),
    ]);
    await page.getByText('Development', { exact: true }).click();
    await preview.getByText('It would have fired for 1 of the 3').waitFor();
    for (const name of ['Import completed', 'Headless import needs review', 'Headless import failed']) {
      await page.getByLabel(name).uncheck();
    }
    await preview.getByText('Choose an event').waitFor();
    await page.getByLabel('Import completed').check();
    await identifiers.fill('x'.repeat(300));
    await preview.getByRole('alert').waitFor();
    await identifiers.fill('');
    await preview.getByText('It would have fired for 1 of the 3').waitFor();
    await page.getByRole('textbox', { name: 'URL' }).fill(nowhere);
    await page.getByRole('button', { name: 'Make webhook' }).click();
    await page.getByRole('button', { name: 'I have kept it' }).waitFor();

    const { deliveries } = await reportCompleted(app, { importId: 'fourth', developmentMode: true });
    expect(deliveries).toBe(1);
    expect(tab.troubles).toEqual([]);
  });
});
