/** Reconciliation: a receiver finds out what it has lost. */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask, type Caller, post } from '../support/client.ts';
import { givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { type ReceivedRequest, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';
import { redeliver } from './manual.ts';
import { seen, watchLog } from './observe.ts';

interface Digest {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  readonly delivered: number;
  readonly digest: string;
}

interface Entry {
  readonly eventId: string;
  readonly deliveryId: string;
  readonly status: string;
}

interface Reconciliation extends Digest {
  readonly buckets: readonly Digest[];
  readonly ids: { readonly entries: readonly Entry[]; readonly hasMore: boolean };
}

const QUERY = `query ($webhookId: ID, $origin: String, $from: DateTime!, $to: DateTime!, $buckets: Int, $first: Int, $after: ID) {
  reconciliation(webhookId: $webhookId, origin: $origin, from: $from, to: $to, buckets: $buckets) {
    from to events delivered digest
    buckets { from to events delivered digest }
    ids(first: $first, after: $after) { entries { eventId deliveryId status } hasMore }
  }
}`;

async function reconcile(caller: Caller, variables: object): Promise<Reconciliation> {
  return await ask<Reconciliation>(caller, QUERY, variables);
}

async function refusal(caller: Caller, variables: object): Promise<unknown> {
  return (await post(caller, QUERY, variables)).errors?.[0]?.extensions?.code;
}

/** All pages of a window. */
async function list(caller: Caller, variables: object): Promise<Entry[]> {
  const entries: Entry[] = [];
  let hasMore = true;
  while (hasMore) {
    const { ids } = await reconcile(caller, { ...variables, first: 7, after: entries.at(-1)?.eventId });
    entries.push(...ids.entries);
    hasMore = ids.hasMore;
  }
  return entries;
}

/** What a receiver keeps of a request. */
const idOf = ({ headers }: ReceivedRequest): string => String(headers['webhook-id']);

/** What a receiver computes, from the ids that it keeps and nothing else. */
function digestOf(ids: Iterable<string>, { from, to }: { from: string; to: string }): string {
  const acceptedAt = (id: string) => Number.parseInt(id.slice('evt_'.length, 'evt_'.length + 12), 16);
  const inWindow = [...ids].filter((id) => acceptedAt(id) >= Date.parse(from) && acceptedAt(id) < Date.parse(to));
  return createHash('sha256').update(inWindow.toSorted().join('\n')).digest('hex');
}

/** A window around what is reported meanwhile. */
function openWindow(): { from: string; close(): { from: string; to: string } } {
  const from = new Date(Date.now() - 1_000).toISOString();
  return { from, close: () => ({ from, to: new Date(Date.now() + 1_000).toISOString() }) };
}

describe('a receiver that has lost some of what was delivered to it', () => {
  test('finds them by digests and ids, has them delivered again, and proves that it has everything', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url });
    await givenWebhook(app, { url: `${receiver.url}/other`, importIdentifiers: ['contacts', 'others'] });
    const opened = openWindow();
    for (let round = 0; round < 4; round += 1) {
      await reportMany(
        app,
        Array.from({ length: 10 }, (_, index) => ({ importId: `import-${round}-${index}` })),
      );
    }
    await reportCompleted(app, { importId: 'other', importIdentifier: 'others' });
    await watching.until(seen('DELIVERED', 81));
    const window = opened.close();
    const operator = await givenKey(app, 'OPERATOR');
    const all = receiver.requests.filter(({ url }) => url === '/').map(idOf);

    const stored = new Set(all);
    expect(await reconcile(operator, { webhookId, ...window })).toMatchObject({
      events: 40,
      delivered: 40,
      digest: digestOf(stored, window),
    });
    const lost = all.toSorted().filter((_, index) => index % 13 === 5);
    for (const id of lost) stored.delete(id);

    const { digest, buckets } = await reconcile(operator, { webhookId, ...window, buckets: 50 });
    expect(digest).not.toBe(digestOf(stored, window));
    const differing = buckets.filter((bucket) => bucket.digest !== digestOf(stored, bucket));
    const entries = (
      await Promise.all(differing.map(({ from, to }) => list(operator, { webhookId, from, to })))
    ).flat();
    const missing = entries.filter(({ eventId, status }) => status === 'DELIVERED' && !stored.has(eventId));
    expect(missing.map(({ eventId }) => eventId)).toEqual(lost);

    for (const { deliveryId } of missing) await redeliver(operator, deliveryId);
    await watching.until(seen('DELIVERED', 81 + lost.length));
    for (const request of receiver.requests.slice(81)) stored.add(idOf(request));

    expect(receiver.requests).toHaveLength(81 + lost.length);
    expect((await reconcile(operator, { webhookId, ...window })).digest).toBe(digestOf(stored, window));
  });

  test('can be one of basic webhooks, of which there is only the origin', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: `${receiver.url}/managed` });
    const opened = openWindow();
    await reportCompleted(app, { settings: { webhookUrl: `${receiver.url}/basic` } });
    await watching.until(seen('DELIVERED', 2));
    const window = opened.close();

    const basic = receiver.requests.filter(({ url }) => url === '/basic').map(idOf);
    expect(await reconcile(app, { origin: receiver.url, ...window })).toMatchObject({
      events: 1,
      delivered: 1,
      digest: digestOf(basic, window),
      ids: { entries: [{ eventId: basic[0], status: 'DELIVERED' }] },
    });
  });
});

