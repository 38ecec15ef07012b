/** Making things go wrong. */

import { setTimeout as delay } from 'node:timers/promises';
import { parseGlobalId } from '../../src/graphql/global-id.ts';
import type { DatabaseServer } from './database.ts';
import type { Fate, Gate } from './gate.ts';
import { ATTEMPT_MS, type LeaseBook } from './lease-book.ts';
import type { Fault } from './plan.ts';
import type { Receivers } from './receivers.ts';
import type { Relay } from './relay.ts';
import type { Member } from './supervisor.ts';

/** What faults are made of. */
export interface Setting {
  readonly gate: Gate;
  readonly book: LeaseBook;
  readonly members: ReadonlyMap<string, Member>;
  /** Between each process and PostgreSQL. */
  readonly relays: ReadonlyMap<string, Relay>;
  readonly server: DatabaseServer | undefined;
  readonly receivers: Receivers;
  /** Until when a request may bear a wrong time, by `performance.now()`. */
  readonly wrongClock: { until: number };
}

/** How long a dispatcher's network is cut, in milliseconds: noticed, but over long before a lease ends. */
const CUT_MS = 1_500;

/** How many retries come by while a clock is wrong. */
const RETRIES_PER_JUMP = 2;

/** How long a run waits for what a fault must bring about, in milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * Makes one fault, and resolves when it is made; what it does goes on. The process that it is done to runs by then,
 * that it was done to may not run again yet.
 *
 * @throws when that does not come about in time.
 */
export async function makeFault(setting: Setting, fault: Fault): Promise<void> {
  await delay(fault.afterMs);
  if (fault.kind === 'restart-database') {
    await Promise.all([...setting.members.values()].map((member) => member.ready()));
    await setting.server?.restart(fault.how);
    return;
  }
  const member = find(setting.members, fault.process);
  await member.ready();
  if (fault.kind === 'kill') return await kill(setting.gate, member, fault.point);
  if (fault.kind === 'clock-jump') return await jumpClock(setting, member);
  const relay = find(setting.relays, fault.process);
  if (fault.kind === 'cut') return await cut(relay);
  await loseLease(setting, member, relay);
}

/** What it does, for people. */
export function describeFault(fault: Fault): string {
  if (fault.kind === 'restart-database') return `${fault.how} restart of PostgreSQL`;
  return fault.kind === 'kill' ? `kill of ${fault.process} at ${fault.point}` : `${fault.kind} of ${fault.process}`;
}

async function kill(gate: Gate, member: Member, point: (Fault & { kind: 'kill' })['point']): Promise<void> {
  if (point === 'whenever') {
    member.kill();
    return;
  }
  await gate.next(point, member.name, () => {
    member.kill();
    return 'hold';
  });
}

async function cut(relay: Relay): Promise<void> {
  relay.cut();
  await delay(CUT_MS);
  relay.restore();
}

/**
 * Lets the connections of a dispatcher fall silent just as it writes down what it has delivered, until another one has
 * taken a delivery over; then what it wrote arrives, late.
 */
async function loseLease({ gate, book, receivers }: Setting, member: Member, relay: Relay): Promise<void> {
  const { life } = member;
  let stolenId = '';
  let stolen: Promise<void> = Promise.resolve();
  // A review may be superseded meanwhile, and then nobody takes it over.
  const isReview = (id: string) => receivers.ledger.findLast((each) => uuidOf(each.deliveryId) === id)?.isReview;
  await gate.next('after-2xx-before-record', member.name, (deliveryIds): Fate | undefined => {
    const deliveryId = deliveryIds.find((id) => book.holderOf(id) === life && !isReview(id));
    if (!deliveryId) return undefined;
    relay.freeze();
    stolenId = deliveryId;
    stolen = book.stolen(deliveryId, life);
    return 'pass';
  });
  try {
    await within(stolen, `nobody took over what ${member.name} had`);
    const settled = gate.next('settle-after-commit', member.name, (ids) =>
      ids.includes(stolenId) ? 'pass' : undefined,
    );
    relay.thaw();
    await settled;
  } finally {
    relay.thaw();
  }
}

/** An hour ahead, an hour behind, and right again, with retries coming by each time. */
async function jumpClock({ receivers, wrongClock }: Setting, member: Member): Promise<void> {
  wrongClock.until = Number.POSITIVE_INFINITY;
  try {
    for (const _wrong of ['ahead', 'behind']) {
      member.signal('SIGUSR2');
      for (let retries = 0; retries < RETRIES_PER_JUMP; retries += 1) {
        await within(receivers.nextRetry(), 'there were no retries');
      }
    }
    member.signal('SIGUSR2');
  } finally {
    wrongClock.until = performance.now() + 2 * ATTEMPT_MS;
  }
}

function uuidOf(id: string): string {
  return parseGlobalId(id)?.uuid ?? '';
}

function find<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (!value) throw new Error(`there is no ${name}`);
  return value;
}

async function within<Result>(promise: Promise<Result>, complaint: string): Promise<Result> {
  const tired = Promise.withResolvers<never>();
  const timer = setTimeout(() => tired.reject(new Error(complaint)), PATIENCE_MS);
  try {
    return await Promise.race([promise, tired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
