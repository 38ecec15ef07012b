/** One step of a replay: the next batch of one of its parts, or its end. */

import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { dueHint } from './due.ts';
import {
  END_PART,
  END_REPLAY,
  LOCK_NEXT,
  MOVE_PART,
  MOVE_REPLAY,
  NEXT_STEP,
  REQUEST,
  TAKE_PART,
  TAKE_REPLAY,
  WAIT_FOR_END,
} from './replay-step.sql.ts';

/** How much a replay takes at once. */
export interface ReplayLimits {
  /**
   * Its deliveries that are pending at one destination: new ones there wait behind no more of them. Where that has a rate
   * limit it is what that lets through in five seconds.
   */
  readonly window: number;
  /** Deliveries that a step looks at: bounds what it costs when few of them match. */
  readonly page: number;
}

const LIMITS: ReplayLimits = { window: 100, page: 500 };

/** When to look again at a part whose window is full, in milliseconds. */
const FULL_PAUSE_MS = 250;

/** What came of a step. */
export type ReplayStep =
  | { readonly kind: 'stepped' }
  /** Nothing was to be had. `inMs`: when something will be due; less than 0 when somebody else is at it; null when no replay is under way. */
  | { readonly kind: 'idle'; readonly inMs: number | null };

/**
 * Takes one step of the replay that is the most overdue. What a batch changes, the entries in the log, and where the
 * replay goes on are one transaction: whoever dies in it has done nothing, and whoever comes next goes on from there, so
 * that nothing is passed over and nothing asked for twice. A replay that another process is at is left to it.
 */
export async function stepReplay(
  { db, log, signals }: Pick<App, 'db' | 'log' | 'signals'>,
  limits: ReplayLimits = LIMITS,
): Promise<ReplayStep> {
  const stepped = await db.transaction(async (sql) => {
    const [replay] = await sql.query<TakenReplay>(TAKE_REPLAY);
    if (!replay) return undefined;
    return { replay, ...(await advance(sql, replay, limits)) };
  });
  if (!stepped) {
    const [next] = await db.query<{ inMs: number | null }>(NEXT_STEP);
    return { kind: 'idle', inMs: next?.inMs ?? null };
  }
  const { replay, destinationIds, isOver } = stepped;
  const { id, organizationId } = replay;
  if (destinationIds.length > 0) {
    signals.emit(
      'destination.due',
      destinationIds.map((destinationId) => dueHint({ organizationId, destinationId })),
    );
    signals.emit('log.appended', [organizationId]);
  }
  if (isOver) {
    signals.emit('replay.changed', [id]);
    log.info({ replayId: id, organizationId }, 'replay.finished');
  }
  return { kind: 'stepped' };
}

/** A replay whose row is locked. */
interface TakenReplay {
  readonly id: string;
  readonly organizationId: string;
  readonly isOfImport: boolean;
  readonly status: 'RUNNING' | 'CANCELLED';
  readonly startedBy: string;
  /** Deliveries that its rate allows now. */
  readonly slots: number;
}

interface TakenPart {
  readonly id: string;
  readonly destinationId: string;
  /** Null for an origin of basic webhooks. */
  readonly webhookId: string | null;
  readonly position: string;
  readonly lastId: string;
  /** More of its deliveries that may be pending. */
  readonly room: number;
}

interface Batch {
  readonly picked: number;
  readonly requested: number;
  /** Where to go on; null at the end of the part. */
  readonly position: string | null;
  readonly destinationIds: readonly string[];
}

/** What there is to tell others once it is committed. */
interface Advance {
  readonly destinationIds: readonly string[];
  readonly isOver: boolean;
}

const NOTHING: Batch = { picked: 0, requested: 0, position: null, destinationIds: [] };

async function advance(sql: Sql, replay: TakenReplay, limits: ReplayLimits): Promise<Advance> {
  const [part] = await sql.query<TakenPart>(TAKE_PART, [replay.id, limits.window]);
  const { requested, picked, destinationIds } = part ? await askFor(sql, replay, part, limits) : NOTHING;
  if (!part && !(await hasParts(sql, replay.id))) return { destinationIds, isOver: await end(sql, replay.id) };
  await sql.query(MOVE_REPLAY, [replay.id, requested, picked - requested]);
  return { destinationIds, isOver: false };
}

async function askFor(sql: Sql, replay: TakenReplay, part: TakenPart, { page }: ReplayLimits): Promise<Batch> {
  const most = Math.min(replay.slots, part.room);
  if (most <= 0) {
    await sql.query(MOVE_PART, [part.id, part.position, part.room > 0 ? 0 : FULL_PAUSE_MS]);
    return NOTHING;
  }
  const { source, at } = whereToLook(replay, part);
  const place = [replay.id, replay.organizationId, at, part.position, part.lastId];
  const locked = await sql.query<{ id: string }>(LOCK_NEXT[source], [...place, most, page]);
  const [batch = NOTHING] = await sql.query<Batch>(REQUEST[source], [
    ...place,
    locked.map(({ id }) => id),
    `Redelivery requested by the replay ${encodeGlobalId('Replay', replay.id)}, started with the key "${replay.startedBy}".`,
    page,
    most,
  ]);
  if (batch.position === null) await sql.query(END_PART, [part.id]);
  else await sql.query(MOVE_PART, [part.id, batch.position, batch.requested === part.room ? FULL_PAUSE_MS : 0]);
  return batch;
}

function whereToLook({ isOfImport }: TakenReplay, { webhookId, destinationId }: TakenPart) {
  if (isOfImport) return { source: 'import', at: destinationId } as const;
  return webhookId === null
    ? ({ source: 'basic', at: destinationId } as const)
    : ({ source: 'managed', at: webhookId } as const);
}

async function hasParts(sql: Sql, replayId: string): Promise<boolean> {
  const parts = await sql.query('select 1 from replay_part where replay_id = $1 limit 1', [replayId]);
  return parts.length > 0;
}

/** Whether it is over; if not, it is looked at again later. */
async function end(sql: Sql, replayId: string): Promise<boolean> {
  const ended = await sql.query(END_REPLAY, [replayId]);
  if (ended.length === 0) await sql.query(WAIT_FOR_END, [replayId]);
  return ended.length > 0;
}
