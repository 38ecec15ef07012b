/** Counting, digesting and listing what went to one place in a window of time. */

import type { Statement } from '../database/database.ts';

/** Deliveries walked at most; beyond that the window has to be made smaller. */
export const MOST_WALKED = 1_000_000;

/** Where deliveries went: a managed webhook, or the destination of a basic webhook's origin. */
export type Place = 'webhook' | 'destination';

/**
 * Deliveries of organization `$1` to the place `$2` whose own ids are from `$3` to before `$4`, of those the ones of
 * events whose ids are from `$5` to before `$6`. Index: organization_id, webhook_id, id; for a basic webhook's origin
 * organization_id, id, so that everything that the organization sent meanwhile is walked past.
 */
const windowOf = (place: Place): string => `
walked as materialized (
  select id, event_id, status, ${place}_id as place_id from delivery
  where organization_id = $1::uuid and id >= $3::uuid and id < $4::uuid
    ${place === 'webhook' ? 'and webhook_id = $2::uuid' : ''}
  order by ${place === 'webhook' ? 'organization_id, webhook_id, id' : 'organization_id, id'}
  limit ${MOST_WALKED + 1}
),
windowed as (
  select id, event_id, status from walked where place_id = $2::uuid and event_id >= $5::uuid and event_id < $6::uuid
)`;

/** The Unix milliseconds in an id. */
const MILLISECONDS = `('x' || left(event_id::text, 8) || substr(event_id::text, 10, 4))::bit(48)::bigint`;

/**
 * The window, cut into `$9` buckets from `$7` to `$8`, in Unix milliseconds: how many events each has, how many of them
 * were delivered, and the digest of those; the row without a bucket is for all of them. There is no row for a bucket
 * that has nothing. UUIDs sort as their texts do.
 */
export const digestWindow = (place: Place): Statement => `
with ${windowOf(place)},
placed as (
  select *, ((${MILLISECONDS} - $7::bigint) * $9::bigint / ($8::bigint - $7::bigint))::int as bucket from windowed
)
select
  bucket,
  count(*)::int as events,
  count(*) filter (where status = 'DELIVERED')::int as delivered,
  encode(sha256(convert_to(coalesce(string_agg(
    'evt_' || replace(event_id::text, '-', ''), chr(10) order by event_id
  ) filter (where status = 'DELIVERED'), ''), 'UTF8')), 'hex') as digest,
  (select count(*)::int from walked) as walked
from placed
group by grouping sets ((bucket), ())`;

/** The first `$8` of the window's events after the id `$7`, in the order of their ids. */
export const listWindow = (place: Place): Statement => `
with ${windowOf(place)}
select id as "deliveryId", event_id as "eventId", status::text as status from windowed
where event_id > $7::uuid
order by event_id
limit $8`;
