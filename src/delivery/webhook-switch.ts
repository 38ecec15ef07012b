/** Switching a webhook off and on, with what that means for its deliveries. */

import { HoldReason, type Webhook } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { findWebhook, lockWebhook } from '../webhook/webhook.ts';
import { dueHint } from './due.ts';
import { DISABLED_UNTIL } from './health.ts';
import { APPEND_ENTRIES, entriesFor } from './log-append.sql.ts';

type Deps = Pick<App, 'db' | 'clock' | 'signals'>;

/**
 * Stops deliveries to a webhook and keeps new imports from matching it. Deliveries already leased may make one more
 * attempt; those that wait go on when it is enabled again. Disabling twice keeps the first time and the first reason.
 * When deliveries wait, the delivery log says so, by the one that is due first.
 *
 * @throws {WebhookNotFoundError}
 */
export async function disableWebhook(
  { db, clock, signals }: Deps,
  organizationId: string,
  id: string,
  reason: string,
): Promise<Webhook> {
  const now = clock.now();
  const webhook = await db.prisma.$transaction(async (transaction) => {
    await lockWebhook(transaction, organizationId, id);
    const [disabled] = await transaction.webhook.updateManyAndReturn({
      where: { id, organizationId, deletedAt: null, enabled: true },
      data: { enabled: false, disabledReason: reason, disabledAt: now, updatedAt: now },
    });
    if (!disabled) return await findWebhook(transaction, organizationId, id);
    await transaction.destination.update({
      where: { id: disabled.destinationId },
      data: { holdUntil: new Date(DISABLED_UNTIL), holdReason: HoldReason.DISABLED },
    });
    await transaction.$executeRawUnsafe(LOG_SWITCH, disabled.destinationId, 'HELD', reason);
    return disabled;
  });
  signals.emit('log.appended', [organizationId]);
  return webhook;
}

/**
 * Lets a webhook match imports again, and what waited for it go on when it is due: if the destination had been failing,
 * with one attempt at first and more with each success. When deliveries wait, the delivery log says so, by the one that
 * is due first.
 *
 * @throws {WebhookNotFoundError}
 */
export async function enableWebhook(
  { db, clock, signals }: Deps,
  organizationId: string,
  id: string,
): Promise<Webhook> {
  const webhook = await db.prisma.$transaction(async (transaction) => {
    await lockWebhook(transaction, organizationId, id);
    const [enabled] = await transaction.webhook.updateManyAndReturn({
      where: { id, organizationId, deletedAt: null, enabled: false },
      data: { enabled: true, disabledReason: null, disabledAt: null, updatedAt: clock.now() },
    });
    if (!enabled) return await findWebhook(transaction, organizationId, id);
    const where = { id: enabled.destinationId };
    await transaction.destination.update({ where, data: NOT_HELD });
    await transaction.destination.updateMany({
      where: { ...where, failingSince: { not: null } },
      data: { failingSince: null, recoveryConcurrency: 1 },
    });
    await transaction.$executeRawUnsafe(LOG_SWITCH, enabled.destinationId, 'RESUMED', 'The webhook was enabled.');
    return enabled;
  });
  signals.emit('destination.due', [dueHint(webhook)]);
  signals.emit('log.appended', [organizationId]);
  return webhook;
}

const NOT_HELD = { holdUntil: null, holdReason: null, openings: 0, windowStartedAt: null };

/** Index: delivery_due_idx. */
const LOG_SWITCH = `${APPEND_ENTRIES} ${entriesFor(
  `delivery where destination_id = $1::uuid and status = 'PENDING' order by delivery.next_attempt_at limit 1`,
  { kind: '$2', reason: '$3' },
)}`;
