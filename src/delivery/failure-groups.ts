/** Failures by cause: what is going wrong, for how many, since when. */

import type { App } from '../app.ts';
import { AFTER_ALL_IDS, idBoundary } from '../lib/id.ts';
import { FINDING_SETTINGS } from './find.sql.ts';
import { ERROR_CODES, type ErrorCode } from './outcome.ts';

/** Deliveries that are pending or failed, whose last attempts failed for the same reason. */
export interface FailureGroup {
  readonly errorCode: ErrorCode;
  /** Null unless the error is the response's status. */
  readonly responseStatus: number | null;
  readonly deliveries: number;
  /** Of these, how many will be attempted again. */
  readonly pending: number;
  /** Managed webhooks that they go to. */
  readonly webhooks: number;
  /** Origins of basic webhooks that they go to. */
  readonly basicOrigins: number;
  /** When the oldest of them was scheduled. */
  readonly since: Date;
  /** When the newest of them was scheduled. */
  readonly latest: Date;
}

/** What is looked at when nobody says from when on. */
const USUAL_WINDOW_MS = 86_400_000;

/** Which failures: scheduled in this time, by their ids; without `from` on the last day. */
export interface FailureWindow {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** The time that a window means, of which `to` may be open. */
export function failureWindow({ clock }: Pick<App, 'clock'>, { from, to }: FailureWindow) {
  return { from: from ?? new Date((to ?? clock.now()).getTime() - USUAL_WINDOW_MS), to };
}

/**
 * The `most` largest groups of an organization, the largest first.
 *
 * Costs a scan of the failures that were scheduled in the window, in the index alone where the table is vacuumed; what
 * succeeded costs nothing.
 */
export async function groupFailures(
  app: Pick<App, 'db' | 'clock'>,
  organizationId: string,
  window: FailureWindow,
  most: number,
): Promise<FailureGroup[]> {
  const { from, to } = failureWindow(app, window);
  const ids = [idBoundary(from), to ? idBoundary(to) : AFTER_ALL_IDS];
  return await app.db.reads.transaction(async (sql) => {
    await sql.query(FINDING_SETTINGS);
    const parameters = [organizationId, Object.keys(ERROR_CODES), ...ids, most, BY_STATUS];
    return await sql.query<FailureGroup>(GROUP_FAILURES, parameters);
  });
}

/** The errors that are what the receiver answered; with the others, a status is not the reason. */
const BY_STATUS: readonly ErrorCode[] = ['HTTP_STATUS', 'REDIRECT'];

/** "312 deliveries to 4 webhooks failed: …", for people. */
export function describeFailures(group: FailureGroup): string {
  const { deliveries, pending, webhooks, basicOrigins, since, responseStatus, errorCode } = group;
  const receivers = [
    ...(webhooks > 0 ? [plural(webhooks, 'webhook')] : []),
    ...(basicOrigins > 0 ? [`${plural(basicOrigins, 'origin')} of basic webhooks`] : []),
  ].join(' and ');
  const waiting = pending > 0 ? `; ${pending} will be attempted again` : '';
  const cause = describeCause({ errorCode, responseStatus });
  return `${plural(deliveries, 'delivery', 'deliveries')} to ${receivers}, scheduled since ${since.toISOString()}${waiting}. ${cause}`;
}

/** Why they failed, in a sentence. */
export function describeCause({ errorCode, responseStatus }: Pick<FailureGroup, 'errorCode' | 'responseStatus'>) {
  return responseStatus === null ? ERROR_CODES[errorCode] : `The receiver answered ${responseStatus}.`;
}

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/**
 * The failures of organization `$1` between the ids `$3` and `$4`, for the reasons `$2`, by reason and for `$6` by status of
 * the response; the `$5` largest groups.
 *
 * They are counted per destination first, so that destinations need not be told apart row by row. Ids are compared as text,
 * since a minimum of UUIDs came with PostgreSQL 18.
 *
 * Index: delivery_error_idx, which has all that is counted; one range per reason, as in `find.sql.ts`. Then a look-up per destination and reason.
 */
export const GROUP_FAILURES = `
with lane as (
  select
    wanted.code, failing.answer, failing.destination_id,
    count(*) as deliveries, count(*) filter (where failing.status = 'PENDING') as pending,
    min(failing.id::text collate "C") as oldest_id, max(failing.id::text collate "C") as newest_id
  from unnest($2::text[]) as wanted (code)
  cross join lateral (
    select id, status, destination_id, case when last_error_code = any ($6::text[]) then last_response_status end as answer
    from delivery
    where organization_id = any (array[$1::uuid]) and last_error_code = wanted.code and id > $3::uuid and id < $4::uuid
      and last_error_code is not null and status in ('PENDING', 'FAILED')
    order by organization_id, id
    offset 0
  ) failing
  group by wanted.code, failing.answer, failing.destination_id
),
grouped as (
  select
    code, answer, sum(deliveries)::int as deliveries, sum(pending)::int as pending,
    (count(*) filter (where destination.origin is null))::int as webhooks, count(destination.origin)::int as origins,
    min(oldest_id) as oldest_id, max(newest_id) as newest_id
  from lane
  left join lateral (select origin from destination where destination.id = lane.destination_id limit 1) destination on true
  group by code, answer
  order by deliveries desc, code, answer
  limit $5::int
)
select
  code as "errorCode", answer as "responseStatus", deliveries, pending, webhooks, origins as "basicOrigins",
  oldest.created_at as since, newest.created_at as latest
from grouped
cross join lateral (select created_at from delivery where id = oldest_id::uuid limit 1) oldest
cross join lateral (select created_at from delivery where id = newest_id::uuid limit 1) newest
order by deliveries desc, code, answer`;
