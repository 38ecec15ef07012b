import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string; readonly startCursor: string };
}

const PAGE = `query ($after: String) {
  webhooks(first: 3, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}`;

describe('a page of webhooks', () => {
  test('goes on from its cursors without gap or repeat, forwards and backwards, while others are made (G53)', async () => {
    await using app = await createTestApp();
    const made: string[] = [];
    const make = async () => void made.unshift((await givenWebhook(app, { url: 'http://127.0.0.1:9/' })).id);
    for (let count = 0; count < 7; count += 1) await make();
    const before = [...made];

    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Page = await ask(app, PAGE, { after });
      seen.push(...page.edges.map(({ node }) => node.id));
      await make();
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(before);

    const last: Page = await ask(app, 'query { webhooks(last: 3) { edges { node { id } } pageInfo { startCursor } } }');
    const previous: Page = await ask(
      app,
      'query ($before: String) { webhooks(last: 3, before: $before) { edges { node { id } } } }',
      { before: last.pageInfo.startCursor },
    );
    expect([...previous.edges, ...last.edges].map(({ node }) => node.id)).toEqual(before.slice(-6));
  });

  test('is of the filter that is asked for', async () => {
    await using app = await createTestApp();
    const { id } = await givenWebhook(app, { url: 'http://127.0.0.1:9/Orders', developmentMode: true });
    await givenWebhook(app, { url: 'http://127.0.0.1:9/contacts' });
    const filtered =
      'query ($filter: WebhookFilter) { webhooks(filter: $filter) { totalCount edges { node { id } } } }';
    for (const filter of [{ contains: 'orders' }, { developmentMode: true }]) {
      expect(await ask(app, filtered, { filter })).toEqual({ totalCount: 1, edges: [{ node: { id } }] });
    }
    expect(await ask(app, filtered, { filter: { contains: '%' } })).toEqual({ totalCount: 0, edges: [] });
  });
});
