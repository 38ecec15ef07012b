/** Appending to the delivery log, as a part of the statements that change deliveries. */

import type { DeliveryLogKind } from '../../prisma/client/client.ts';

/** What an entry says beside which delivery it is about; SQL expressions over the rows that it is appended for. */
interface Entry {
  readonly kind: DeliveryLogKind | `$${number}`;
  readonly nextAttemptAt?: string;
  readonly reason?: string;
  readonly replayId?: string;
}

/** What {@link entriesFor} selects is inserted by this, several of them by way of `union all`, in that order. */
export const APPEND_ENTRIES = `
  insert into delivery_log_entry (
    organization_id, at, kind, delivery_id, delivery_status, destination_id, webhook_id, event_id, event_type, import_id,
    is_test, next_attempt_at, reason, replay_id
  )`;

/**
 * An entry for each row of `rows`: a relation, or one with its conditions, whose rows are those of `delivery` as they
 * have just become.
 */
export function entriesFor(
  rows: string,
  { kind, nextAttemptAt = 'null', reason = 'null', replayId = 'null' }: Entry,
): string {
  return `
  select
    organization_id, now(), ${kind.startsWith('$') ? kind : `'${kind}'`}::"DeliveryLogKind", id, status, destination_id,
    webhook_id, event_id, event_type, import_id, is_test, ${nextAttemptAt}::timestamptz, ${reason}::text,
    ${replayId}::uuid
  from ${rows}`;
}
