import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { fillWebhook, givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

/** Verifies as receivers do; throws when the signature is not good. */
function verify(secret: string, request: { rawBody: Buffer; headers: object }): unknown {
  return new Webhook(secret).verify(request.rawBody.toString(), request.headers as Record<string, string>);
}

describe('the first webhook', () => {
  test('goes from the empty page to a signed import at its receiver, with headers, schemas and limits as typed', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await ask(app, 'mutation { createSavedSchema(input: { name: "People" }) { __typename } }');
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app);

    await page.getByText('No webhooks yet').waitFor();
    await page.getByRole('link', { name: 'New webhook' }).first().click();
    await fillWebhook(page, `${receiver.url}/hook`, 'contacts');
    await page.getByLabel('Description').fill('CRM');
    await page.getByRole('combobox', { name: 'Saved schemas' }).click();
    await page.getByRole('option', { name: 'People' }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Headless import failed').uncheck();
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.getByLabel('Name of header 1').fill('X-Team');
    await page.getByLabel('Value of header 1', { exact: true }).fill('imports');
    await page.getByLabel('Rate limit').fill('5');
    await page.getByLabel('Retry schedule').fill('1, 2');
    await page.getByRole('button', { name: 'Make webhook' }).click();
    const secret = await page.getByRole('region', { name: 'Signing secret' }).innerText();

    expect(secret).toMatch(/^whsec_\S+$/);
    expect(await reportCompleted(app)).toMatchObject({ deliveries: 1 });
    const request = await receiver.nextRequest();
    expect(verify(secret, request)).toMatchObject({ event: 'import_completed' });
    expect(request.headers['x-team']).toBe('imports');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByText('5 attempts a second').waitFor();
    await page.getByText('1 s, 2 s').waitFor();
    await page.getByText('Import completed, Headless import needs review').waitFor();
    await page.getByRole('list').getByText('Delivered').waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(tab.troubles).toEqual([]);
  });
});

