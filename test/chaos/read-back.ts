/** What the server says happened, read by the API as operators read it. */

import { ask, type Caller } from '../support/client.ts';
import type { ShownDelivery } from './reconcile.ts';
import { LOG_FIELDS, type LogEntry } from './watcher.ts';

const PAGE = 50;

const DELIVERIES = `query ($after: String) {
  deliveries(first: ${PAGE}, after: $after) {
    pageInfo { endCursor hasNextPage }
    edges { node {
      id status importId event { id } webhook { id }
      attempts { id number outcome responseStatus leaseLost }
    } }
  }
}`;

interface DeliveriesPage {
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  readonly edges: readonly { readonly node: ShownDelivery }[];
}

/** All deliveries with all their attempts. */
export async function readDeliveries(caller: Caller): Promise<ShownDelivery[]> {
  const deliveries: ShownDelivery[] = [];
  for (let after: string | null = null; ; ) {
    const { pageInfo, edges }: DeliveriesPage = await ask<DeliveriesPage>(caller, DELIVERIES, { after });
    deliveries.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return deliveries;
    after = pageInfo.endCursor;
  }
}

const LOG = `query ($after: String) {
  deliveryLog(first: ${PAGE}, after: $after) { endCursor hasMore entries { ${LOG_FIELDS} } }
}`;

interface LogPage {
  readonly endCursor: string;
  readonly hasMore: boolean;
  readonly entries: readonly LogEntry[];
}

/** The whole delivery log. */
export async function readLog(caller: Caller): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let after: string | null = null; ; ) {
    const page: LogPage = await ask<LogPage>(caller, LOG, { after });
    entries.push(...page.entries);
    if (!page.hasMore) return entries;
    after = page.endCursor;
  }
}
