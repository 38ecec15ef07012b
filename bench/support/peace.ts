/** Measuring while nobody else has the machine's cores. */

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { machineMs } from './clock.ts';

/** The part of the cores' time that may go to others in a round that counts. */
const MOST_STOLEN = 0.01;

/** How many rounds there may be for each that counts. */
const TRIES = 2;

/**
 * Measures in rounds. A virtual machine whose host gives its cores to others for tens of milliseconds ("steal") has
 * tails of latency that are the host's, so a round in which that was more than a hundredth of the time is measured again,
 * up to {@link TRIES} times as many rounds in all. That keeps the worst out, not every stall. Where the kernel counts no
 * steal, all count.
 *
 * @returns what `rounds` of them found, those that were disturbed least.
 */
export async function inPeace<Found>(
  rounds: number,
  measure: (round: number) => Promise<Found>,
  progress: (text: string) => void,
): Promise<Found[]> {
  const measured: { readonly found: Found; readonly stolen: number }[] = [];
  const inOrder = () => measured.toSorted((a, b) => a.stolen - b.stolen);
  while (measured.length < rounds * TRIES && (inOrder()[rounds - 1]?.stolen ?? 1) > MOST_STOLEN) {
    const [beganMs, stolenMs] = [machineMs(), readStolenMs()];
    const found = await measure(measured.length + 1);
    const stolen = (readStolenMs() - stolenMs) / (machineMs() - beganMs) / cpus().length;
    if (stolen > MOST_STOLEN)
      progress(`round ${measured.length + 1}: the host had ${(100 * stolen).toFixed(1)} % of the time`);
    measured.push({ found, stolen });
  }
  const counted = inOrder().slice(0, rounds);
  const worst = counted.at(-1)?.stolen ?? 0;
  if (worst > MOST_STOLEN)
    progress(`of the rounds that count the host had up to ${(100 * worst).toFixed(1)} % of the time`);
  return counted.map(({ found }) => found);
}

/** For how long the host has given this machine's cores to others, in milliseconds; 0 where nobody counts that. */
function readStolenMs(): number {
  try {
    const [, , , , , , , , stolen] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 9);
    return (Number(stolen) || 0) * TICK_MS;
  } catch {
    return 0;
  }
}

/** `USER_HZ` is 100 wherever Node runs on Linux; proc_stat(5). */
const TICK_MS = 10;