describe('a reconciliation', () => {
  test('digests only what was delivered, and lists the rest with where it stands', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const opened = openWindow();
    await reportCompleted(app);
    const window = opened.close();

    expect(await reconcile(app, { webhookId, ...window })).toMatchObject({
      events: 1,
      delivered: 0,
      digest: digestOf([], window),
      ids: { entries: [{ status: 'PENDING' }], hasMore: false },
    });
  });

  test('has buckets that are next to each other, cover the window, and add up to it', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const opened = openWindow();
    await reportMany(
      app,
      Array.from({ length: 20 }, (_, index) => ({ importId: `import-${index}` })),
    );
    const window = opened.close();

    for (const count of [1, 7, 100]) {
      const { buckets, events } = await reconcile(app, { webhookId, ...window, buckets: count });
      expect(buckets).toHaveLength(count);
      expect([window.from, ...buckets.map(({ to }) => to)]).toEqual([...buckets.map(({ from }) => from), window.to]);
      expect(buckets.reduce((sum, bucket) => sum + bucket.events, 0)).toBe(events);
      for (const { from, to, events: inBucket } of buckets.filter((bucket) => bucket.events > 0)) {
        expect((await reconcile(app, { webhookId, from, to, buckets: 1 })).events).toBe(inBucket);
      }
    }
  });

  test('leaves out what was accepted before or after its window', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app);
    const at = Date.now();

    const away = (minutes: number) => new Date(at + minutes * 60_000).toISOString();
    expect(await reconcile(app, { webhookId, from: away(-4), to: away(-3) })).toMatchObject({ events: 0 });
    expect(await reconcile(app, { webhookId, from: away(3), to: away(4) })).toMatchObject({ events: 0 });
    expect(await reconcile(app, { webhookId, from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' })).toMatchObject(
      {
        events: 1,
      },
    );
  });

  test('is nothing for a webhook or an origin that the organization has not', async () => {
    await using app = await createTestApp();
    const window = openWindow().close();
    expect(await reconcile(app, { webhookId: 'whk_00000000000070008000000000000000', ...window })).toBeNull();
    expect(await reconcile(app, { origin: 'https://example.com', ...window })).toBeNull();
  });

  test('is refused for what is no window, no place, or no page', async () => {
    await using app = await createTestApp();
    const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const window = openWindow().close();
    const wrong = [
      { ...window },
      { ...window, webhookId, origin: 'https://example.com' },
      { webhookId, from: window.to, to: window.from },
      { webhookId, from: window.to, to: window.to },
      { ...window, webhookId, buckets: 0 },
      { ...window, webhookId, buckets: 101 },
      { ...window, webhookId, first: 101 },
      { ...window, webhookId, after: webhookId },
    ];
    for (const variables of wrong) expect(await refusal(app, variables)).toBe('BAD_ARGUMENT');
  });
});
