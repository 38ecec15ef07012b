/** How far a replay has come. */

import type { Replay } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { TALLY } from './replay.sql.ts';

/** What has become of the deliveries that a replay asked for. Every one of them is counted once. */
export interface ReplayTally {
  readonly delivered: number;
  readonly failed: number;
  /** Called off, or superseded, before they were delivered again. */
  readonly cancelled: number;
  readonly pending: number;
}

/**
 * Counts as of now; of a replay that is over, as of its end, whatever became of its deliveries later. Counted once for
 * each `replay` that was read, however often it is asked.
 */
export function tallyOf({ db }: Pick<App, 'db'>, replay: Replay): Promise<ReplayTally> {
  const known = tallies.get(replay);
  if (known) return known;
  const tally = countDeliveries(db, replay);
  tallies.set(replay, tally);
  return tally;
}

const tallies = new WeakMap<Replay, Promise<ReplayTally>>();

async function countDeliveries(db: App['db'], replay: Replay): Promise<ReplayTally> {
  const { id, delivered, failed, cancelled } = replay;
  if (delivered !== null && failed !== null && cancelled !== null) return { delivered, failed, cancelled, pending: 0 };
  const [tally] = await db.reads.query<ReplayTally>(TALLY, [id]);
  return tally ?? { delivered: 0, failed: 0, cancelled: 0, pending: 0 };
}

/** In how many seconds everything will have been asked for, at the least; null when it is not running. */
export function estimateSecondsLeft({ status, planned, requested, skipped, ratePerSecond }: Replay): number | null {
  if (status !== 'RUNNING') return null;
  return Math.ceil(Math.max(0, planned - requested - skipped) / ratePerSecond);
}
