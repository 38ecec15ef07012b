import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();
/** As long as the browser itself waits. */
const SOON = { timeout: 10_000 };

describe('the reconciliation of a webhook', () => {
  test('counts what arrived, lists what did not, compares digests, and delivers again just what the receiver has lost', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([200, 200, 500, 500, 200]);
    const { id } = await givenWebhook(app, { url: receiver.url, description: 'CRM', retryScheduleSeconds: [0] });
    for (let count = 1; count <= 3; count += 1) {
      await reportCompleted(app, { importId: `import-${count}` });
      await receiver.waitFor(count);
    }
    const received = receiver.requests.slice(0, 2).map(({ headers }) => String(headers['webhook-id']));
    const digest = createHash('sha256').update(received.toSorted().join('\n')).digest('hex');
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, `/webhooks/${id}`);

    await page.getByRole('link', { name: 'Did everything arrive?' }).click();
    await page.getByRole('button', { name: 'Last hour' }).click();
    const count = (name: string) =>
      page.locator('.counts > div').filter({ hasText: name }).getByRole('definition').innerText();
    await expect.poll(() => count('Sent, or to be sent'), SOON).toBe('3');
    await expect.poll(() => count('Not delivered'), SOON).toBe('1');
    const missing = page.getByRole('list', { name: 'Not delivered, newest first' }).getByRole('listitem');
    await expect.poll(() => missing.allInnerTexts(), SOON).toEqual([expect.stringContaining('import-3')]);
    const field = page.getByRole('textbox', { name: 'The receiver’s digest' });
    await field.fill('0'.repeat(64));
    await page.getByText('Not the same.').waitFor();
    await field.fill(digest);
    await page.getByText('The same: it has everything that was delivered.').waitFor();

    await page.getByRole('textbox', { name: 'The ids that the receiver has' }).fill(`["${received[0]}"]`);
    await page.getByRole('button', { name: 'Find what is missing' }).click();
    await page.getByText('It lacks 1 event that it answered with 2xx.').waitFor();
    const lost = page.getByRole('list', { name: 'Missing events' }).getByRole('listitem');
    expect(await lost.allInnerTexts()).toEqual([received[1]]);
    await page.getByRole('button', { name: 'Deliver just these again' }).click();
    await page.getByText('1 of them is on the way again.').waitFor();
    const again = await receiver.waitFor(5).then((requests) => requests[4]);
    expect(again?.headers['webhook-id']).toBe(received[1]);

    const replay = await page.getByRole('link', { name: 'Replay what failed or was cancelled' }).getAttribute('href');
    const { searchParams } = new URL(replay ?? '', app.url);
    expect(searchParams.getAll('status')).toEqual(['FAILED', 'CANCELLED']);
    expect(searchParams.get('webhook')).toBe(id);
    expect(page.url()).toContain(`from=${encodeURIComponent(searchParams.get('from') ?? '')}`);
    expect(tab.troubles).toEqual([]);
  });
});
