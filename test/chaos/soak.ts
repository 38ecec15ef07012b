/** A soak: load for a time, with faults that kill no process, and whether anything grows meanwhile. */

import { setTimeout as delay } from 'node:timers/promises';
import { describeFault, makeFault } from './faults.ts';
import { type Growth, judgeGrowth } from './growth.ts';
import { type Load, type LoadAccount, runUnderLoad } from './load.ts';
import { type Fault, planSoak } from './plan.ts';
import { readVitals, type Vitals } from './vitals.ts';

/** What a soak is told. */
export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly rate: number;
  readonly progress: (line: string) => void;
}

/** What came of it. */
export interface SoakResult extends LoadAccount {
  readonly growths: readonly Growth[];
}

/** How many looks there are, if that leaves {@link LEAST_PAUSE_MS} between two. */
const LOOKS = 240;
const LEAST_PAUSE_MS = 1_000;

/** From one fault to the next, in milliseconds. */
const FAULT_INTERVAL_MS = 20_000;

/** The first processes have read and planned every statement, and compiled what they run often, after so long. */
const WARM_UP_MS = 5_000;

const ENVIRONMENT = {
  NODE_OPTIONS: `--expose-gc --import=${new URL('report-memory.ts', import.meta.url).href}`,
};

/** Runs on PostgreSQL, and leaves nothing behind. */
export async function soak({ minutes, ...options }: SoakOptions): Promise<SoakResult> {
  const durationMs = minutes * 60_000;
  const looks: Vitals[] = [];
  const account = await runUnderLoad({ ...options, database: 'postgresql', env: ENVIRONMENT }, async (load) => {
    await delay(Math.min(WARM_UP_MS, durationMs / 4));
    const over = AbortSignal.timeout(durationMs);
    await Promise.all([look(load, looks, durationMs, over), breakThings(load, planSoak(options.seed), over)]);
  });
  return { ...account, growths: judgeGrowth(looks) };
}

async function look(
  { world, importer, progress }: Load,
  looks: Vitals[],
  durationMs: number,
  over: AbortSignal,
): Promise<void> {
  const pauseMs = Math.max(LEAST_PAUSE_MS, durationMs / LOOKS);
  const looksPerLine = Math.ceil(Math.max(10_000, durationMs / 60) / pauseMs);
  while (!over.aborted) {
    const imports = importer.reported.size;
    looks.push(await readVitals(world.members.values(), world.server?.url ?? '', imports));
    if (looks.length % looksPerLine === 0) progress(`${imports} reported, ${looks.length} looks`);
    await delay(pauseMs, undefined, { signal: over }).catch(() => undefined);
  }
}

async function breakThings(
  { world, progress, complain }: Load,
  faults: Iterable<Fault>,
  over: AbortSignal,
): Promise<void> {
  for (const fault of faults) {
    await delay(FAULT_INTERVAL_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    progress(describeFault(fault));
    await makeFault(world, fault).catch((error: unknown) => complain(`${describeFault(fault)}: ${error}`));
  }
}
