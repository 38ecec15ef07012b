/** One attempt, from the lease to the settlement. */

import type { App } from '../app.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { describeError } from '../lib/describe-error.ts';
import { uuidV7 } from '../lib/id.ts';
import type { LeasedDelivery } from './lease.ts';
import type { AttemptOutcome } from './outcome.ts';
import { createRequest } from './request.ts';
import type { Sender } from './send.ts';
import { decideCancellation, decideSettlement, type Settlement } from './settlement.ts';
import type { Settler } from './settler.ts';

/** What attempting needs. */
export type AttemptDeps = Pick<App, 'box' | 'clock' | 'config' | 'log'> & {
  readonly sender: Sender;
  readonly settler: Settler;
};

/**
 * Sends, decides, logs and settles. Resolves with what was decided once it is written down; with `undefined` when
 * nothing was: because `signal` cut the attempt short, and the lease is to be given back, or because of a fault that was
 * logged, and the delivery is due again when the lease ends. Never rejects.
 */
export async function attemptDelivery(
  deps: AttemptDeps,
  delivery: LeasedDelivery,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const { clock, config, log, sender, settler } = deps;
  try {
    if (delivery.webhookDeleted) {
      const cancellation = decideCancellation(delivery);
      await settler.settle(cancellation);
      return cancellation;
    }
    const outcome = await sender.send({ ...createRequest(deps, delivery), signal });
    if (outcome.kind === 'failed' && outcome.errorCode === 'ABORTED') return undefined;
    const settlement = decideSettlement(delivery, outcome, {
      retryScheduleSeconds: config.retryScheduleSeconds,
      random: Math.random,
      attemptId: uuidV7(clock.now()),
    });
    log.info(lineOf(delivery, outcome, settlement), 'delivery.attempted');
    await settler.settle(settlement);
    return settlement;
  } catch (error) {
    // A bug or a wrong key, never the receiver's doing.
    log.error({ deliveryId: encodeGlobalId('Delivery', delivery.id), error: describeError(error) }, 'attempt.failed');
    return undefined;
  }
}

function lineOf(delivery: LeasedDelivery, outcome: AttemptOutcome, settlement: Settlement): object {
  return {
    deliveryId: encodeGlobalId('Delivery', delivery.id),
    attempt: delivery.attemptCount + 1,
    outcome: outcome.kind,
    responseStatus: outcome.response?.status,
    errorCode: outcome.kind === 'failed' ? outcome.errorCode : undefined,
    durationMs: Math.round(outcome.durationMs),
    status: settlement.status,
    retryInMs: settlement.retry_in_ms ?? undefined,
  };
}
