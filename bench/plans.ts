/**
 * `node bench/plans.ts`: what it costs to find deliveries among a million, or more, on PostgreSQL. Prints, for each
 * filter, the index that it walks, how many rows of deliveries it looks at and how long a page takes; and what the indexes
 * cost a delivery. Fails when a filter looks at more rows than it may.
 */

import '../prisma/check-node.js';
import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import pg from 'pg';
import { migrate } from '../src/database/migrate.ts';
import { INDEX_WALK_SETTINGS } from '../src/database/settings.ts';
import { groupFailures } from '../src/delivery/failure-groups.ts';
import { type DeliveryFilter, findDeliveries } from '../src/delivery/find.ts';
import { MOST_EXAMINED, READ_LOG_AFTER, READ_LOG_LATEST } from '../src/delivery/log.sql.ts';
import { planReplay, type ReplayFilter } from '../src/delivery/replay.ts';
import { findDeliveriesOf } from '../src/delivery/webhook-deliveries.ts';
import { explainWebhooks, findExplainedEvent } from '../src/import/explain.ts';
import { previewWebhook } from '../src/import/preview.ts';
import { systemClock } from '../src/lib/clock.ts';
import { findServer } from './support/database.ts';
import { ADD_LOG_ENTRIES, ADD_NEW, FORGET_NEW, LEASE_NEW, SETTLE_NEW } from './support/history.sql.ts';
import { fillHistory } from './support/history.ts';
import { type Explained, explainCall } from './support/plan.ts';

const program = new Command('node bench/plans.ts')
  .description('What it costs to find deliveries among many, on the PostgreSQL server at BENCH_DATABASE_URL.')
  .option('--deliveries <count>', 'how many there are', parseCount, 1_000_000)
  .parse();
const { deliveries: total } = program.opts<{ deliveries: number }>();

/** Rows of a page, and the one more that tells whether there is another. */
const PAGE = 101;

/** Rows that a walk per value may look at, for the longest list there is: the codes of errors. */
const MOST_ROWS = PAGE * 30;

const FINDING_INDEXES = [
  'delivery_status_idx',
  'delivery_response_idx',
  'delivery_error_idx',
  'delivery_webhook_error_idx',
  'delivery_event_type_idx',
];

const organizationId = randomUUID();
const server = await findServer(process.env);
const database = await server.create();
const client = new pg.Client({ connectionString: database.url });
await client.connect();
try {
  process.stdout.write(`${total} deliveries, ${server.about}\n\n`);
  await fill();
  const tooMany = await printFilters();
  await printCost();
  if (tooMany.length > 0) throw new Error(`these look at too many rows: ${tooMany.join(', ')}`);
} finally {
  await client.end();
  await database.drop();
  await server.close();
}

