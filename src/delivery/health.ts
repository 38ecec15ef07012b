/**
 * The health of destinations: when one is held, how it comes back, and when its webhook is disabled.
 *
 * - **Breaker.** When at least {@link BREAKER.fewestFailures} attempts failed within {@link BREAKER.windowSeconds}, and
 *   they are at least {@link BREAKER.failureShare} of all in that time, it opens: the destination is held for
 *   {@link BREAKER.firstHoldSeconds}, twice as long each further time in a row, at most
 *   {@link BREAKER.longestHoldSeconds}. What waits there keeps its place in the retry schedule.
 * - **Probe.** When the hold ends, one attempt is allowed at a time, over all dispatchers. If it fails, or later as
 *   many fail as succeed among those settled together, the breaker opens again. With each success one more is allowed at
 *   once, so the backlog drains at a pace that doubles from answer to answer; at `DESTINATION_CONCURRENCY` the breaker is closed.
 * - **Disabling.** A webhook whose attempts have all failed for `DISABLE_AFTER_SECONDS` is disabled. One success in
 *   between starts anew, and so does a failure that long after the one before.
 * - **Our own faults** (`Failure.ours`) hold the destination for {@link BREAKER.firstHoldSeconds}, each time anew, let it
 *   back in like that, and are charged to nobody: neither to the retry schedule nor to the destination.
 *
 * `health.sql.ts` carries it out, within the settlement. A destination that is well is not written to at all.
 */
export const BREAKER = {
  windowSeconds: 60,
  fewestFailures: 10,
  failureShare: 0.5,
  firstHoldSeconds: 30,
  longestHoldSeconds: 60,
} as const;

/** Until when the destination of a disabled webhook is held: the end of time. */
export const DISABLED_UNTIL = '9999-12-31T00:00:00Z';
