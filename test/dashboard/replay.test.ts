import { describe, expect, test } from 'vitest';
import { importIds, reportAll } from '../delivery/log-entries.ts';
import { seen, watchLog } from '../delivery/observe.ts';
import { givenReplay, readReplay, untilReplay } from '../delivery/replays.ts';
import { createTestApp } from '../support/app.ts';
import { givenKey, givenWebhook } from '../support/given.ts';
import { startProxy } from '../support/proxy.ts';
import { startReceiver } from '../support/receiver.ts';
import { givenBrowser, signIn } from './dashboard.ts';

const browser = givenBrowser();

/** As long as the browser waits for what must come. */
const PATIENT = { timeout: 10_000 };

/** Every delivery has one attempt. */
const ONE_ATTEMPT = { config: { retryScheduleSeconds: [] }, dispatcher: true } as const;

describe('what failed', () => {
  test('is found by its cause, replayed once the receiver is repaired, and watched until the receiver has all of it', async () => {
    await using app = await createTestApp({ ...ONE_ATTEMPT, replays: true });
    await using receiver = await startReceiver([500]);
    await using watching = watchLog(app);
    await using other = await startReceiver([404]);
    await givenWebhook(app, { url: receiver.url, description: 'CRM' });
    await givenWebhook(app, { url: other.url, description: 'Billing' });
    await reportAll(app, importIds('import', 5));
    await watching.until(seen('EXHAUSTED', 10));
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/failures');

    await page.getByText('10 deliveries have not arrived, for 2 reasons').waitFor();
    const groups = page.getByRole('list', { name: 'Failures by cause' }).getByRole('listitem');
    const group = groups.filter({ hasText: 'answered 500' });
    await group.getByText('to CRM').waitFor();
    expect(await group.innerText()).toMatch(
      /5 deliveries[\s\S]*answered 500[\s\S]*The receiver answered 500\.[\s\S]*5 given up/,
    );
    await group.getByRole('link', { name: '5 deliveries', exact: true }).click();
    const rows = page.getByRole('list', { name: 'Deliveries, newest first' }).getByRole('listitem');
    await expect.poll(() => rows.count(), PATIENT).toBe(5);
    expect(await rows.first().innerText()).toMatch(/Failed[\s\S]*import-\d[\s\S]*CRM[\s\S]*1 attempt, answered 500/);
    await page.goBack();
    receiver.answerWith([200]);
    await group.getByRole('link', { name: 'Replay these' }).click();
    await page.getByText('5 deliveries match.').waitFor();
    await page.getByText('Failed deliveries, last attempt: answered 500, scheduled since').waitFor();
    await page.getByRole('textbox', { name: 'Deliveries a second' }).fill('100');
    await page.getByText('takes 1 s, or longer').waitFor();
    await page.getByRole('button', { name: 'Replay 5 deliveries' }).click();
    await page.getByRole('heading', { name: 'Replay of 5 deliveries' }).waitFor();
    await page.getByText('Completed').waitFor();

    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(10);
    expect(ids.slice(5).toSorted()).toEqual(ids.slice(0, 5).toSorted());
    expect(await page.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('5 of 5 are done');
    expect(await page.getByRole('definition').first().innerText()).toBe('5');
    await page.reload();
    await page.getByText('It is over.').waitFor();
    await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Failures' }).click();
    await page.getByText('5 deliveries have not arrived, for 1 reason').waitFor();
    await groups.getByText('to Billing').waitFor();
    expect(other.requests).toHaveLength(5);
    expect(tab.troubles).toEqual([]);
  });

  test('and waits for a retry is said to go on by itself, with when, and is not replayed', async () => {
    await using app = await createTestApp({ config: { retryScheduleSeconds: [600] }, dispatcher: true });
    await using receiver = await startReceiver([503]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await givenWebhook(app, { url: receiver.url });
    await reportAll(app, ['one']);
    await watching.until(seen('ATTEMPT_FAILED', 2));
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/failures?range=hour');

    const group = page.getByRole('list', { name: 'Failures by cause' }).getByRole('listitem');
    await group.getByText(/2 wait and go on by themselves, the next in (9 min \d+ s|1\d min)/).waitFor();
    await group.getByText('to 2 webhooks').waitFor();
    const replay = group.getByRole('button', { name: 'Replay these' });
    expect(await replay.getAttribute('title')).toBe('None of them is given up: they go on by themselves.');
    await page.getByText('Day', { exact: true }).click();
    await group.getByText('to 2 webhooks').waitFor();

    expect(page.url()).toBe(`${app.url}/failures`);
    expect(tab.troubles).toEqual([]);
  });
});

describe('the list of deliveries', () => {
  test('is filtered by its address and by the fields that change it, opens a delivery beside it, and leads to a replay of the same', async () => {
    await using app = await createTestApp({ ...ONE_ATTEMPT });
    await using receiver = await startReceiver([{ status: 500, headers: { 'x-note': 'gr\u00fc\u00dfe' } }, 200]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, description: 'CRM' });
    await reportAll(app, ['failed']);
    await watching.until(seen('EXHAUSTED', 1));
    await givenWebhook(app, { url: receiver.url, description: 'Billing', importIdentifiers: ['bills'] });
    await reportAll(app, importIds('arrived', 60));
    await watching.until(seen('DELIVERED', 60));
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/deliveries?status=DELIVERED&error=NO_SUCH_CODE&error=constructor');

    const rows = page.getByRole('list', { name: 'Deliveries, newest first' }).getByRole('listitem');
    await expect.poll(() => rows.count(), PATIENT).toBe(50);
    await page.getByRole('link', { name: 'Next page' }).click();
    await expect.poll(() => rows.count(), PATIENT).toBe(10);
    await page.getByRole('combobox', { name: 'Status' }).press('ArrowDown');
    await page.getByRole('option', { name: 'Delivered' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await expect.poll(() => rows.count(), PATIENT).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Answered' }).fill('503');
    await page.getByText('No delivery matches').waitFor();
    await page.getByRole('textbox', { name: 'Answered' }).fill('500, 503');
    await page.getByText('Failed deliveries, last attempt: answered 500 or 503').waitFor();
    await rows.first().getByRole('link').click();
    const delivery = page.getByRole('dialog', { name: 'Delivery' });
    await delivery.getByText('Attempt 1').waitFor();
    await delivery.getByText('Values of its headers hold more than ASCII.').waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?status=FAILED&answer=500&answer=503');
    await page.getByRole('link', { name: 'Replay these' }).click();

    await page.getByText('1 delivery matches.').waitFor();
    await page.getByRole('combobox', { name: 'Webhook' }).click();
    await page.getByRole('option', { name: 'Billing' }).click();
    await page.getByRole('status').getByText('Nothing matches.').waitFor();
    const start = page.getByRole('button', { name: 'Replay', exact: true });
    expect(await start.getAttribute('title')).toBe('Nothing matches.');
    await page.goBack();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    expect(tab.troubles).toEqual([]);
  });

  test('shows all at once to one who is still typing', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await page.clock.install();
    await signIn(page, app, '/deliveries?import=one');
    await page.getByText('No delivery matches').waitFor();
    await page.clock.pauseAt(Date.now() + 3_600_000);

    await page.getByRole('textbox', { name: 'Import' }).fill('two');
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByText('No deliveries yet').waitFor();
    await page.clock.runFor(1_000);

    expect(page.url()).toBe(`${app.url}/deliveries`);
    expect(await page.getByRole('textbox', { name: 'Import' }).inputValue()).toBe('');
  });
});

describe('a replay', () => {
  test('is paused, goes on and is cancelled, by an operator, and is followed over a lost connection', async () => {
    await using app = await createTestApp({ ...ONE_ATTEMPT, replays: true });
    await using proxy = await startProxy(app.url);
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportAll(app, importIds('import', 60));
    await watching.until(seen('DELIVERED', 60));
    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] }, ratePerSecond: 2 });
    await using tab = await browser.open(new URL(proxy.url).origin);
    const { page } = tab;
    const operator = await givenKey(app, 'OPERATOR');
    await signIn(page, { ...operator, url: new URL(proxy.url).origin }, '/replays');

    await page.getByRole('list', { name: 'Replays, newest first' }).getByRole('link').click();
    await page.getByText(/^About \d+ s until everything is asked for\.$/).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('It asks for nothing until it goes on.').waitFor();
    const paused = await untilReplay(app, id, ({ status, pending }) => status === 'PAUSED' && pending === 0);
    expect(paused.requested).toBeLessThan(60);
    proxy.cut();
    await page.getByText('Connection lost.').waitFor();
    proxy.restore();
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Go on' }).click();
    await receiver.waitFor(60 + paused.requested + 1);
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel replay' }).click();
    await page.getByText('It was called off.').waitFor();

    const { status, delivered = 0 } = (await untilReplay(app, id, ({ finishedAt }) => finishedAt !== null)) ?? {};
    expect(status).toBe('CANCELLED');
    expect(delivered).toBeLessThan(60);
    expect(receiver.requests).toHaveLength(60 + delivered);
    expect(await readReplay(app, id)).toMatchObject({ requested: delivered, skipped: 0 });
    expect(await page.getByRole('button', { name: 'Go on' }).count()).toBe(0);
  });

  test('whose page does not come is offered again, and the other pages with it', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/webhooks');
    await page.getByText('No webhooks yet').waitFor();
    await page.route('**/assets/replays-page-*.js', (route) => route.abort());
    const places = page.getByRole('navigation', { name: 'Pages', exact: true });
    await places.getByRole('link', { name: 'Replays' }).click();

    await page.getByRole('alert').getByText('This page could not be loaded.').waitFor();
    await places.getByRole('link', { name: 'Failures' }).click();
    await page.getByText('Nothing is failing').waitFor();
    await page.goBack();
    await page.unroute('**/assets/replays-page-*.js');
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByText('No replays yet').waitFor();
  });

  test('whose page breaks is said to be broken, and not to be missing', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await page.route('**/assets/replays-page-*.js', (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: "export function ReplaysPage() { throw new Error('broken for a test'); }",
      }),
    );
    await signIn(page, app, '/replays');

    await page.getByRole('alert').getByText('This page broke. Load it again').waitFor();
    await page.unroute('**/assets/replays-page-*.js');
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByText('No replays yet').waitFor();
  });

  test('that is not there is said to be missing, and of none there is what to do', async () => {
    await using app = await createTestApp();
    await using tab = await browser.open(app.url);
    const { page } = tab;
    await signIn(page, app, '/replays');

    await page.getByText('No replays yet').waitFor();
    await page.getByRole('link', { name: 'See what failed' }).click();
    await page.getByText('Nothing is failing').waitFor();
    await page.goto('/replays/rpl_00000000000000000000000000000000');

    await page.getByText('There is no such replay').waitFor();
    expect(tab.troubles).toEqual([]);
  });
});
