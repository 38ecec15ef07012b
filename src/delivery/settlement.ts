/** What an attempt's outcome means for the delivery: a pure decision, in the form in which it is written down. */

import type { DeliveryStatus } from '../../prisma/client/client.ts';
import { backoffMs } from './backoff.ts';
import type { LeasedDelivery } from './lease.ts';
import type { AttemptOutcome, FailedOutcome, ReceivedResponse, ResponseWarning } from './outcome.ts';

/** One row of the settlement, named as `SETTLE` reads it. */
export interface Settlement {
  readonly delivery_id: string;
  readonly lease_token: string;
  readonly organization_id: string;
  readonly destination_id: string;
  readonly webhook_id: string | null;
  readonly event_id: string;
  readonly event_type: string;
  readonly import_id: string | null;
  readonly is_test: boolean;
  /** What becomes of the delivery; `PENDING` is attempted again after `retry_in_ms`. */
  readonly status: DeliveryStatus;
  readonly retry_in_ms: number | null;
  readonly reason: string | null;
  /** Whether a failure counts: against the retry schedule, and against the destination's health. */
  readonly charged: boolean;
  /** For how long the receiver asks that the whole destination gets nothing. */
  readonly hold_ms: number | null;
  /** Why the managed webhook is disabled with this. */
  readonly disable_reason: string | null;
  /** Null, like everything below, when no attempt was made. */
  readonly attempt_id: string | null;
  readonly attempt_number: number | null;
  readonly attempt_status: 'SUCCEEDED' | 'FAILED' | null;
  readonly url: string | null;
  readonly started_at: Date | null;
  readonly duration_ms: number | null;
  readonly response_status: number | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
  readonly response_body_truncated: boolean;
  readonly response_end: ReceivedResponse['end'] | null;
  /** Empty, not null, when there are none. */
  readonly response_warnings: readonly ResponseWarning[];
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly remote_address: string | null;
  readonly timings: string | null;
  readonly request_headers: string | null;
  readonly tls_version: string | null;
  readonly certificate_expires_at: Date | null;
}

/** What deciding needs beside the outcome. */
export interface Rules {
  readonly retryScheduleSeconds: readonly number[];
  readonly random: () => number;
  readonly attemptId: string;
}

/**
 * Delivered on success. Failed for good when no retry can help (410, a refused address) or the schedule is used up.
 * Otherwise pending again after the schedule's delay, or the receiver's `Retry-After` when that is longer. A fault of
 * our own uses nothing of the schedule up.
 */
export function decideSettlement(delivery: LeasedDelivery, outcome: AttemptOutcome, rules: Rules): Settlement {
  const decided = { ...identity(delivery), ...nothingElse, ...attemptFacts(delivery, outcome, rules.attemptId) };
  if (outcome.kind === 'succeeded') return { ...decided, status: 'DELIVERED' };
  if (outcome.ours) {
    const retryInMs = backoffMs([OWN_FAULT_PAUSE_SECONDS], 1, rules.random) ?? null;
    return { ...decided, status: 'PENDING', retry_in_ms: retryInMs, charged: false };
  }
  const schedule = delivery.retryScheduleSeconds?.length ? delivery.retryScheduleSeconds : rules.retryScheduleSeconds;
  const delayMs = outcome.final ? undefined : backoffMs(schedule, delivery.failedAttempts + 1, rules.random);
  const consequences = {
    hold_ms: outcome.retryAfterMs,
    disable_reason: outcome.errorCode === 'GONE' && delivery.webhookId ? 'The receiver answered 410 Gone.' : null,
  };
  if (delayMs === undefined) {
    const reason = giveUpReason(outcome, delivery.failedAttempts + 1);
    return { ...decided, ...consequences, status: 'FAILED', reason };
  }
  const retryInMs = Math.max(delayMs, outcome.retryAfterMs ?? 0);
  return { ...decided, ...consequences, status: 'PENDING', retry_in_ms: retryInMs };
}

/** When to try again after a fault of our own. */
const OWN_FAULT_PAUSE_SECONDS = 30;

/** The end of a delivery whose webhook was deleted before it could be attempted. */
export function decideCancellation(delivery: LeasedDelivery): Settlement {
  return {
    ...identity(delivery),
    ...noAttempt,
    ...nothingElse,
    status: 'CANCELLED',
    reason: 'The webhook was deleted.',
  };
}

function giveUpReason(outcome: FailedOutcome, attempts: number): string {
  if (outcome.errorCode === 'GONE') return 'The receiver answered 410 Gone; it wants no more deliveries.';
  if (outcome.final) return 'No retry of this request can help.';
  return `The retry schedule is used up: ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} failed.`;
}

function identity(delivery: LeasedDelivery) {
  return {
    delivery_id: delivery.id,
    lease_token: delivery.leaseToken,
    organization_id: delivery.organizationId,
    destination_id: delivery.destinationId,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    import_id: delivery.importId,
    is_test: delivery.isTest,
  };
}

const nothingElse = { retry_in_ms: null, reason: null, charged: true, hold_ms: null, disable_reason: null };

const noAttempt = {
  attempt_id: null,
  attempt_number: null,
  attempt_status: null,
  url: null,
  started_at: null,
  duration_ms: null,
  response_status: null,
  response_headers: null,
  response_body: null,
  response_body_truncated: false,
  response_end: null,
  response_warnings: [],
  error_code: null,
  error_message: null,
  remote_address: null,
  timings: null,
  request_headers: null,
  tls_version: null,
  certificate_expires_at: null,
};

function attemptFacts(delivery: LeasedDelivery, outcome: AttemptOutcome, attemptId: string) {
  const { response, requestHeaders, handshake } = outcome;
  const failed = outcome.kind === 'failed';
  return {
    attempt_id: attemptId,
    attempt_number: delivery.attemptCount + 1,
    attempt_status: failed ? ('FAILED' as const) : ('SUCCEEDED' as const),
    url: delivery.url,
    started_at: outcome.startedAt,
    duration_ms: Math.round(outcome.durationMs),
    response_status: response?.status ?? null,
    response_headers: response ? JSON.stringify(response.headers) : null,
    response_body: response?.body ?? null,
    response_body_truncated: response?.bodyTruncated ?? false,
    response_end: response?.end ?? null,
    response_warnings: response?.warnings ?? [],
    error_code: failed ? outcome.errorCode : null,
    error_message: failed ? outcome.errorMessage : null,
    remote_address: outcome.remoteAddress,
    timings: outcome.timings ? JSON.stringify(outcome.timings) : null,
    request_headers: requestHeaders ? JSON.stringify(requestHeaders) : null,
    tls_version: handshake?.tlsVersion ?? null,
    certificate_expires_at: handshake?.certificateExpiresAt ?? null,
  };
}
