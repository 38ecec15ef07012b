/** Erasing what is personal in imports and in their events. */

/** The import `$2`, by the importer's own id, of organization `$1`. Index: organization_id, import_id. */
export const FIND_IMPORT = `select id from import where organization_id = $1 and import_id = $2`;

/**
 * At most `$3` imports of the user `$2`, by the importer's own id, of organization `$1`. Those that were erased name
 * nobody. Index: import_user_idx, by the id's hash.
 */
export const FIND_IMPORTS_OF_USER = `
select id from import
where organization_id = $1 and hashtextextended(user_id, 0) = hashtextextended($2::text, 0) and user_id = $2::text
limit $3`;

/** Events of the imports `$2` of organization `$1`: at most three of each. Index: import_row_id. */
export const FIND_EVENTS = `
select event.id
from unnest($2::uuid[]) as asked (import_row_id)
cross join lateral (
  select id from event where event.import_row_id = asked.import_row_id and organization_id = $1::uuid limit 3
) event`;

/** Locks the imports `$2` of organization `$1`, in the order in which reports lock them: no event can be added. */
export const LOCK_IMPORTS = `
select id from import where organization_id = $1 and id = any ($2::uuid[]) order by import_id for update`;

/**
 * Erases the imports `$1` and their events, none of which has a delivery left that could still be made: bodies leave
 * their hashes behind. What was erased before keeps its time. Look-ups by primary key, and by import_row_id.
 */
export const ERASE_IMPORTS = `
with bodies as (
  update event set body = '', body_sha256 = sha256(convert_to(body, 'UTF8')), erased_at = now()
  where import_row_id = any ($1::uuid[]) and erased_at is null
  returning id
),
imports as (
  update import
  set filename = null, "user" = null, user_id = null, review_url = null, original_file_download = null, erased_at = now()
  where id = any ($1::uuid[]) and erased_at is null
  returning id
)
select (select count(*)::int from imports) as imports, (select count(*)::int from bodies) as events`;
