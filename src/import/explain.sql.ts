/** What `explainImport` reads. */

/**
 * The latest event of the import `$2` (the importer's own id) of organization `$1`, or its event of the type `$3`, with
 * what the import says of itself now. Indexes: those of `import` and `event` by which reports find them.
 */
export const FIND_EXPLAINED = `
select
  import.development_mode as "developmentMode", import.import_identifier as "importIdentifier",
  import.saved_schema_id as "savedSchemaId", event.id as "eventId", event.type::text as type,
  event.created_at as "happenedAt", event.is_latest as "isLatest",
  (
    select delivery.id from delivery
    where delivery.event_id = event.id and delivery.organization_id = $1::uuid and webhook_id is null and not is_test
    order by delivery.id limit 1
  ) as "basicDeliveryId"
from (select * from import where organization_id = $1::uuid and import_id = $2 limit 1) import
cross join lateral (
  select happened.*, row_number() over (order by happened.id desc) = 1 as is_latest from event happened
  where happened.import_row_id = import.id and happened.organization_id = $1::uuid
) event
where $3::text is null or event.type::text = $3
order by event.id desc
limit 1`;

/**
 * For webhooks of organization `$1` that are not deleted, with ids between `$2` and `$3`, `$4` of them: the delivery of the
 * event `$5`, and what publishing looks at (see `PUBLISH_HAPPENED`) as it is now, against the type `$6`, the mode `$7`, the import
 * identifier `$8`, the saved schema `$9` and the time `$10` of the event.
 *
 * Cost: a page of `webhook (organization_id, id)`; two look-ups per webhook by the primary keys of its lists; and one
 * scan of the event's deliveries by delivery_event_id_idx, as many as webhooks fired for it.
 */
const EXPLAIN_WEBHOOKS = (direction: 'asc' | 'desc') => `
with page as materialized (
  select * from webhook
  where organization_id = any (array[$1::uuid]) and id > $2::uuid and id < $3::uuid
    and deleted_at is null
  order by organization_id ${direction}, id ${direction}
  limit $4::int
),
fired as materialized (
  select coalesce(jsonb_object_agg(webhook_id, delivery.id order by delivery.id desc), '{}') as deliveries
  from delivery
  where event_id = $5::uuid and organization_id = $1::uuid and not is_test
    and webhook_id = any (array (select id from page))
)
select
  page.id,
  (fired.deliveries ->> page.id::text)::uuid as "deliveryId",
  page.created_at > $10::timestamptz as "isNewer",
  page.updated_at > $10::timestamptz as "hasChanged",
  page.enabled as "isEnabled",
  page.development_mode as "developmentMode",
  $6::"EventType" = any (page.events) as "isListening",
  exists (
    select from webhook_import_identifier where webhook_id = page.id and import_identifier = $8::text
  ) or exists (
    select from webhook_saved_schema where webhook_id = page.id and saved_schema_id = $9::uuid
  ) as "isNamed",
  page.development_mode <> $7::boolean as "isOfOtherMode"
from page cross join fired
order by page.id desc`;

/** The statement for each direction in which a page is read. */
export const EXPLAIN_WEBHOOKS_IN = { asc: EXPLAIN_WEBHOOKS('asc'), desc: EXPLAIN_WEBHOOKS('desc') } as const;
