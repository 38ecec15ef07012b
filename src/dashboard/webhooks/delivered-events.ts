/** Everything that was delivered to a webhook in a window of time, by the ids that its receiver saw. */

import { ReconciliationDocument, type ReconciliationQuery } from '../../../schema/generated/graphql.ts';
import type { Refused } from '../api/ask.ts';
import { type Api, sentenceOf } from '../api/client.ts';
import type { TimeWindow } from './reconciliation-window.tsx';

/** An event that was delivered. */
export type DeliveredEvent = NonNullable<ReconciliationQuery['reconciliation']>['ids']['entries'][number];

const PAGE = 100;

/** Asks for them a page at a time, in the order of their ids. Past the cache: they may be thousands. */
export async function listDelivered(
  { client }: Api,
  webhookId: string,
  timeWindow: TimeWindow,
): Promise<readonly DeliveredEvent[] | Refused> {
  const found: DeliveredEvent[] = [];
  let after: string | undefined;
  for (;;) {
    const { data, error } = await client
      .query<ReconciliationQuery>(
        ReconciliationDocument.toString(),
        { webhookId, ...timeWindow, buckets: 1, first: PAGE, after },
        { requestPolicy: 'network-only' },
      )
      .toPromise();
    if (error || !data) return { code: 'NO_ANSWER', message: error ? sentenceOf(error) : 'There was no answer.' };
    const { entries = [], hasMore = false } = data.reconciliation?.ids ?? {};
    found.push(...entries.filter(({ status }) => status === 'DELIVERED'));
    after = entries.at(-1)?.eventId;
    if (!hasMore) return found;
  }
}
