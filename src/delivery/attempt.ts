/** One attempt, from the lease to the settlement. */

import { SpanStatusCode } from '@opentelemetry/api';
import type { App } from '../app.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { describeError } from '../lib/describe-error.ts';
import { uuidV7 } from '../lib/id.ts';
import { formatTraceparent, inSpan } from '../lib/trace.ts';
import type { AttemptMeasure } from '../operating/metrics.ts';
import { attemptSpan, lineOf, measureOf, spanAttributes } from './attempt-report.ts';
import type { LeasedDelivery } from './lease.ts';
import { createRequest } from './request.ts';
import type { Sender } from './send.ts';
import { decideCancellation, decideSettlement, type Settlement } from './settlement.ts';
import type { Settler } from './settler.ts';

/** What attempting needs. */
export type AttemptDeps = Pick<App, 'box' | 'clock' | 'config' | 'log' | 'metrics' | 'telemetry'> & {
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
  const { clock, config, log, metrics, settler, telemetry } = deps;
  const ended = metrics.attempt();
  let measure: AttemptMeasure | undefined;
  try {
    if (delivery.webhookDeleted) {
      const cancellation = decideCancellation(delivery);
      await settler.settle(cancellation);
      return cancellation;
    }
    const { outcome, traceparent } = await sendInSpan(deps, delivery, signal);
    if (outcome.kind === 'failed' && outcome.errorCode === 'ABORTED') return undefined;
    measure = measureOf(outcome);
    const settlement = decideSettlement(delivery, outcome, {
      retryScheduleSeconds: config.retryScheduleSeconds,
      random: Math.random,
      attemptId: uuidV7(clock.now()),
    });
    log.info(lineOf(delivery, outcome, settlement), 'delivery.attempted');
    await inSpan(telemetry.tracer, { name: 'settle', parent: traceparent }, () => settler.settle(settlement));
    return settlement;
  } catch (error) {
    // A bug or a wrong key, never the receiver's doing.
    log.error({ deliveryId: encodeGlobalId('Delivery', delivery.id), error: describeError(error) }, 'attempt.failed');
    return undefined;
  } finally {
    ended(measure);
  }
}

async function sendInSpan(deps: AttemptDeps, delivery: LeasedDelivery, signal: AbortSignal) {
  return await inSpan(deps.telemetry.tracer, attemptSpan(delivery), async (span) => {
    const outcome = await deps.sender.send({ ...createRequest(deps, delivery), signal });
    if (span.isRecording()) span.setAttributes(spanAttributes(delivery, outcome));
    if (outcome.kind === 'failed') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.errorCode });
    return { outcome, traceparent: formatTraceparent(span) };
  });
}
