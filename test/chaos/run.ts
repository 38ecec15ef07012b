/** One run: faults one after another under load, and the account at the end. */

import { describeFault, makeFault } from './faults.ts';
import { type LoadAccount, type LoadOptions, runUnderLoad } from './load.ts';
import { type Fault, planFaults } from './plan.ts';

/** What a run is told. */
export interface RunOptions extends LoadOptions {
  readonly kills: number;
}

/** What came of a run. */
export interface RunResult extends LoadAccount {
  /** The faults that came about, in their order. */
  readonly faults: readonly Fault[];
}

/** How often a run says how far it is, in faults. */
const FAULTS_PER_LINE = 5;

/** Runs, and leaves nothing behind. */
export async function run(options: RunOptions): Promise<RunResult> {
  const faults = planFaults(options);
  const made: Fault[] = [];
  const account = await runUnderLoad(options, async ({ world, importer, complain, progress }) => {
    progress(`${options.database}, seed ${options.seed}: ${faults.length} faults`);
    for (const [index, fault] of faults.entries()) {
      await makeFault(world, fault).then(
        () => made.push(fault),
        (error: unknown) => complain(`${describeFault(fault)}: ${messageOf(error)}`),
      );
      if ((index + 1) % FAULTS_PER_LINE > 0 && index + 1 < faults.length) continue;
      progress(`${index + 1} of ${faults.length}: ${describeFault(fault)}; ${importer.reported.size} reported`);
    }
  });
  return { ...account, faults: made };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
