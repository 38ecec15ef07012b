/** Replays: deliveries that are asked for again, those of a filter, at a pace. */

import type { DeliveryStatus, EventType, Replay } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { DomainError } from '../errors.ts';
import { AFTER_ALL_IDS, BEFORE_ALL_IDS, idBoundary, uuidV7 } from '../lib/id.ts';
import type { IdTime } from '../lib/id-page.ts';
import { findWebhook } from '../webhook/webhook.ts';
import type { ErrorCode } from './outcome.ts';
import { CANCEL_REPLAY, PAUSE, PLAN, PLANNING_SETTINGS, RESUME, type ReplaySource, START } from './replay.sql.ts';

/** The organization has no such replay; another's looks the same. */
export class ReplayNotFoundError extends DomainError {
  readonly code = 'REPLAY_NOT_FOUND';

  constructor() {
    super('There is no such replay in this organization. `replays` lists those that there are.');
  }
}

/** It asks for nothing any more, so there is nothing to pause, resume or cancel. */
export class ReplayOverError extends DomainError {
  readonly code = 'REPLAY_OVER';

  constructor(status: Replay['status']) {
    super(`This replay is ${status} already. Start another one with \`startReplay\`.`);
  }
}

/** As many replays as an organization may have at once are under way. */
export class ReplayLimitError extends DomainError {
  readonly code = 'REPLAY_LIMIT';

  constructor() {
    super(`${MOST_REPLAYS} replays are running or paused already. Wait until one of them is over, or cancel one.`);
  }
}

/** Replays of one organization that are running or paused at once; each may have its window full at every webhook. */
const MOST_REPLAYS = 10;

/** How fast a replay may be, and is unless told otherwise, in deliveries a second over all its webhooks. */
export const REPLAY_RATE = { usual: 20, most: 1_000 } as const;

/** What a replay can ask for again: what is finished, and not because something else took its place. */
export const REPLAYABLE = ['DELIVERED', 'FAILED', 'CANCELLED'] as const satisfies readonly DeliveryStatus[];

/** Which deliveries; null does not matter. The time is the one in their ids, that of scheduling. */
export interface ReplayFilter extends IdTime {
  readonly webhookId: string | null;
  /** The importer's own id. */
  readonly importId: string | null;
  readonly statuses: readonly (typeof REPLAYABLE)[number][];
  readonly eventTypes: readonly EventType[] | null;
  /** Of the last attempt. */
  readonly errorCodes: readonly ErrorCode[] | null;
  /** What the last attempt was answered with. */
  readonly responseStatuses: readonly number[] | null;
}

/** How many deliveries match now, and how long asking for them takes at the least. */
export interface ReplayPlan {
  readonly planned: number;
  readonly estimatedSeconds: number;
}

/** A replay to be started. */
export interface ReplayOrder {
  readonly filter: ReplayFilter;
  readonly ratePerSecond: number;
  /** The name of the key that starts it. */
  readonly startedBy: string;
}

type Deps = Pick<App, 'db' | 'clock' | 'signals'>;

/**
 * Counts what a replay would ask for, and changes nothing. It is given up after `READ_TIMEOUT_MS`, as what is looked up is.
 *
 * @throws {WebhookNotFoundError}
 */
export async function planReplay(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  { filter, ratePerSecond }: Pick<ReplayOrder, 'filter' | 'ratePerSecond'>,
): Promise<ReplayPlan> {
  if (filter.webhookId) await findWebhook(db.prisma, organizationId, filter.webhookId);
  const [row] = await db.reads.transaction(async (sql) => {
    await sql.query(PLANNING_SETTINGS);
    return await sql.query<{ planned: number }>(PLAN[sourceOf(filter)], parametersOf(organizationId, filter));
  });
  return planOf(row?.planned ?? 0, ratePerSecond);
}

/**
 * Starts a replay of the deliveries that match now; what matches later is not part of it. From then on dispatchers
 * advance it, whichever is there.
 *
 * @throws {WebhookNotFoundError} @throws {ReplayLimitError}
 */
export async function startReplay(
  { db, clock, signals }: Deps,
  organizationId: string,
  { filter, ratePerSecond, startedBy }: ReplayOrder,
): Promise<ReplayPlan & { readonly replay: Replay }> {
  if (filter.webhookId) await findWebhook(db.prisma, organizationId, filter.webhookId);
  const id = uuidV7(clock.now());
  const started = await db.prisma.$queryRawUnsafe<unknown[]>(
    START[sourceOf(filter)],
    ...parametersOf(organizationId, filter),
    id,
    ratePerSecond,
    startedBy,
    MOST_REPLAYS,
    filter.from?.toISOString() ?? null,
    filter.to?.toISOString() ?? null,
  );
  if (started.length === 0) throw new ReplayLimitError();
  signals.emit('replay.changed', [id]);
  const replay = await findReplay({ db }, organizationId, id);
  return { ...planOf(replay.planned, ratePerSecond), replay };
}

const CHANGES = { pause: PAUSE, resume: RESUME, cancel: CANCEL_REPLAY } as const;

/**
 * Pauses a replay, lets it go on, or calls it off. What it made due already goes on in any case: that is at most a
 * window of deliveries at each destination. Pausing one that is paused changes nothing, nor does resuming one that runs.
 *
 * One statement under the replay's lock, so it comes before a batch or after it.
 *
 * @returns the replay as it is after the commit.
 * @throws {ReplayNotFoundError} @throws {ReplayOverError}
 */
export async function changeReplay(
  { db, signals }: Pick<App, 'db' | 'signals'>,
  organizationId: string,
  { id, change }: { readonly id: string; readonly change: keyof typeof CHANGES },
): Promise<Replay> {
  const changed = await db.query(CHANGES[change], [id, organizationId]);
  const replay = await findReplay({ db }, organizationId, id);
  if (changed.length === 0) throw new ReplayOverError(replay.status);
  signals.emit('replay.changed', [id]);
  return replay;
}

/** @throws {ReplayNotFoundError} */
export async function findReplay({ db }: Pick<App, 'db'>, organizationId: string, id: string): Promise<Replay> {
  const replay = await db.prisma.replay.findFirst({ where: { id, organizationId } });
  if (!replay) throw new ReplayNotFoundError();
  return replay;
}

function planOf(planned: number, ratePerSecond: number): ReplayPlan {
  return { planned, estimatedSeconds: Math.ceil(planned / ratePerSecond) };
}

/** Where the fewest rows are left for the rest of the filter to look at. */
function sourceOf({ importId, webhookId, statuses, errorCodes, responseStatuses }: ReplayFilter): ReplaySource {
  if (importId !== null) return 'import';
  const hasFailed = errorCodes !== null || statuses.every((status) => status === 'FAILED');
  if (webhookId !== null) return hasFailed ? 'webhookFailures' : 'webhook';
  if (errorCodes) return 'errors';
  if (responseStatuses) return 'responses';
  return statuses.includes('DELIVERED') ? 'organization' : 'statuses';
}

/** In the order of `PLAN`. No item of the lists has a comma. */
function parametersOf(organizationId: string, filter: ReplayFilter): (string | null)[] {
  const { webhookId, importId, statuses, eventTypes, from, to, errorCodes, responseStatuses } = filter;
  const listed = (items: readonly unknown[] | null) => (items ?? []).join(',');
  return [
    organizationId,
    webhookId,
    importId,
    listed(statuses),
    listed(eventTypes),
    from ? idBoundary(from) : BEFORE_ALL_IDS,
    to ? idBoundary(to) : AFTER_ALL_IDS,
    listed(errorCodes),
    listed(responseStatuses),
  ];
}
