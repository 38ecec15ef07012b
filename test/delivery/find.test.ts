/** Finding deliveries: filters, pages, and what answers them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIND_DELIVERIES, FINDING_SETTINGS } from '../../src/delivery/find.sql.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { reportMany } from '../support/report.ts';
import {
  type FoundDelivery,
  type FoundPage,
  findPage,
  type GivenDeliveries,
  givenDeliveries,
  givenThousands,
  nodesOf,
  timeOf,
} from './find.ts';
import { importIds } from './log-entries.ts';

type Condition = (delivery: FoundDelivery) => boolean;

/** A filter, and what it means. Numbers name webhooks by what their receiver answers. */
interface Case {
  readonly filter: Readonly<Record<string, unknown>> & { readonly webhook?: number };
  readonly means: Condition;
}

const of =
  (...statuses: string[]): Condition =>
  ({ status }) =>
    statuses.includes(status);

const SINGLE: Readonly<Record<string, Case>> = {
  'nothing at all': { filter: {}, means: () => true },
  PENDING: { filter: { statuses: ['PENDING'] }, means: of('PENDING') },
  DELIVERED: { filter: { statuses: ['DELIVERED'] }, means: of('DELIVERED') },
  FAILED: { filter: { statuses: ['FAILED'] }, means: of('FAILED') },
  CANCELLED: { filter: { statuses: ['CANCELLED'] }, means: of('CANCELLED') },
  SUPERSEDED: { filter: { statuses: ['SUPERSEDED'] }, means: of('SUPERSEDED') },
  'several statuses': {
    filter: { statuses: ['SUPERSEDED', 'DELIVERED', 'FAILED'] },
    means: of('SUPERSEDED', 'DELIVERED', 'FAILED'),
  },
  'a status said twice': { filter: { statuses: ['PENDING', 'PENDING'] }, means: of('PENDING') },
  'an import': { filter: { importId: 'two' }, means: ({ importId }) => importId === 'two' },
  'completed imports': {
    filter: { eventTypes: ['IMPORT_COMPLETED'] },
    means: ({ event }) => event.type === 'IMPORT_COMPLETED',
  },
  'other events': {
    filter: { eventTypes: ['HEADLESS_IMPORT_FAILED', 'HEADLESS_IMPORT_NEEDS_REVIEW'] },
    means: ({ event }) => event.type !== 'IMPORT_COMPLETED',
  },
  'an error': {
    filter: { errorCodes: ['CONNECTION_REFUSED'] },
    means: ({ lastErrorCode }) => lastErrorCode === 'CONNECTION_REFUSED',
  },
  'several errors': {
    filter: { errorCodes: ['GONE', 'HTTP_STATUS'] },
    means: ({ lastErrorCode }) => lastErrorCode === 'GONE' || lastErrorCode === 'HTTP_STATUS',
  },
  'a response that means failure': {
    filter: { responseStatuses: [503] },
    means: ({ lastResponseStatus }) => lastResponseStatus === 503,
  },
  'responses of both kinds': {
    filter: { responseStatuses: [201, 204, 410] },
    means: ({ lastResponseStatus }) => [201, 204, 410].includes(lastResponseStatus ?? 0),
  },
};

const SEVERAL: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries({ PENDING: 503, DELIVERED: 204, FAILED: 0, CANCELLED: 503, SUPERSEDED: 503 }).map(
      ([status, webhook]) => [`${status} of a webhook`, { filter: { webhook, statuses: [status] }, means: of(status) }],
    ),
  ),
  'a webhook': { filter: { webhook: 204 }, means: () => true },
  'several statuses of a webhook': {
    filter: { webhook: 0, statuses: ['PENDING', 'FAILED', 'SUPERSEDED'] },
    means: of('PENDING', 'FAILED', 'SUPERSEDED'),
  },
  'an error of a webhook': { filter: { webhook: 0, errorCodes: ['CONNECTION_REFUSED'] }, means: () => true },
  'an answer to a webhook': { filter: { webhook: 503, responseStatuses: [503] }, means: () => true },
  'an event of a webhook': {
    filter: { webhook: 410, eventTypes: ['HEADLESS_IMPORT_NEEDS_REVIEW'], statuses: ['FAILED', 'SUPERSEDED'] },
    means: () => true,
  },
  'an error with an answer and a status': {
    filter: { errorCodes: ['HTTP_STATUS'], responseStatuses: [503], statuses: ['PENDING'] },
    means: ({ status, lastResponseStatus }) => status === 'PENDING' && lastResponseStatus === 503,
  },
  'an error and a status': {
    filter: { errorCodes: ['CONNECTION_REFUSED', 'GONE'], statuses: ['CANCELLED', 'PENDING', 'FAILED'] },
    means: ({ status, lastErrorCode }) =>
      ['CONNECTION_REFUSED', 'GONE'].includes(lastErrorCode ?? '') &&
      ['CANCELLED', 'PENDING', 'FAILED'].includes(status),
  },
  'an import and a status': {
    filter: { importId: 'reviewed', statuses: ['DELIVERED'] },
    means: ({ importId, status }) => importId === 'reviewed' && status === 'DELIVERED',
  },
  'an event and a status': {
    filter: { eventTypes: ['IMPORT_COMPLETED'], statuses: ['DELIVERED', 'PENDING'] },
    means: ({ event, status }) => event.type === 'IMPORT_COMPLETED' && ['DELIVERED', 'PENDING'].includes(status),
  },
};

