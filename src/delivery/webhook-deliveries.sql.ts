/** Finding the latest deliveries of each of several webhooks. */

import { PAGE_SIZE } from '../graphql/connection.ts';
import type { Direction } from './find.sql.ts';

/** Most ids that are read of one webhook: what the planner must know to trust in the end of the walk. */
const PAGE = PAGE_SIZE.most + 1;

/**
 * The ids of a page for each of the webhooks `$5`: `$4` of those of organization `$1` that lie between the ids `$2` and `$3`.
 * A walk for each along delivery_organization_id_webhook_id_id_idx, which ends with the page; as in `find.sql.ts`, the
 * settings of which it needs. Without the organization there would be no index, and all deliveries would be read.
 */
function findOfWebhooks(direction: Direction): string {
  return `
  select page.id from unnest($5::uuid[]) as wanted (id)
  cross join lateral (
    select id from (
      select id from delivery
      where organization_id = any (array[$1::uuid]) and webhook_id = wanted.id and id > $2::uuid and id < $3::uuid
      order by organization_id ${direction}, id ${direction}
      limit ${PAGE}
    ) walked
    limit $4::int
  ) page`;
}

/** The statement, one for each direction. */
export const FIND_DELIVERIES_OF_WEBHOOKS: Readonly<Record<Direction, string>> = {
  desc: findOfWebhooks('desc'),
  asc: findOfWebhooks('asc'),
};
