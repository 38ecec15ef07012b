/** The deliveries of webhooks: of all that are asked about together, in two statements. */

import type { Delivery } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { type IdPage, idBounds } from '../lib/id-page.ts';
import { FINDING_SETTINGS } from './find.sql.ts';
import { FIND_DELIVERIES_OF_WEBHOOKS } from './webhook-deliveries.sql.ts';

/** A page of the deliveries of one webhook. */
export interface Search {
  readonly organizationId: string;
  readonly webhookId: string;
  readonly page: IdPage;
  /** Reads deliveries by their ids, in whatever order. */
  readonly read: (ids: string[]) => Promise<Delivery[]>;
}

/** The pages that are asked for in one turn of the event loop, and what was found, by webhook. */
interface Batch {
  readonly webhookIds: string[];
  readonly found: Promise<ReadonlyMap<string, Delivery[]>>;
}

const batches = new WeakMap<object, Map<string, Batch>>();

/**
 * A page of the deliveries of a webhook, newest first. Those who ask in the same turn, for the same `operation` and with
 * the same `key`, must differ by nothing but the webhook, and are answered together.
 */
export async function joinSearch(
  app: Pick<App, 'db'>,
  operation: object,
  key: string,
  search: Search,
): Promise<Delivery[]> {
  const open = batches.get(operation) ?? new Map<string, Batch>();
  batches.set(operation, open);
  const batch = open.get(key) ?? begin();
  batch.webhookIds.push(search.webhookId);
  return (await batch.found).get(search.webhookId) ?? [];

  function begin(): Batch {
    const webhookIds: string[] = [];
    const found = nextTurn().then(() => {
      open.delete(key);
      return searchTogether(app, search, webhookIds);
    });
    const begun = { webhookIds, found };
    open.set(key, begun);
    return begun;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function searchTogether(
  app: Pick<App, 'db'>,
  { organizationId, page, read }: Search,
  webhookIds: readonly string[],
): Promise<ReadonlyMap<string, Delivery[]>> {
  const ids = await findDeliveriesOf(app, organizationId, webhookIds, page);
  const rows = (await read(ids)).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return Map.groupBy(rows, ({ webhookId }) => webhookId ?? '');
}

/** The ids of a page for each of the webhooks. Costs a page each, independent of how many deliveries there are. */
export async function findDeliveriesOf(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  webhookIds: readonly string[],
  page: IdPage,
): Promise<string[]> {
  const { above, below, limit, direction } = idBounds(page);
  const values = [organizationId, above, below, limit, [...new Set(webhookIds)]];
  const found = await db.reads.transaction(async (sql) => {
    await sql.query(FINDING_SETTINGS);
    return await sql.query<{ readonly id: string }>(FIND_DELIVERIES_OF_WEBHOOKS[direction], values);
  });
  return found.map(({ id }) => id);
}
