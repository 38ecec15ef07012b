/** One run: real processes under load, faults one after another, and the account at the end. */

import type { Caller } from '../support/client.ts';
import { describeFault, makeFault } from './faults.ts';
import { startImporter } from './importer.ts';
import { type DatabaseKind, type Fault, planFaults } from './plan.ts';
import { createRandom } from './random.ts';
import { readDeliveries, readLog } from './read-back.ts';
import { type Account, reconcile } from './reconcile.ts';
import { startWatcher } from './watcher.ts';
import { buildWorld, makeWebhooks } from './world.ts';

/** What a run is told. */
export interface RunOptions {
  readonly database: DatabaseKind;
  readonly kills: number;
  readonly seed: number;
  /** Calls of the importer in a second. */
  readonly rate: number;
  /** For people: what is going on. */
  readonly progress: (line: string) => void;
}

/** What came of a run. */
export interface RunResult extends Account {
  /** The faults that came about, in their order. */
  readonly faults: readonly Fault[];
  /** How often the subscriber of the log had to begin again. */
  readonly breaks: number;
}

/** How long what is left may take once nothing goes wrong any more: some leases, and their retries; in milliseconds. */
const DRAIN_MS = 60_000;

/** How often a run says how far it is, in faults. */
const FAULTS_PER_LINE = 5;

/** Runs, and leaves nothing behind. */
export async function run(options: RunOptions): Promise<RunResult> {
  await using stack = new AsyncDisposableStack();
  const complaints: string[] = [];
  const complain = (complaint: string) => void complaints.push(complaint);
  const faults = planFaults(options);
  const made: Fault[] = [];
  const world = await buildWorld(stack, options.database, complain);
  const { api, key, members, receivers } = world;
  const hooks = await makeWebhooks({ url: api.url ?? '', key }, receivers);

  const startedAt = performance.now();
  const progress = (line: string) =>
    options.progress(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  progress(`${options.database}, seed ${options.seed}: ${faults.length} faults`);
  const watcher = startWatcher({ url: world.watcherUrl, key }, complain);
  stack.defer(() => watcher.stop());
  const importer = startImporter({
    url: world.importerUrl,
    key,
    receiverUrl: receivers.url,
    random: createRandom(options.seed + 1),
    rate: options.rate,
    complain,
  });
  for (const [index, fault] of faults.entries()) {
    await makeFault(world, fault).then(
      () => made.push(fault),
      (error: unknown) => complain(`${describeFault(fault)}: ${messageOf(error)}`),
    );
    if ((index + 1) % FAULTS_PER_LINE > 0 && index + 1 < faults.length) continue;
    progress(`${index + 1} of ${faults.length}: ${describeFault(fault)}; ${importer.reported.size} reported`);
  }
  await Promise.all([...members.values()].map((member) => member.ready()));
  await importer.stop();

  const expected = [...importer.reported.values()].reduce((sum, report) => sum + report.hooks.length, 0);
  progress(`the load is over; waiting for ${expected} deliveries`);
  if (!(await watcher.untilFinished(expected, DRAIN_MS))) complain(`not everything was delivered in ${DRAIN_MS} ms`);
  const caller: Caller = { url: api.url ?? '', key };
  const [deliveries, log] = [await readDeliveries(caller), await readLog(caller)];
  if (!(await watcher.untilSeen(log.at(-1)?.cursor ?? '', DRAIN_MS)))
    complain('the subscriber did not see the last entry');
  const { reported } = importer;
  const account = reconcile({
    reported,
    receipts: receivers.ledger,
    deliveries,
    log,
    watched: watcher.seen,
    hooks,
    chancesOf: world.chancesOf,
  });
  await watcher.stop();
  for (const member of members.values()) {
    const complaint = await member.stop();
    if (complaint) complain(complaint);
  }
  return { ...account, unexplained: [...complaints, ...account.unexplained], faults: made, breaks: watcher.breaks };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
