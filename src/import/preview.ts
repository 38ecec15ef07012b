/** What a webhook would have fired for. */

import type { App } from '../app.ts';
import type { ListeningInput } from '../webhook/webhook-input.ts';

/** Most of the latest imports that are looked at, and how many when nobody says. */
export const PREVIEWED_IMPORTS = { most: 1_000, usual: 100 } as const;

/** Which of the latest imports such a webhook would have fired for. */
export interface WebhookPreview {
  /** How many imports were looked at. */
  readonly considered: number;
  /** For how many of them it would have fired. */
  readonly matched: number;
  /** How many deliveries that would have been: an import may have several events. */
  readonly deliveries: number;
  /** Those imports, newest first, at most as many as were asked for; by the ids of their rows. */
  readonly importRowIds: readonly string[];
}

/**
 * Looks at the `last` imports by what was last reported of them, with the rule by which publishing matches.
 *
 * Costs `last` rows and the events of those that match, however many imports there are.
 */
export async function previewWebhook(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  { developmentMode, importIdentifiers, savedSchemaIds, events }: ListeningInput,
  { last, shown }: { last: number; shown: number },
): Promise<WebhookPreview> {
  const [preview] = await db.reads.query<WebhookPreview>(PREVIEW, [
    organizationId,
    last,
    developmentMode,
    importIdentifiers,
    savedSchemaIds,
    events,
    shown,
  ]);
  if (!preview) throw new Error('the preview got no answer');
  return preview;
}

/**
 * Of the latest `$2` imports of organization `$1`, those of the mode `$3` that are named by the identifiers `$4` or the saved
 * schemas `$5`, to which one of `$6` happened; `$7` of them by id. How
 * they are walked is said in `find.sql.ts`. Indexes: import (organization_id, id), event (import_row_id).
 */
const PREVIEW = `
with recent as materialized (
  select * from (
    select id, development_mode, import_identifier, saved_schema_id from import
    where organization_id = any (array[$1::uuid])
    order by organization_id desc, id desc
    limit ${PREVIEWED_IMPORTS.most}
  ) latest
  limit $2::int
),
matched as materialized (
  select recent.id, happened.events
  from recent
  cross join lateral (
    select count(*)::int as events from event
    where event.import_row_id = recent.id and event.type::text = any ($6::text[])
  ) happened
  where development_mode = $3::boolean
    and (import_identifier = any ($4::text[]) or saved_schema_id = any ($5::uuid[]))
    and happened.events > 0
)
select
  (select count(*)::int from recent) as considered,
  (select count(*)::int from matched) as matched,
  (select coalesce(sum(events), 0)::int from matched) as deliveries,
  (
    select coalesce(json_agg(id), '[]') from (select id from matched order by id desc limit $7::int) shown
  ) as "importRowIds"`;
