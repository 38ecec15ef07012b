/** Manual work on deliveries: somebody asks for one again, or calls one off. */

import type { Delivery, DeliveryStatus } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { DomainError } from '../errors.ts';
import { dueHint } from './due.ts';
import { CANCEL, FIND_OBSTACLES, LOCK_DELIVERY, REDELIVER } from './manual.sql.ts';

/** The organization has no such delivery; another's looks the same. */
export class DeliveryNotFoundError extends DomainError {
  readonly code = 'DELIVERY_NOT_FOUND';

  constructor() {
    super('There is no such delivery in this organization. `deliveries` lists those that there are.');
  }
}

/** An attempt is being made at this moment, so a second one beside it would only be a duplicate. */
export class DeliveryUnderWayError extends DomainError {
  readonly code = 'DELIVERY_UNDER_WAY';

  constructor() {
    super('An attempt of this delivery is being made right now. Wait for its outcome, then try again if it failed.');
  }
}

/** Its webhook gets nothing. */
export class DeliveryBlockedError extends DomainError {
  readonly code = 'DELIVERY_BLOCKED';

  constructor(webhookIs: 'disabled' | 'deleted') {
    super(
      webhookIs === 'disabled'
        ? 'The webhook of this delivery is disabled. Enable it with `enableWebhook`, then try again.'
        : 'The webhook of this delivery was deleted, and its URL with it. A new webhook gets the imports that are reported from then on.',
    );
  }
}

/** The import has moved on, and receivers are not told old news after new. */
export class DeliverySupersededError extends DomainError {
  readonly code = 'DELIVERY_SUPERSEDED';

  constructor() {
    super('A later event of the same import has taken its place. Ask for the delivery of that event instead.');
  }
}

/** Its body is gone. */
export class DeliveryErasedError extends DomainError {
  readonly code = 'DELIVERY_ERASED';

  constructor() {
    super('What this delivery carried was erased, so there is nothing left to deliver.');
  }
}

/** There is nothing left to cancel. */
export class DeliveryNotPendingError extends DomainError {
  readonly code = 'DELIVERY_NOT_PENDING';

  constructor(status: DeliveryStatus) {
    super(`This delivery is ${status} already. Only a delivery that is PENDING can be cancelled.`);
  }
}

/** Which delivery, and who asks, as a sentence for the log. */
export interface ManualWork {
  readonly deliveryId: string;
  readonly reason: string;
}

type Deps = Pick<App, 'db' | 'signals'>;

/**
 * Makes a delivery due at once, under the same event id and with attempt numbers that go on. One that was delivered,
 * given up or cancelled begins its retry schedule anew; of one that waits for a retry, this attempt takes that retry's
 * place and what is left of the schedule stays. A destination that is held still gets nothing before the hold ends.
 *
 * One transaction under the delivery's lock, so it comes before or after a lease, a settlement or a cancellation, never
 * in between. Of two at once both are in the log; the second finds the delivery pending and due, and leaves it so. A
 * webhook that is disabled or deleted at the same moment may be found as it was: the delivery then waits, or is
 * cancelled when its turn comes, as when it had been asked for just before.
 *
 * @returns the delivery as it is after the commit, which may be some steps on.
 * @throws {DeliveryNotFoundError} @throws {DeliveryErasedError} @throws {DeliverySupersededError}
 * @throws {DeliveryBlockedError} @throws {DeliveryUnderWayError}
 */
export async function redeliver(
  { db, signals }: Deps,
  organizationId: string,
  { deliveryId, reason }: ManualWork,
): Promise<Delivery> {
  const { destinationId } = await db.transaction(async (sql) => {
    const locked = await lockDelivery(sql, organizationId, deliveryId);
    await refuseObstacles(sql, deliveryId, locked);
    await sql.query(REDELIVER, [deliveryId, reason]);
    return locked;
  });
  signals.emit('destination.due', [dueHint({ organizationId, destinationId })]);
  signals.emit('log.appended', [organizationId]);
  return await db.prisma.delivery.findUniqueOrThrow({ where: { id: deliveryId } });
}

/**
 * Cancels a delivery that is pending. An attempt under way is not cut off: it may still arrive, and is then recorded as
 * one that changed nothing.
 *
 * One transaction under the delivery's lock: a settlement at the same moment either comes first, and there may be
 * nothing left to cancel, or it finds its lease gone.
 *
 * @returns the delivery as it is after the commit.
 * @throws {DeliveryNotFoundError} @throws {DeliveryNotPendingError}
 */
export async function cancelDelivery(
  { db, signals }: Deps,
  organizationId: string,
  { deliveryId, reason }: ManualWork,
): Promise<Delivery> {
  await db.transaction(async (sql) => {
    const { status } = await lockDelivery(sql, organizationId, deliveryId);
    if (status !== 'PENDING') throw new DeliveryNotPendingError(status);
    await sql.query(CANCEL, [deliveryId, reason]);
  });
  signals.emit('log.appended', [organizationId]);
  return await db.prisma.delivery.findUniqueOrThrow({ where: { id: deliveryId } });
}

/** Where a delivery stands while its row is locked. */
interface LockedDelivery {
  readonly destinationId: string;
  readonly status: DeliveryStatus;
  /** A dispatcher has a lease on it that has not ended. */
  readonly isUnderWay: boolean;
  readonly isErased: boolean;
}

async function lockDelivery(sql: Sql, organizationId: string, id: string): Promise<LockedDelivery> {
  const [locked] = await sql.query<LockedDelivery>(LOCK_DELIVERY, [id, organizationId]);
  if (!locked) throw new DeliveryNotFoundError();
  return locked;
}

interface Obstacles {
  readonly isWebhookDeleted: boolean;
  readonly isWebhookDisabled: boolean;
  /** A later event has taken the place of this one. */
  readonly isOvertaken: boolean;
}

async function refuseObstacles(sql: Sql, id: string, { status, isUnderWay, isErased }: LockedDelivery): Promise<void> {
  if (isErased) throw new DeliveryErasedError();
  const [found] = await sql.query<Obstacles>(FIND_OBSTACLES, [id]);
  if (status === 'SUPERSEDED' || found?.isOvertaken) throw new DeliverySupersededError();
  if (found?.isWebhookDeleted) throw new DeliveryBlockedError('deleted');
  if (found?.isWebhookDisabled) throw new DeliveryBlockedError('disabled');
  if (isUnderWay) throw new DeliveryUnderWayError();
}
