/** What operators do to a delivery by hand: have it made again, or call it off. */

import type { Delivery, DeliveryStatus } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { DomainError } from '../errors.ts';
import { CANCEL_DELIVERY, LOCK_DELIVERY, REDELIVER } from './manual.sql.ts';

/** The organization has no such delivery; another's looks the same. */
export class DeliveryNotFoundError extends DomainError {
  readonly code = 'DELIVERY_NOT_FOUND';

  constructor() {
    super('There is no such delivery in this organization. `deliveries` lists those that there are.');
  }
}

/** It has come to its end already. */
export class DeliveryNotPendingError extends DomainError {
  readonly code = 'DELIVERY_NOT_PENDING';

  constructor(status: DeliveryStatus) {
    super(`The delivery is ${status} already; only a PENDING one can be cancelled.`);
  }
}

/** A request is under way at this moment. */
export class DeliveryUnderWayError extends DomainError {
  readonly code = 'DELIVERY_UNDER_WAY';

  constructor() {
    super('An attempt is under way at this moment. Its outcome is in the delivery log within seconds; decide then.');
  }
}

/** Where it would go gets nothing. */
export class DeliveryBlockedError extends DomainError {
  readonly code = 'DELIVERY_BLOCKED';

  constructor(reason: 'DISABLED' | 'DELETED') {
    super(
      reason === 'DISABLED'
        ? 'The webhook is disabled. Enable it with `enableWebhook`, then try again.'
        : 'The webhook was deleted; there is nowhere to deliver to.',
    );
  }
}

interface LockedDelivery {
  readonly status: DeliveryStatus;
  readonly destinationId: string;
  readonly isUnderWay: boolean;
  readonly isDisabled: boolean;
  readonly isDeleted: boolean;
}

type Deps = Pick<App, 'db' | 'signals'>;

/**
 * Makes a delivery due at once, whatever its status, with the whole retry schedule before it. A retry that was scheduled
 * is replaced by it; attempts go on being numbered, and receivers see the same `webhook-id`. A hold of the destination is
 * respected. Each call has its entry in the log, also when two ask at once.
 *
 * @throws {DeliveryNotFoundError} @throws {DeliveryUnderWayError} @throws {DeliveryBlockedError}
 */
export async function redeliver({ db, signals }: Deps, organizationId: string, id: string): Promise<Delivery> {
  const destinationId = await db.transaction(async (sql) => {
    const delivery = await lock(sql, organizationId, id);
    if (delivery.isDeleted) throw new DeliveryBlockedError('DELETED');
    if (delivery.isDisabled) throw new DeliveryBlockedError('DISABLED');
    if (delivery.isUnderWay) throw new DeliveryUnderWayError();
    await sql.query(REDELIVER, [id]);
    return delivery.destinationId;
  });
  signals.emit('destination.due', [destinationId]);
  signals.emit('log.appended', [organizationId]);
  return await db.prisma.delivery.findUniqueOrThrow({ where: { id } });
}

/**
 * Calls a pending delivery off. An attempt under way may still arrive; its outcome is recorded and changes nothing.
 *
 * @throws {DeliveryNotFoundError} @throws {DeliveryNotPendingError}
 */
export async function cancelDelivery({ db, signals }: Deps, organizationId: string, id: string): Promise<Delivery> {
  await db.transaction(async (sql) => {
    const { status } = await lock(sql, organizationId, id);
    if (status !== 'PENDING') throw new DeliveryNotPendingError(status);
    await sql.query(CANCEL_DELIVERY, [id]);
  });
  signals.emit('log.appended', [organizationId]);
  return await db.prisma.delivery.findUniqueOrThrow({ where: { id } });
}

async function lock(sql: Sql, organizationId: string, id: string): Promise<LockedDelivery> {
  const [delivery] = await sql.query<LockedDelivery>(LOCK_DELIVERY, [id, organizationId]);
  if (!delivery) throw new DeliveryNotFoundError();
  return delivery;
}
