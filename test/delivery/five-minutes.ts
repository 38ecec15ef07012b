/** A host that fails for so long, while another is reached, that the fault is its own. */

import type { AttemptOutcome } from '../../src/delivery/outcome.ts';
import type { StandingClock } from '../support/standing-clock.ts';

/** What an attempt came to, and whose fault it is: `RESOLVER_FAILED, ours`. */
export function verdictOf(outcome: AttemptOutcome): string {
  return outcome.kind === 'failed' ? `${outcome.errorCode}${outcome.ours ? ', ours' : ''}` : outcome.kind;
}

/**
 * Attempts at a host each minute, from the first to the last of five. A minute before each, another host is reached.
 * Answers what the attempts came to.
 */
export async function failForFiveMinutes(
  clock: StandingClock,
  fail: (minute: number) => Promise<AttemptOutcome>,
  reachAnother: () => Promise<unknown>,
): Promise<readonly string[]> {
  const verdicts = [];
  for (let minute = 0; minute <= 5; minute += 1) {
    await reachAnother();
    clock.advance(60_000);
    verdicts.push(verdictOf(await fail(minute)));
  }
  return verdicts;
}

/** Ours until five minutes have passed, and then this. */
export function fiveTimes(ours: string, then: string): readonly string[] {
  return [...Array.from({ length: 5 }, () => `${ours}, ours`), then];
}
