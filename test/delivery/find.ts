/** Deliveries of many kinds, and asking for them. */

import type { TestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { type AnswerHandler, startReceiver } from '../support/receiver.ts';
import { headlessImport, report, reportMany } from '../support/report.ts';
import { cancelDelivery, redeliver } from './manual.ts';
import { seen, watchLog } from './observe.ts';

/** A delivery with everything that can be filtered by. */
export interface FoundDelivery {
  readonly id: string;
  readonly status: string;
  readonly importId: string | null;
  readonly lastErrorCode: string | null;
  readonly lastResponseStatus: number | null;
  readonly event: { readonly type: string };
  readonly webhook: { readonly id: string } | null;
}

/** A page of deliveries. */
export interface FoundPage {
  readonly edges: readonly { readonly cursor: string; readonly node: FoundDelivery }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Asks for a page of deliveries. */
export async function findPage(caller: Caller, variables: object = { first: 100 }): Promise<FoundPage> {
  return await ask<FoundPage>(
    caller,
    `query ($filter: DeliveryFilter, $first: Int, $after: String, $last: Int, $before: String) {
      deliveries(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id status importId lastErrorCode lastResponseStatus event { type } webhook { id } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    variables,
  );
}

/** What is on a page. */
export const nodesOf = ({ edges }: FoundPage): FoundDelivery[] => edges.map(({ node }) => node);

/** When an id was made, in milliseconds. */
export const timeOf = ({ id }: { readonly id: string }): number => Number.parseInt(id.slice(4, 16), 16);

/** Answers with the status that the path names. */
export const answerAsAsked: AnswerHandler = ({ url }, response) => response.writeHead(Number(url.slice(1))).end();

/** What {@link givenDeliveries} made. */
export interface GivenDeliveries {
  /** All of them, newest first. */
  readonly all: readonly FoundDelivery[];
  /** By the status that their receiver answers; 0 does not answer at all. */
  readonly webhooks: ReadonlyMap<number, string>;
}

/**
 * Deliveries in every status, of every event, with several errors and responses, none of them due: for three completed
 * imports and one that went by way of a review, with webhooks that get 200, 204, 503, 410 and nothing, and a basic one.
 */
export async function givenDeliveries(app: TestApp): Promise<GivenDeliveries> {
  await using receiver = await startReceiver(answerAsAsked);
  await using watching = watchLog(app);
  const webhooks = new Map<number, string>();
  for (const status of [200, 204, 503, 410]) {
    const { id } = await givenWebhook(app, { url: `${receiver.url}/${status}`, retryScheduleSeconds: [3600] });
    webhooks.set(status, id);
  }
  const { id: nobody } = await givenWebhook(app, { url: 'http://127.0.0.1:9/', retryScheduleSeconds: [3600] });
  webhooks.set(0, nobody);

  await report(app, 'headlessImportNeedsReview', { importId: 'reviewed' });
  await watching.until(seen('DELIVERED', 2));
  await watching.until(seen('ATTEMPT_FAILED', 3));
  await report(app, 'importCompleted', { importId: 'reviewed', headless: headlessImport.headless });
  await report(app, 'headlessImportFailed', { importId: 'failed' });
  await reportMany(
    app,
    ['one', 'two', 'three'].map((importId) => ({ importId, settings: { webhookUrl: `${receiver.url}/201` } })),
  );
  // The webhook that got 410 is disabled; of five more events each of the others has one, and three have a basic one.
  await watching.until(seen('DELIVERED', 2 + 2 * 5 + 3));
  await watching.until(seen('ATTEMPT_FAILED', 3 + 2 * 5));
  await cancelDelivery(app, await theOnly(app, { importId: 'one', webhookId: webhooks.get(503) }));
  await redeliver(app, await theOnly(app, { importId: 'two', webhookId: webhooks.get(0) }));
  await watching.until(seen('ATTEMPT_FAILED', 3 + 2 * 5 + 1));
  return { all: nodesOf(await findPage(app)), webhooks };
}

async function theOnly(caller: Caller, filter: object): Promise<string> {
  const [delivery, ...others] = nodesOf(await findPage(caller, { filter }));
  if (!delivery || others.length > 0) throw new Error('there is not one such delivery');
  return delivery.id;
}

const FILL = `
  insert into delivery (
    id, organization_id, event_id, event_type, destination_id, webhook_id, is_test, status, next_attempt_at, attempt_count,
    failed_attempts, last_error_code, last_response_status, created_at
  )
  select uuid_v7(), $1::uuid, uuid_v7(),
    case when n % 20 = 0 then 'HEADLESS_IMPORT_FAILED' else 'IMPORT_COMPLETED' end::"EventType",
    md5('destination' || n % 50)::uuid, md5('webhook' || n % 50)::uuid, false,
    case when n % 30 = 0 then 'FAILED' else 'DELIVERED' end::"DeliveryStatus", now(), 1, 0,
    case when n % 30 = 0 then 'HTTP_STATUS' end, case when n % 30 = 0 then 503 else 200 + n % 3 end, now()
  from generate_series(1, 3000) n`;

/**
 * Three thousand deliveries that nothing stands behind, of which one in thirty has failed and one in twenty is of a headless
 * import. The database knows how many there are.
 */
export async function givenThousands(app: TestApp): Promise<void> {
  await app.db.query(FILL, [app.organizationId]);
  await app.db.query('analyze delivery');
}
