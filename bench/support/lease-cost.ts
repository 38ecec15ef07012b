/** What a lease and a look for lanes cost, asked for as a dispatcher does. */

import type { App } from '../../src/app.ts';
import { leaseDueDeliveries, releaseLeases, scanLanes } from '../../src/delivery/lease.ts';
import { machineMs } from './clock.ts';
import { quantile } from './statistics.ts';

/** Medians, in milliseconds. */
export interface LeaseCost {
  readonly leaseMs: number;
  readonly scanMs: number;
  /** Deliveries that one lease got. */
  readonly leased: number;
}

const ROUNDS = 40;

/** Beforehand: a prepared statement comes to its final plan after five. */
const WARM_UP = 10;

/**
 * Leases `slots` deliveries of each of `destinationIds` and gives them back, again and again; and looks for lanes. All
 * on connections of this process, so that the plans are made for the tables as they are.
 */
export async function measureLeaseCost(
  app: Pick<App, 'db' | 'config'>,
  { destinationIds, slots }: { readonly destinationIds: readonly string[]; readonly slots: number },
): Promise<LeaseCost> {
  const lanes = destinationIds.map((destinationId) => ({ destinationId, slots }));
  const leases: number[] = [];
  const scans: number[] = [];
  let leased = 0;
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const beforeMs = machineMs();
    const { deliveries } = await leaseDueDeliveries(app, lanes);
    const leasedMs = machineMs();
    await releaseLeases(app, deliveries);
    const releasedMs = machineMs();
    await scanLanes(app, 1_000);
    const scannedMs = machineMs();
    leased = deliveries.length;
    if (round < WARM_UP) continue;
    leases.push(leasedMs - beforeMs);
    scans.push(scannedMs - releasedMs);
  }
  return { leaseMs: quantile(leases, 0.5), scanMs: quantile(scans, 0.5), leased };
}
