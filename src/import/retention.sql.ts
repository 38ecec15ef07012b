/** Removing imports that are older than they are kept. */

import type { Removal } from '../delivery/retention.sql.ts';

/**
 * Imports with all of their events, once none of these has a delivery left. The row of the import is the lock, as for a
 * report: one that comes at the same moment either keeps it, or finds it gone and makes a new one. An import without its
 * events would be one that no report can move on.
 *
 * Cost: for each row walked a step in the primary key, for each one removed look-ups of its few events in two indexes.
 */
export const IMPORTS: Removal = {
  walk: `
    select id, updated_at < $3::timestamptz as "isOld" from import
    where id > $1::uuid and id < $2::uuid
    order by id
    limit $4`,
  lock: `
    select id from import where id = any ($1::uuid[]) and updated_at < $2::timestamptz
    order by import_id
    for update skip locked`,
  remove: `
    with gone as materialized (
      select import.id from import
      where import.id = any ($1::uuid[])
        and (
          select true
          from (select id from event where event.import_row_id = import.id limit 3) event
          cross join lateral (select id from delivery where delivery.event_id = event.id limit 1) delivery
          limit 1
        ) is null
    ),
    events as (delete from event where import_row_id = any (array (select id from gone)))
    delete from import where id = any (array (select id from gone)) returning id`,
};
