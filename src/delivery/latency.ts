/** Latencies in a few numbers: a histogram whose slots grow with what they hold. */

/** Slots per doubling of the duration. */
const SLOTS_PER_DOUBLING = 4;

/**
 * How many slots there are. The last one begins at 2^19 ms, almost nine minutes; no attempt may take more than five.
 * Slot `i` holds durations from 2^(i/4) up to 2^((i+1)/4) milliseconds; the first one everything shorter, too.
 */
const SLOTS = 19 * SLOTS_PER_DOUBLING + 1;

/**
 * By how much an estimated quantile may differ from the true one, as a part of it: half a slot, 2^(1/8) - 1. Durations
 * below a millisecond count as one.
 */
export const QUANTILE_ERROR = 2 ** (1 / (2 * SLOTS_PER_DOUBLING)) - 1;

/** A histogram: how many durations are in which slot. What is missing at the end is zero. */
export type Latencies = readonly number[];

/** The slot of a duration. */
export function slotOf(durationMs: number): number {
  return Math.min(SLOTS - 1, Math.floor(SLOTS_PER_DOUBLING * Math.log2(Math.max(1, durationMs))));
}

/** Counts one more duration, in place. */
export function addDuration(latencies: number[], durationMs: number): void {
  const slot = slotOf(durationMs);
  while (latencies.length <= slot) latencies.push(0);
  latencies[slot] = (latencies[slot] ?? 0) + 1;
}

/** Both histograms together. */
export function addLatencies(one: Latencies, other: Latencies): Latencies {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, slot) => (one[slot] ?? 0) + (other[slot] ?? 0));
}

/**
 * The duration in milliseconds that the part `quantile` of all does not exceed, within {@link QUANTILE_ERROR}; null when
 * there are none.
 */
export function estimateQuantile(latencies: Latencies, quantile: number): number | null {
  const count = latencies.reduce((sum, slot) => sum + slot, 0);
  if (count === 0) return null;
  const rank = Math.max(1, Math.ceil(quantile * count));
  let reached = 0;
  const slot = latencies.findIndex((inSlot) => {
    reached += inSlot;
    return reached >= rank;
  });
  return 2 ** ((slot + 0.5) / SLOTS_PER_DOUBLING);
}
