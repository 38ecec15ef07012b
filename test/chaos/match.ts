/** Which request was made under which lease: what tells an allowed duplicate from one that nothing explains. */

import type { Receipt } from './receivers.ts';

/** An attempt as our log has it. */
export interface RecordedAttempt {
  readonly number: number;
  /** What the receiver answered; null when nothing was heard of it. */
  readonly responseStatus: number | null;
  /** Its lease was another's when it was written down. */
  readonly leaseLost: boolean;
}

/** A right to make one request, and what came of it. Instants are those of `performance.now()`. */
export interface Chance {
  readonly from: number;
  /** What was written down; undefined for nothing. */
  readonly attempt: RecordedAttempt | undefined;
  /** When the process that had it was killed; undefined when it was not. */
  readonly killedAt: number | undefined;
}

/** What no arrangement explains. */
export interface Unmatched {
  readonly requests: readonly Receipt[];
  /** Attempts that say what the receiver answered, which it did not. */
  readonly attempts: readonly RecordedAttempt[];
}

/** A request can still be read from a connection whose other end was killed, for so long, in milliseconds. */
const IN_FLIGHT_MS = 2_000;

/**
 * Gives each request a chance of its own under which it can have been made: one whose recorded attempt has its number and
 * its answer, or one whose process was killed before anything was recorded. Finds such an arrangement when there is one,
 * and otherwise one that leaves little over.
 */
export function matchRequests(requests: readonly Receipt[], chances: readonly Chance[]): Unmatched {
  let best: Unmatched | undefined;
  const size = ({ requests: left, attempts }: Unmatched) => left.length + attempts.length;

  function search(index: number, free: readonly Chance[], left: readonly Receipt[]): void {
    if (best && (size(best) === 0 || left.length >= size(best))) return;
    const request = requests[index];
    if (!request) {
      const attempts = free.flatMap(({ attempt }) => (attempt && attempt.responseStatus !== null ? [attempt] : []));
      const found = { requests: left, attempts };
      if (!best || size(found) < size(best)) best = found;
      return;
    }
    for (const chance of free) {
      if (!canBe(request, chance)) continue;
      search(
        index + 1,
        free.filter((other) => other !== chance),
        left,
      );
    }
    search(index + 1, free, [...left, request]);
  }

  search(0, chances, []);
  return best ?? { requests, attempts: [] };
}

function canBe({ at, attempt: number, answer }: Receipt, { from, attempt, killedAt }: Chance): boolean {
  if (at < from) return false;
  if (!attempt) return killedAt !== undefined && at <= killedAt + IN_FLIGHT_MS;
  if (attempt.number !== number) return false;
  return attempt.responseStatus === null || attempt.responseStatus === answer?.status;
}
