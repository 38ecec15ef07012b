/** Reporting imports: one statement that accepts them, one that explains why it did not. */

import { PUBLISH_HAPPENED } from '../delivery/publish.sql.ts';

/**
 * Accepts the reports `$2` (JSON, see `TracedRow`) of organization `$1`: moves each import on where its state allows
 * it, and publishes what happened, all in this one statement. Answers one row per accepted report.
 *
 * The row of the import is the lock: of fifty equal reports at once, one moves it, and the others, who waited for the
 * first to commit, find it moved and are not among the answers. Nor is a report that waited for the import's first one:
 * its snapshot does not show that event, so it could not supersede its deliveries; it must be made again. Rows are taken in the order of the importer's ids, so
 * two batches with the same imports cannot deadlock.
 *
 * Cost: the unique index of `import`, then what `PUBLISH_HAPPENED` costs. What belongs together is found in maps by key:
 * the hot path makes no hash joins, and comparing 500 reports with 500 imports took twice as long as storing them.
 */
export const ACCEPT_REPORTS = `
with report as (
  select * from json_to_recordset($2::json) as report (
    import_row_id uuid, event_id uuid, import_id text, status "ImportStatus", type "EventType", import_type "ImportType",
    filename text, development_mode boolean, import_identifier text, saved_schema_id uuid, num_data_rows int,
    has_data boolean, "user" text, user_id text, review_url text, original_file_download text, body text, content_hash text,
    basic_url text, basic_origin text, basic_body text, traceparent text
  )
),
moved as (
  insert into import (
    id, organization_id, import_id, status, import_type, filename, development_mode, import_identifier, saved_schema_id,
    num_data_rows, has_data, "user", user_id, review_url, original_file_download, created_at, updated_at
  )
  select
    import_row_id, $1::uuid, import_id, status, import_type, filename, development_mode, import_identifier,
    saved_schema_id, num_data_rows, has_data, "user", user_id, review_url, original_file_download, now(), now()
  from report
  order by import_id
  on conflict (organization_id, import_id) do update set
    status = excluded.status,
    import_type = excluded.import_type,
    filename = excluded.filename,
    development_mode = excluded.development_mode,
    import_identifier = excluded.import_identifier,
    saved_schema_id = excluded.saved_schema_id,
    num_data_rows = excluded.num_data_rows,
    has_data = excluded.has_data,
    "user" = excluded."user",
    user_id = excluded.user_id,
    review_url = excluded.review_url,
    original_file_download = excluded.original_file_download,
    updated_at = excluded.updated_at,
    erased_at = null
  where import.status = 'NEEDS_REVIEW' and excluded.status <> 'NEEDS_REVIEW'
    and exists (select from event where event.import_row_id = import.id)
  returning id, import_id
),
imported as materialized (
  select jsonb_object_agg(import_id, id) as ids from moved
),
happened as (
  select
    report.event_id, $1::uuid as organization_id, (imported.ids ->> report.import_id)::uuid as import_row_id, report.import_id,
    report.type, report.body, decode(report.content_hash, 'hex') as content_hash, report.development_mode,
    report.import_identifier, report.saved_schema_id, report.basic_url, report.basic_origin, report.basic_body,
    (imported.ids ->> report.import_id)::uuid <> report.import_row_id as moves_on, report.traceparent
  from report cross join imported
  where imported.ids ? report.import_id
),
${PUBLISH_HAPPENED},
addressee as materialized (
  select jsonb_object_agg(event_id, ids) as ids
  from (select event_id, jsonb_agg(destination_id) as ids from scheduled group by event_id) scheduled
)
select
  happened.event_id as "eventId",
  happened.import_row_id as "importRowId",
  now() as "createdAt",
  coalesce(addressee.ids -> happened.event_id::text, '[]') as "destinationIds"
from happened cross join addressee`;

/**
 * What organization `$1` has of the imports `$2`: their state, and their event of the type `$3` at the same place of
 * the list, if there is one.
 */
export const FIND_REPORTED = `
select
  asked.import_id as "importId",
  import.status::text as status,
  event.id as "eventId",
  event.type::text as type,
  event.import_row_id as "importRowId",
  event.body,
  event.body_sha256 as "bodySha256",
  event.created_at as "createdAt",
  event.erased_at as "erasedAt",
  encode(event.content_hash, 'hex') as "contentHash",
  event.traceparent,
  (select count(*)::int from delivery where delivery.event_id = event.id) as deliveries
from unnest($2::text[], $3::text[]) as asked (import_id, type)
cross join lateral (
  select id, status from import where organization_id = $1::uuid and import.import_id = asked.import_id limit 1
) import
left join lateral (
  select * from event where import_row_id = import.id and type = asked.type::"EventType" limit 1
) event on true`;