async function fill(): Promise<void> {
  await migrate({
    query: async (text, parameters = []) => (await client.query(text, [...parameters])).rows,
    script: async (text) => void (await client.query(text)),
  });
  await fillHistory(client, { organizationId, webhooks: 200, deliveries: total, progress });
  await client.query(ADD_LOG_ENTRIES, [organizationId]);
  await client.query('vacuum analyze');
  await client.query(INDEX_WALK_SETTINGS);
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What is asked for, and how many rows it may look at where that is more than a page per value. */
type Case = readonly [name: string, call: (db: Explained['app']) => Promise<unknown>, most?: number];

async function cases(): Promise<Case[]> {
  const { rows } = await client.query<{ busy: string; from: Date; webhooks: string[] }>(
    `select bench_id_at(0, 'webhook0') as busy, now() - interval '29 days' as from,
      array (select id from webhook order by id limit 100) as webhooks`,
  );
  const [given] = rows;
  if (!given) throw new Error('the database did not answer');
  const { busy: webhookId, from } = given;
  const nothing: DeliveryFilter = {
    statuses: null,
    webhookId: null,
    importId: null,
    eventTypes: null,
    from: null,
    to: null,
    errorCodes: null,
    responseStatuses: null,
    replayId: null,
  };
  const page = { cursor: null, take: PAGE };
  const find = (name: string, filter: Partial<DeliveryFilter>, most?: number): Case => [
    name,
    (app) => findDeliveries(app, organizationId, { ...nothing, ...filter }, page),
    ...(most === undefined ? ([] as const) : ([most] as const)),
  ];
  const count = (name: string, filter: Partial<ReplayFilter>, most?: number): Case => [
    name,
    (db) =>
      planReplay(db, organizationId, { filter: { ...nothing, statuses: ['FAILED'], ...filter }, ratePerSecond: 1 }),
    ...(most === undefined ? ([] as const) : ([most] as const)),
  ];
  const dayAgo = new Date(systemClock.now().getTime() - 86_400_000);
  const log = (name: string, statement: string, ofWebhook: string | null, most = MOST_ROWS): Case => [
    name,
    ({ db }) => db.reads.query(statement, [organizationId, 0n, 0n, ofWebhook, null, null, null, null, PAGE]),
    most,
  ];
  const query = async (text: string, values: unknown[]) => (await client.query(text, values)).rows;
  const app = { db: { reads: { query } } };
  const event = await findExplainedEvent(app as never, organizationId, { importId: 'import-0', type: null });
  if (!event) throw new Error('there is no import');
  return [
    find('everything', {}),
    find('`to`, a month ago', { to: from }),
    find('`statuses: [DELIVERED]`', { statuses: ['DELIVERED'] }),
    find('`statuses: [PENDING]`', { statuses: ['PENDING'] }),
    find('`statuses: [FAILED]`', { statuses: ['FAILED'] }),
    find('`statuses: [CANCELLED, SUPERSEDED]`', { statuses: ['CANCELLED', 'SUPERSEDED'] }),
    find('`importId`', { importId: 'import-0' }),
    find('`eventTypes: [IMPORT_COMPLETED]`', { eventTypes: ['IMPORT_COMPLETED'] }),
    find('`eventTypes: [HEADLESS_IMPORT_FAILED]`', { eventTypes: ['HEADLESS_IMPORT_FAILED'] }),
    find('`eventTypes: [HEADLESS_IMPORT_NEEDS_REVIEW]`, of which there is none', {
      eventTypes: ['HEADLESS_IMPORT_NEEDS_REVIEW'],
    }),
    find('`errorCodes: [CONNECT_TIMEOUT]`', { errorCodes: ['CONNECT_TIMEOUT'] }),
    find('`errorCodes: [CERTIFICATE_EXPIRED]`, five', { errorCodes: ['CERTIFICATE_EXPIRED'] }),
    find('`responseStatuses: [200]`', { responseStatuses: [200] }),
    find('`responseStatuses: [503, 500]`', { responseStatuses: [503, 500] }),
    find('`responseStatuses: [418, 201]`, five', { responseStatuses: [418, 201] }),
    find('`webhookId`', { webhookId }),
    find('`webhookId`, `statuses: [FAILED]`', { webhookId, statuses: ['FAILED'] }),
    find('`webhookId`, `statuses: [PENDING]`', { webhookId, statuses: ['PENDING'] }, total / 100),
    find('`webhookId`, `errorCodes: [CONNECT_TIMEOUT]`', { webhookId, errorCodes: ['CONNECT_TIMEOUT'] }),
    find('`statuses: [PENDING]`, `errorCodes: [RESPONSE_TIMEOUT]`', {
      statuses: ['PENDING'],
      errorCodes: ['RESPONSE_TIMEOUT'],
    }),
    [
      '`deliveries` of 100 webhooks, 12 each',
      (app) => findDeliveriesOf(app, organizationId, given.webhooks, { cursor: null, take: 13 }),
    ],
    log('`deliveryLog`, the latest 100', READ_LOG_LATEST, null),
    log('`deliveryLog`, the latest 100 of a webhook', READ_LOG_LATEST, webhookId),
    log('`deliveryLog`, the first 100', READ_LOG_AFTER, null),
    log('`deliveryLog`, the latest of a webhook that has none', READ_LOG_LATEST, randomUUID(), MOST_EXAMINED),
    log('`deliveryLog`, the first of a webhook that has none', READ_LOG_AFTER, randomUUID(), MOST_EXAMINED),
    [
      '`failureGroups` of the last day',
      (db) => groupFailures({ ...db, clock: systemClock }, organizationId, { from: null, to: null }, 20),
      total / 20,
    ],
    [
      '`failureGroups` of the month',
      (db) => groupFailures({ ...db, clock: systemClock }, organizationId, { from, to: null }, 20),
      total / 20,
    ],
    count('`startReplay` of what failed', {}, total / 20),
    count('`startReplay` of what failed on the last day', { from: dayAgo }, total / 500),
    count('`startReplay` of what was delivered on the last day', { statuses: ['DELIVERED'], from: dayAgo }, total / 20),
    count('`startReplay`, `errorCodes: [CONNECT_TIMEOUT]`, on the last day', {
      errorCodes: ['CONNECT_TIMEOUT'],
      from: dayAgo,
    }),
    ['`explainImport`, a page of 100 webhooks', (db) => explainWebhooks(db, organizationId, event, page)],
    [
      '`previewWebhook` of 1,000 imports',
      (db) =>
        previewWebhook(
          db,
          organizationId,
          { developmentMode: false, importIdentifiers: ['contacts'], savedSchemaIds: [], events: ['IMPORT_COMPLETED'] },
          { last: 1_000, shown: 20 },
        ),
    ],
  ];
}

async function printFilters(): Promise<string[]> {
  const tooMany: string[] = [];
  process.stdout.write('| filter | rows | time | indexes |\n|---|---|---|---|\n');
  for (const [name, call, most = MOST_ROWS] of await cases()) {
    const { rows, ms, indexes } = await explainCall(client, call);
    if (rows > most) tooMany.push(name);
    process.stdout.write(`| ${name} | ${rows} | ${ms.toFixed(2)} ms | ${indexes.join(', ')} |\n`);
  }
  return tooMany;
}

/** Measured with and without the indexes of finding, on a copy of nothing: the table stays as large as it is. */
async function printCost(): Promise<void> {
  process.stdout.write('\n| 5,000 deliveries, from publishing to settling | with | without |\n|---|---|---|\n');
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
    where indexname = any ($1::text[])`,
    [FINDING_INDEXES],
  );
  const withIndexes = [await costOf(false), await costOf(true)];
  for (const { name } of rows) await client.query(`drop index ${pg.escapeIdentifier(name)}`);
  const without = [await costOf(false), await costOf(true)];
  for (const [place, what] of ['delivered at once', 'first attempt failed'].entries()) {
    const cells = [withIndexes[place], without[place]].map(
      (cost) => `${cost?.records} WAL records, ${cost?.ms.toFixed(0)} ms`,
    );
    process.stdout.write(`| ${what} | ${cells.join(' | ')} |\n`);
  }
}

/** What `explain (analyze, wal, format json)` answers, of which this is read. */
interface Explanation {
  readonly 'QUERY PLAN': readonly [
    { readonly Plan: { readonly 'WAL Records': number }; readonly 'Execution Time': number },
  ];
}

/** WAL records per delivery, and milliseconds for 5,000: published in one statement, leased in another, settled in a third. */
async function costOf(fails: boolean): Promise<{ records: string; ms: number }> {
  const count = 5_000;
  const statements: readonly { readonly text: string; readonly values: readonly unknown[] }[] = [
    { text: ADD_NEW, values: [organizationId, count] },
    { text: LEASE_NEW, values: [organizationId] },
    { text: SETTLE_NEW, values: [organizationId, fails] },
  ];
  let records = 0;
  let ms = 0;
  for (const { text, values } of statements) {
    const { rows } = await client.query<Explanation>(`explain (analyze, wal, format json) ${text}`, [...values]);
    const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
    records += explained?.Plan['WAL Records'] ?? 0;
    ms += explained?.['Execution Time'] ?? 0;
  }
  await client.query(FORGET_NEW, [organizationId]);
  await client.query('vacuum delivery');
  return { records: (records / count).toFixed(1), ms };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 10_000) return count;
  throw new InvalidArgumentError('It must be at least 10000.');
}