describe('the form of a webhook', () => {
  test('says what is wrong as one types, and sends nothing before it is right', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/webhooks/new');

    const url = page.getByRole('textbox', { name: 'URL' });
    await url.fill('example.com/hook');
    await page.keyboard.press('Tab');
    await page.getByText('It starts with http:// or https:// and a host.').waitFor();
    await url.fill('https://example.com/hook#part');
    await page.getByText('It has no fragment').waitFor();
    await page.getByRole('button', { name: 'Make webhook' }).click();
    await page.getByText('Name at least one import identifier or saved schema').waitFor();
    expect(await url.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByLabel('Retry schedule').fill('5, soon');
    await page.getByText('Whole seconds separated by commas').waitFor();

    expect((await ask<{ totalCount: number }>(app, '{ webhooks { totalCount } }')).totalCount).toBe(0);
    expect(tab.troubles).toEqual([]);
  });

  test('shows what the server declines beside the field that it concerns, until that is changed', async () => {
    await using app = await createTestApp({ config: { allowedNetworks: [] } });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/webhooks/new');

    await fillWebhook(page, 'http://127.0.0.1:9/', 'contacts');
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.getByLabel('Name of header 1').fill('Content-Type');
    await page.getByLabel('Value of header 1', { exact: true }).fill('x');
    await page.getByRole('button', { name: 'Make webhook' }).click();
    await page.getByText('1. name is set by the server').waitFor();
    await page.getByRole('button', { name: 'Remove header 1' }).click();
    await page.getByRole('button', { name: 'Make webhook' }).click();

    const url = page.getByRole('textbox', { name: 'URL' });
    await expect.poll(() => url.getAttribute('aria-invalid')).toBe('true');
    const described = ((await url.getAttribute('aria-describedby')) ?? '').split(' ').filter((id) => id !== '');
    const texts = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).innerText()));
    expect(texts.join(' ')).toContain('127.0.0.1');
    await url.fill('http://127.0.0.1:10/');
    expect(await url.getAttribute('aria-invalid')).not.toBe('true');
    expect(tab.troubles).toEqual([]);
  });

  test('of a webhook that there is changes what is changed, and leaves the headers that nobody can see', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { id } = await givenWebhook(app, {
      url: `${receiver.url}/old`,
      headers: [{ name: 'X-Team', value: 'imports' }],
    });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}/edit`);

    await page.getByRole('textbox', { name: 'URL' }).fill(`${receiver.url}/new`);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText(`${receiver.url}/new`).waitFor();

    await reportCompleted(app);
    const request = await receiver.nextRequest();
    expect(request.url).toBe('/new');
    expect(request.headers['x-team']).toBe('imports');
    expect(tab.troubles).toEqual([]);
  });
});

describe('a webhook’s page', () => {
  test('sends a test event and shows its attempts as they are made', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([{ status: 500, body: '{"error":"not yet"}' }, 200]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [600] });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}`);

    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await receiver.nextRequest();
    await page.getByText('answered 500').first().waitFor();
    await page.getByText('"error": "not yet"').waitFor();
    await page.getByText(/attempt 2 in 1\d min/).waitFor();
    await page.getByRole('button', { name: 'Try now' }).click();

    await receiver.waitFor(2);
    await page.getByText('answered 200').first().waitFor();
    await page.getByRole('button', { name: 'Deliver again' }).waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('disables with a reason and enables again', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}`);

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disable…' }).click();
    await page.getByLabel('Why').fill('Moving house');
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByText('Moving house').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByText('Deliveries go out.').waitFor();

    expect(await ask(app, 'query ($id: ID!) { webhook(id: $id) { enabled } }', { id })).toEqual({ enabled: true });
    expect(tab.troubles).toEqual([]);
  });

  test('rotates the secret: requests verify with the one shown, and with the old one during the overlap', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { id, secret: old } = await givenWebhook(app, { url: receiver.url });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}`);

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Rotate secret…' }).click();
    await page.getByRole('button', { name: 'Rotate secret', exact: true }).click();
    const secret = await page.getByRole('region', { name: 'Signing secret' }).innerText();
    await page.getByRole('button', { name: 'I have kept it' }).click();

    await reportCompleted(app);
    const request = await receiver.nextRequest();
    expect(secret).not.toBe(old);
    expect(verify(secret, request)).toEqual(verify(old, request));
    expect(tab.troubles).toEqual([]);
  });

  test('says how many deliveries wait before it deletes, and they are cancelled', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}`);

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByText('One delivery waits for it and is cancelled.').waitFor();
    await page.getByRole('button', { name: 'Delete webhook' }).click();
    await page.getByText('No webhooks yet').waitFor();

    const { edges } = await ask<{ edges: unknown[] }>(app, '{ deliveries { edges { node { status } } } }');
    expect(edges).toEqual([{ node: { status: 'CANCELLED' } }]);
    expect(tab.troubles).toEqual([]);
  });
});

describe('the list of webhooks', () => {
  test('rotates the secret of basic webhooks, and the one shown signs what the next import brings', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app);

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Rotate secret of basic webhooks…' }).click();
    await page.getByRole('button', { name: 'Rotate secret', exact: true }).click();
    const secret = await page.getByRole('region', { name: 'Signing secret' }).innerText();
    await page.getByText('Basic webhooks get a form').waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();

    await reportCompleted(app, { settings: { webhookUrl: receiver.url } });
    const { headers, rawBody } = await receiver.nextRequest();
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
    const signature = new Webhook(secret).sign(String(headers['webhook-id']), at, rawBody);
    expect(String(headers['webhook-signature']).split(' ')).toContain(signature);
    expect(tab.troubles).toEqual([]);
  });

  test('finds by URL with the filter in the address, and goes back to all', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/crm' });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/billing' });
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app);

    await page.getByRole('listitem').filter({ hasText: '/billing' }).waitFor();
    await page.getByLabel('Find by URL').fill('CRM');
    await page.getByText('1 match').waitFor();
    expect(page.url()).toBe(`${app.url}/webhooks?q=CRM`);
    expect(await page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem').count()).toBe(1);
    await page.goto('/webhooks?q=nowhere');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('2 in this organization').waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('shows how a webhook does while it happens', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [600] });
    await using tab = await browser.open(app.url);
    await signIn(tab.page, app);
    await tab.page.getByText('nothing sent yet').waitFor();

    await reportCompleted(app);

    await tab.page.getByText('Failing').waitFor();
    expect(tab.troubles).toEqual([]);
  });
});
