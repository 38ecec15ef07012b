/** What is told of an attempt: a line of the log, a span of a trace, a measure. */

import { type Attributes, SpanKind } from '@opentelemetry/api';
import { encodeGlobalId } from '../graphql/global-id.ts';
import type { SpanStart } from '../lib/trace.ts';
import type { AttemptMeasure } from '../operating/metrics.ts';
import type { LeasedDelivery } from './lease.ts';
import type { AttemptOutcome } from './outcome.ts';
import type { Settlement } from './settlement.ts';

/**
 * The line `delivery.attempted`: everything that says which attempt it was and what came of it. Of the URL only the host,
 * since paths and queries hold secrets as often as not.
 */
export function lineOf(delivery: LeasedDelivery, outcome: AttemptOutcome, settlement: Settlement): object {
  return {
    ...idsOf(delivery),
    importId: delivery.importId ?? undefined,
    isTest: delivery.isTest || undefined,
    host: hostOf(delivery.url),
    attempt: delivery.attemptCount + 1,
    outcome: outcome.kind,
    responseStatus: outcome.response?.status,
    errorCode: outcome.kind === 'failed' ? outcome.errorCode : undefined,
    durationMs: Math.round(outcome.durationMs),
    status: settlement.status,
    retryInMs: settlement.retry_in_ms ?? undefined,
  };
}

/** The span of an attempt: in the trace of the report that it delivers, pointing to the lease that it is made under. */
export function attemptSpan({ traceparent, leasedIn }: LeasedDelivery): SpanStart {
  return {
    name: 'attempt',
    kind: SpanKind.CLIENT,
    parent: traceparent,
    root: traceparent === null,
    links: leasedIn ? [{ context: leasedIn }] : [],
  };
}

/** What the span says: which attempt it was, and what came of it. */
export function spanAttributes(delivery: LeasedDelivery, outcome: AttemptOutcome): Attributes {
  const { organizationId, webhookId, destinationId, deliveryId, eventId } = idsOf(delivery);
  return {
    'http.request.method': 'POST',
    'server.address': hostOf(delivery.url) ?? '',
    'posthorn.organization_id': organizationId,
    'posthorn.destination_id': destinationId,
    'posthorn.delivery_id': deliveryId,
    'posthorn.event_id': eventId,
    'posthorn.attempt': delivery.attemptCount + 1,
    ...(webhookId ? { 'posthorn.webhook_id': webhookId } : {}),
    ...(outcome.response ? { 'http.response.status_code': outcome.response.status } : {}),
    ...(outcome.kind === 'failed' ? { 'error.type': outcome.errorCode } : {}),
  };
}

/** What is counted. */
export function measureOf(outcome: AttemptOutcome): AttemptMeasure {
  const { kind, durationMs } = outcome;
  return { outcome: kind, errorCode: kind === 'failed' ? outcome.errorCode : '', durationMs };
}

function idsOf(delivery: LeasedDelivery) {
  return {
    organizationId: encodeGlobalId('Organization', delivery.organizationId),
    deliveryId: encodeGlobalId('Delivery', delivery.id),
    eventId: encodeGlobalId('Event', delivery.eventId),
    destinationId: encodeGlobalId('Destination', delivery.destinationId),
    webhookId: delivery.webhookId ? encodeGlobalId('Webhook', delivery.webhookId) : undefined,
  };
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host;
}
