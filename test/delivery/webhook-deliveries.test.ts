/** `Webhook.deliveries`, of one webhook and of many. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenOrganization, givenWebhook, reportCompleted } from '../support/given.ts';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly importId: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

const PAGE = 'edges { cursor node { importId } } pageInfo { hasNextPage hasPreviousPage }';

const importsOf = ({ edges }: Page) => edges.map(({ node }) => node.importId);

let app: TestApp;
let webhookId: string;

/** A webhook that got one, two and so on up to `count`. */
async function givenDeliveries(caller: Caller, identifier: string, count: number): Promise<string> {
  const { id } = await givenWebhook(caller, { url: 'http://127.0.0.1:9/', importIdentifiers: [identifier] });
  for (let number = 1; number <= count; number += 1) {
    await reportCompleted(caller, { importId: `${identifier}-${number}`, importIdentifier: identifier });
  }
  return id;
}

async function pageOf(args: string, caller: Caller = app): Promise<Page> {
  const document = `query ($id: ID!) { webhook(id: $id) { deliveries(${args}) { ${PAGE} } } }`;
  return (await ask<{ deliveries: Page }>(caller, document, { id: webhookId })).deliveries;
}

beforeAll(async () => {
  app = await createTestApp();
  webhookId = await givenDeliveries(app, 'one', 5);
});

afterAll(() => app.close());

describe('the deliveries of a webhook', () => {
  test('are read by pages in both directions, newest first', async () => {
    const first = await pageOf('first: 2');
    expect(importsOf(first)).toEqual(['one-5', 'one-4']);
    expect(first.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });

    const next = await pageOf(`first: 3, after: "${first.edges[1]?.cursor}"`);
    expect(importsOf(next)).toEqual(['one-3', 'one-2', 'one-1']);
    expect(next.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });

    const back = await pageOf(`last: 1, before: "${next.edges[0]?.cursor}"`);
    expect(importsOf(back)).toEqual(['one-4']);
    expect(importsOf(await pageOf('last: 2'))).toEqual(['one-2', 'one-1']);
  });

  test('are each webhook’s own when many are asked about at once, in several places', async () => {
    const caller = await givenOrganization(app, 'Many');
    for (let number = 0; number < 12; number += 1) await givenDeliveries(caller, `many${number}`, number % 4);
    const document = `{ webhooks(first: 100) { edges { node {
      importIdentifiers
      latest: deliveries(first: 1) { ${PAGE} }
      deliveries(first: 2) { edges { node { importId status webhook { deliveries(first: 3) { ${PAGE} } } } } }
    } } } }`;
    const { edges } = await ask<{
      edges: {
        node: {
          importIdentifiers: string[];
          latest: Page;
          deliveries: { edges: { node: { importId: string; webhook: { deliveries: Page } } }[] };
        };
      }[];
    }>(caller, document);

    expect(edges).toHaveLength(12);
    for (const { node } of edges) {
      const [name = ''] = node.importIdentifiers;
      const all = [3, 2, 1].slice(3 - (Number(name.replace('many', '')) % 4)).map((number) => `${name}-${number}`);
      expect(importsOf(node.latest)).toEqual(all.slice(0, 1));
      expect(node.latest.pageInfo.hasNextPage).toBe(all.length > 1);
      expect(node.deliveries.edges.map((edge) => edge.node.importId)).toEqual(all.slice(0, 2));
      for (const edge of node.deliveries.edges) expect(importsOf(edge.node.webhook.deliveries)).toEqual(all);
    }
  });
});
