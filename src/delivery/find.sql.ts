/**
 * Finding deliveries: the ids of one page, by the index that serves the filter best.
 *
 * Which statement that is, is decided by `find.ts`, because a prepared statement has one plan, whatever it is asked for.
 * All of them take the same parameters, walk ids between two bounds, and stop when the page is full:
 *
 * `$1` organization · `$2`, `$3` ids between which they lie, both left out · `$4` how many, at most a page · `$5` statuses ·
 * `$6` webhook · `$7` event types · `$8` error codes · `$9` statuses of responses · `$10` the importer's own id of the import ·
 * `$11` replay. Null leaves a thing out.
 *
 * Where a list may have several values, each is walked by itself and what was found is merged: so a page of `n` costs at
 * most `n` rows per value, however many rows there are, as long as what else is asked for is true of most of them. What
 * is not the index's is a filter: a page of what is rare under two conditions walks what is found by the first.
 */

import { PAGE_SIZE } from '../graphql/connection.ts';

/** Which way a page is walked: `desc` from the newest on, `asc` from the oldest. */
export type Direction = 'desc' | 'asc';

/** What a filter is answered by. */
const FINDERS = [
  'all',
  'import',
  'replay',
  'webhook',
  'webhookErrors',
  'webhookPending',
  'errors',
  'responses',
  'statuses',
  'eventTypes',
] as const;

/** One of {@link FINDERS}. */
export type Finder = (typeof FINDERS)[number];

const WANTED = `
    ($5::text[] is null or status::text = any ($5::text[]))
    and ($6::uuid is null or webhook_id = $6::uuid)
    and ($7::text[] is null or event_type::text = any ($7::text[]))
    and ($8::text[] is null or last_error_code = any ($8::text[]))
    and ($9::int[] is null or last_response_status = any ($9::int[]))
    and ($10::text is null or import_id = $10::text)
    and ($11::uuid is null or replay_id = $11::uuid)`;

/** A column of an index, and what it must be. */
type Fixed = readonly [column: string, value: string];

/** Most ids that are read along one index: what the planner must know to trust in the end of the walk. */
const PAGE = PAGE_SIZE.most + 1;

/**
 * How the statements are planned: for the rest of the transaction, in which they must be run. Sorting what a prepared
 * statement seems to leave, which is next to nothing, would always look cheaper than a walk that ends with the page.
 */
export const FINDING_SETTINGS = 'set local enable_sort = off';

/**
 * A walk along the index of the organization, the `fixed` columns and the id, which `condition` lets the planner use.
 *
 * The organization is `any` of one, and rows are ordered by it: with an equation the planner would see that the primary key
 * has that order, too, and walk that where an organization has most of the rows, through everybody else's. The `case` keeps
 * what else is wanted from looking like something to find rows by.
 */
function walk(direction: Direction, fixed: readonly Fixed[], condition = 'true', also = 'true'): string {
  return `
  (
    select id from delivery
    where organization_id = any (array[$1::uuid]) and id > $2::uuid and id < $3::uuid
      and ${['true', ...fixed.map(([column, value]) => `${column} = ${value}`)].join(' and ')}
      and ${condition} and case when ${also} and ${WANTED} then true else false end
    order by organization_id ${direction}, id ${direction}
    limit ${PAGE}
  )`;
}

/** All of `rows`, which are few, or in no order of use, put in order. */
const gather = (direction: Direction, rows: string) => `
  select id from (${rows} offset 0) delivery
  where organization_id = $1::uuid and id > $2::uuid and id < $3::uuid and ${WANTED}
  order by id ${direction} limit $4::int`;

/** What several walks found, put in order. */
const merge = (direction: Direction, walks: string) => `
  select id from (${walks}) found order by id ${direction} limit $4::int`;

const STATEMENTS: Readonly<Record<Finder, (direction: Direction) => string>> = {
  /** Index: delivery_organization_id_id_idx. Also for completed imports, which are most of all. */
  all: (direction) => merge(direction, walk(direction, [])),

  /** The few events of an import, with their deliveries. Indexes: those of `import`, `event`, and delivery_event_id_idx. */
  import: (direction) =>
    gather(
      direction,
      `select delivery.* from (
        select id from import where organization_id = $1::uuid and import_id = $10::text limit 1
      ) reported
      cross join lateral (select id from event where import_row_id = reported.id limit 3) event
      cross join lateral (select * from delivery where event_id = event.id) delivery`,
    ),

  /** Index: delivery_replay_page_idx. */
  replay: (direction) => merge(direction, walk(direction, [['replay_id', '$11::uuid']], 'replay_id is not null')),

  /** Index: delivery_organization_id_webhook_id_id_idx. */
  webhook: (direction) => merge(direction, walk(direction, [['webhook_id', '$6::uuid']])),

  /** Index: delivery_webhook_error_idx. Failed deliveries have an error, too: `$8` lists all codes for them. */
  webhookErrors: (direction) =>
    merge(
      direction,
      `select walked.id from unnest($8::text[]) as wanted (code)
      cross join lateral ${walk(
        direction,
        [
          ['webhook_id', '$6::uuid'],
          ['last_error_code', 'wanted.code'],
        ],
        'last_error_code is not null and webhook_id is not null',
      )} walked`,
    ),

  /** What waits for one webhook, which has a lane to itself: all of it is gathered. Index: delivery_due_idx. */
  webhookPending: (direction) =>
    gather(
      direction,
      `select * from delivery
      where status = 'PENDING'
        and destination_id = (select destination_id from webhook where id = $6::uuid and organization_id = $1::uuid)`,
    ),

  /** Index: delivery_error_idx. */
  errors: (direction) =>
    merge(
      direction,
      `select walked.id from unnest($8::text[]) as wanted (code)
      cross join lateral ${walk(direction, [['last_error_code', 'wanted.code']], 'last_error_code is not null')} walked`,
    ),

  /** Index: delivery_response_idx. */
  responses: (direction) =>
    merge(
      direction,
      `select walked.id from unnest($9::int[]) as wanted (code)
      cross join lateral ${walkAnswers(direction, 'wanted.code')} walked`,
    ),

  /** Indexes: delivery_status_idx, and delivery_response_idx for what is delivered, which means an answer of 2xx. */
  statuses: (direction) =>
    merge(
      direction,
      `select walked.id from unnest($5::text[]) as wanted (status)
      cross join lateral ${walk(direction, [['status', 'wanted.status::"DeliveryStatus"']], `status <> 'DELIVERED'`)} walked
      union all
      select walked.id from generate_series(200, 299) as answer (code)
      cross join lateral ${walkAnswers(direction, 'answer.code', `status = 'DELIVERED'`)} walked
      where 'DELIVERED' = any ($5::text[])`,
    ),

  /** Index: delivery_event_type_idx. Not for completed imports. */
  eventTypes: (direction) =>
    merge(
      direction,
      `select walked.id from unnest($7::text[]) as wanted (type)
      cross join lateral ${walk(
        direction,
        [['event_type', 'wanted.type::"EventType"']],
        `event_type <> 'IMPORT_COMPLETED'`,
      )} walked`,
    ),
};

function walkAnswers(direction: Direction, code: string, also?: string): string {
  return walk(direction, [['last_response_status', code]], 'last_response_status is not null', also);
}

/** The statement of a finder, one for each direction. */
export const FIND_DELIVERIES = Object.fromEntries(
  FINDERS.map((finder) => [finder, { desc: STATEMENTS[finder]('desc'), asc: STATEMENTS[finder]('asc') }]),
) as Readonly<Record<Finder, Readonly<Record<Direction, string>>>>; // one per finder, which `fromEntries` forgets
