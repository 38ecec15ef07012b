/** A lease as metrics and traces see it. */

import { isSpanContextValid } from '@opentelemetry/api';
import type { App } from '../app.ts';
import { type Lane, type Lease, leaseDueDeliveries } from './lease.ts';

/**
 * Leases, and says how long that took. A lease that got something is a trace of its own, since it is made for
 * deliveries of many reports; the deliveries know it, so that their attempts can point to it.
 */
export async function leaseObserved<Asked extends Pick<Lane, 'destinationId' | 'slots'>>(
  app: Pick<App, 'config' | 'clock' | 'db' | 'metrics' | 'telemetry'>,
  lanes: readonly Asked[],
): Promise<Lease<Asked>> {
  const startTime = app.clock.now();
  const lease = await app.metrics.lease(() => leaseDueDeliveries(app, lanes));
  if (lease.deliveries.length === 0) return lease;
  const attributes = { 'posthorn.destinations': lanes.length, 'posthorn.deliveries': lease.deliveries.length };
  const span = app.telemetry.tracer.startSpan('lease', { root: true, startTime, attributes });
  span.end(app.clock.now());
  const leasedIn = span.spanContext();
  if (!isSpanContextValid(leasedIn)) return lease;
  return { ...lease, deliveries: lease.deliveries.map((delivery) => ({ ...delivery, leasedIn })) };
}
