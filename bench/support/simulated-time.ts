/** Simulated time: what nobody does anything in is skipped, by moving everything that is scheduled nearer. */

import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../src/app.ts';
import { type DueDestination, dueHint } from '../../src/delivery/due.ts';

type Deps = Pick<App, 'db' | 'signals'>;

/** How it stands with the queue. */
interface Standing {
  readonly pending: number;
  /** Milliseconds until the first is due, holds included; negative when it is. Null when nothing is pending. */
  readonly dueInMs: number | null;
  /** Whether a dispatcher holds a lease. */
  readonly leased: boolean;
}

/**
 * Waits until there is nothing to do for now: nothing due that is not held, and nothing under way.
 *
 * @returns how many deliveries are still pending.
 */
export async function untilIdle(app: Deps): Promise<number> {
  for (;;) {
    const { pending, dueInMs, leased } = await readStanding(app);
    if (!leased && (dueInMs ?? WORTH_SKIPPING_MS) >= WORTH_SKIPPING_MS) return pending;
    await delay(LOOK_MS);
  }
}

/**
 * Skips the time until something is due, at most `mostMs`, as though it had passed: every instant in the rows of pending
 * deliveries and of destinations moves back by it. Only while nothing is under way; what dispatchers have in memory stays.
 *
 * @returns how many milliseconds were skipped.
 */
export async function skipIdleTime(app: Deps, mostMs: number): Promise<number> {
  const { dueInMs, leased } = await readStanding(app);
  if (leased) return 0;
  const skippedMs = Math.min(mostMs, dueInMs ?? mostMs);
  if (skippedMs < WORTH_SKIPPING_MS && skippedMs < mostMs) return 0;
  await app.db.query(
    `update delivery set next_attempt_at = next_attempt_at - $1::float8 * interval '1 millisecond'
    where status = 'PENDING' returning 1`,
    [skippedMs],
  );
  const columns = await app.db.query<{ name: string }>(INSTANTS_OF_DESTINATIONS);
  const moves = columns.map(({ name }) => `"${name}" = "${name}" - $1::float8 * interval '1 millisecond'`);
  const moved = await app.db.query<DueDestination>(
    `update destination set ${moves.join(', ')} returning organization_id as "organizationId", id as "destinationId"`,
    [skippedMs],
  );
  app.signals.emit('destination.due', moved.map(dueHint));
  return skippedMs;
}

/** How often is looked whether there is something to do, in milliseconds: it counts all that is pending. */
const LOOK_MS = 25;

/** Less than that, in milliseconds, is waited for. */
const WORTH_SKIPPING_MS = 50;

const INSTANTS_OF_DESTINATIONS = `
select column_name::text as name from information_schema.columns
where table_schema = current_schema() and table_name = 'destination' and data_type like 'timestamp%' and column_name <> 'created_at'`;

const STANDING = `
select
  count(*)::int as pending,
  (extract(epoch from min(greatest(delivery.next_attempt_at, destination.hold_until)) - now()) * 1000)::float8 as "dueInMs",
  coalesce(bool_or(delivery.lease_token is not null), false) as leased
from delivery join destination on destination.id = delivery.destination_id
where delivery.status = 'PENDING'`;

async function readStanding({ db }: Deps): Promise<Standing> {
  const [standing] = await db.query<Standing>(STANDING);
  if (!standing) throw new Error('the queue was not found');
  return standing;
}
