/** How long a failed delivery waits before its next attempt. */

/**
 * Seconds from each failed attempt to the next; the first attempt is immediate, which makes ten in a good three days.
 *
 * Source: the example retry schedule of Standard Webhooks 1.0.0, under "Deliverability and reliability".
 */
export const DEFAULT_RETRY_SCHEDULE_SECONDS: readonly number[] = [
  5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

/** How far jitter may stretch a delay: by a fifth. */
const JITTER = 1 / 5;

/**
 * Whole milliseconds to wait after `failedAttempts` attempts, or `undefined` when the schedule is used up and the
 * delivery has failed. Nothing has failed yet: 0, the first attempt is immediate.
 *
 * Jitter only adds, up to 20 %: deliveries that failed together spread out, and none comes earlier than scheduled.
 *
 * @param schedule Seconds, to the millisecond; one entry fewer than there are attempts.
 * @param random From 0 up to but excluding 1, like `Math.random`.
 */
export function backoffMs(
  schedule: readonly number[],
  failedAttempts: number,
  random: () => number,
): number | undefined {
  if (failedAttempts === 0) return 0;
  const seconds = schedule[failedAttempts - 1];
  if (seconds === undefined) return undefined;
  const baseMs = Math.round(seconds * 1000);
  return baseMs + Math.floor(baseMs * JITTER * random());
}