describe('deliveries', () => {
  let app: TestApp;
  let given: GivenDeliveries;

  beforeAll(async () => {
    app = await createTestApp({ dispatcher: true });
    given = await givenDeliveries(app);
  });

  afterAll(async () => await app.close());

  function read({ filter: { webhook, ...filter }, means }: Case) {
    const webhookId = webhook === undefined ? {} : { webhookId: given.webhooks.get(webhook) };
    const ofWebhook: Condition = (delivery) => webhook === undefined || delivery.webhook?.id === webhookId.webhookId;
    return {
      filter: { ...filter, ...webhookId },
      expected: given.all.filter((each) => ofWebhook(each) && means(each)),
    };
  }

  test.each(Object.entries({ ...SINGLE, ...SEVERAL }))('are those that the filter means: %s', async (_name, each) => {
    const { filter, expected } = read(each);

    expect(nodesOf(await findPage(app, { filter, first: 100 }))).toEqual(expected);
    expect(expected).not.toEqual([]);
  });

  test.each(Object.entries({ ...SINGLE, ...SEVERAL }))(
    'come in pages of two, forwards and backwards: %s',
    async (_name, each) => {
      const { filter, expected } = read(each);

      const forwards = await walk((page) => ({ filter, first: 2, after: page?.pageInfo.endCursor }), 'hasNextPage');
      expect(forwards.flatMap(nodesOf)).toEqual(expected);
      const backwards = await walk(
        (page) => ({ filter, last: 2, before: page?.pageInfo.startCursor }),
        'hasPreviousPage',
      );
      expect(backwards.toReversed().flatMap(nodesOf)).toEqual(expected);
    },
  );

  async function walk(
    next: (page?: FoundPage) => object,
    more: 'hasNextPage' | 'hasPreviousPage',
  ): Promise<FoundPage[]> {
    const pages = [await findPage(app, next())];
    for (let page = pages[0]; page?.pageInfo[more]; page = pages.at(-1)) pages.push(await findPage(app, next(page)));
    return pages;
  }

  test('of a time are those whose ids were made then', async () => {
    const times = [...new Set(given.all.map(timeOf))].toSorted();
    const [from = 0, to = 0] = [times[Math.floor(times.length / 3)], times.at(-1)];
    const filter = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const expected = given.all.filter((each) => timeOf(each) >= from && timeOf(each) < to);

    expect(nodesOf(await findPage(app, { filter }))).toEqual(expected.slice(0, 20));
    expect(expected).not.toEqual([]);
    expect(nodesOf(await findPage(app, { filter: { ...filter, statuses: ['PENDING'] } }))).toEqual(
      expected.filter(of('PENDING')),
    );
    expect(nodesOf(await findPage(app, { filter: { to: '1969-01-01T00:00:00Z' } }))).toEqual([]);
    expect(nodesOf(await findPage(app, { filter: { from: '9999-12-31T23:59:59Z' } }))).toEqual([]);
  });

  test.each(['statuses', 'eventTypes', 'errorCodes', 'responseStatuses'])(
    'are none when %s is an empty list',
    async (name) => {
      expect(nodesOf(await findPage(app, { filter: { [name]: [] } }))).toEqual([]);
    },
  );

  test('are refused for more statuses of responses than are walked at once', async () => {
    const filter = { responseStatuses: Array.from({ length: 51 }, (_, index) => 400 + index) };
    const { errors } = await post(
      app,
      'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { edges { cursor } } }',
      {
        filter,
      },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_ARGUMENT' } }]);
  });
});

describe('pages of deliveries', () => {
  test('have everything that was there once, in order, while more is scheduled (G53)', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    const reported = (prefix: string, count: number) =>
      reportMany(
        app,
        importIds(prefix, count).map((importId) => ({ importId })),
      );
    await reported('before', 20);
    const before = nodesOf(await findPage(app)).map(({ id }) => id);

    for (const filter of [{}, { statuses: ['PENDING'] }]) {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const [page]: [FoundPage, unknown] = await Promise.all([
          findPage(app, { filter, first: 7, after }),
          reported(`meanwhile-${Object.keys(filter)}-${seen.length}`, 3),
        ]);
        seen.push(...nodesOf(page).map(({ id }) => id));
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
      expect(seen.filter((id) => before.includes(id))).toEqual(before);
    }
  });
});

/** The index that each statement walks; others beside it are look-ups. */
const INDEXES = {
  all: 'delivery_organization_id_id_idx',
  import: 'delivery_event_id_idx',
  replay: 'delivery_replay_page_idx',
  webhook: 'delivery_organization_id_webhook_id_id_idx',
  webhookErrors: 'delivery_webhook_error_idx',
  webhookPending: 'delivery_due_idx',
  errors: 'delivery_error_idx',
  responses: 'delivery_response_idx',
  statuses: 'delivery_status_idx',
  eventTypes: 'delivery_event_type_idx',
} as const satisfies Record<keyof typeof FIND_DELIVERIES, string>;

describe('the statement that finds deliveries', () => {
  test.each(Object.entries(INDEXES))(
    'by %s walks %s once the table is known, though one organization has it all',
    async (name, index) => {
      await using app = await createTestApp();
      await givenThousands(app);
      const statements = FIND_DELIVERIES[name as keyof typeof INDEXES]; // the table above is by its keys

      for (const statement of Object.values(statements)) {
        const plan = await app.db.transaction(async (sql) => {
          await sql.query(FINDING_SETTINGS);
          await sql.query(`prepare finding as ${statement}`);
          const lines = await sql.query<{ 'QUERY PLAN': string }>(
            `explain execute finding (${Array(11).fill('null')})`,
          );
          await sql.query('deallocate finding');
          return lines.map((line) => line['QUERY PLAN']).join('\n');
        });
        expect(plan).toContain(`using ${index} `);
        expect(plan).not.toMatch(/Seq Scan/);
      }
    },
  );
});
