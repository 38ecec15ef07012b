/** Real processes under load, whatever happens meanwhile, and the account at the end. */

import type { Caller } from '../support/client.ts';
import type { Environment } from '../support/program.ts';
import { eventsOf, type Importer, startImporter } from './importer.ts';
import type { DatabaseKind } from './plan.ts';
import { createRandom } from './random.ts';
import { readDeliveries, readLog } from './read-back.ts';
import { type Account, type Evidence, reconcile } from './reconcile.ts';
import { startWatcher, type Watcher } from './watcher.ts';
import { buildWorld, makeWebhooks, type World } from './world.ts';

/** What a load is told. */
export interface LoadOptions {
  readonly database: DatabaseKind;
  /** The same seed makes the same load. */
  readonly seed: number;
  /** Calls of the importer in a second. */
  readonly rate: number;
  /** For people: what is going on. */
  readonly progress: (line: string) => void;
  /** What the processes have in their environment beside the usual. */
  readonly env?: Environment;
  /** How the ledgers are held against each other. Default: `reconcile`. */
  readonly reconcile?: (evidence: Evidence) => Account;
}

/** A load that goes on. */
export interface Load {
  readonly world: World;
  readonly importer: Importer;
  readonly watchers: readonly Watcher[];
  readonly complain: (complaint: string) => void;
  /** Adds the time to a line. */
  readonly progress: (line: string) => void;
}

/** What came of it. */
export interface LoadAccount extends Account {
  /** How often each subscriber of the log had to begin again, at least. */
  readonly breaks: number;
}

/** How long what is left may take once nothing goes wrong any more: some leases, and their retries; in milliseconds. */
const DRAIN_MS = 60_000;

/** Runs the load for as long as `during` takes, then waits until all is delivered. Leaves nothing behind. */
export async function runUnderLoad(options: LoadOptions, during: (load: Load) => Promise<void>): Promise<LoadAccount> {
  await using stack = new AsyncDisposableStack();
  const complaints: string[] = [];
  const complain = (complaint: string) => void complaints.push(complaint);
  const world = await buildWorld(stack, options.database, complain, options.env);
  const { api, key, members, receivers } = world;
  const hooks = await makeWebhooks({ url: api.url ?? '', key }, receivers);

  const startedAt = performance.now();
  const progress = (line: string) =>
    options.progress(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  const watchers = (['deliveryLog', 'deliveryLogPages'] as const).map((how) => {
    const watcher = startWatcher({ url: world.watcherUrl, key }, how, complain);
    stack.defer(() => watcher.stop());
    return watcher;
  });
  const importer = startImporter({
    url: world.importerUrl,
    key,
    receiverUrl: receivers.url,
    random: createRandom(options.seed + 1),
    rate: options.rate,
    complain,
  });
  await during({ world, importer, watchers, complain, progress });
  await Promise.all([...members.values()].map((member) => member.ready()));
  await importer.stop();

  const { reported } = importer;
  const expected = [...reported.values()].reduce((sum, entry) => sum + eventsOf(entry).length * entry.hooks.length, 0);
  progress(`the load is over; waiting for ${expected} deliveries`);
  const finished = await Promise.all(watchers.map((watcher) => watcher.untilFinished(expected, DRAIN_MS)));
  if (finished.includes(false)) complain(`not everything was delivered in ${DRAIN_MS} ms`);
  const caller: Caller = { url: api.url ?? '', key };
  const [deliveries, log] = [await readDeliveries(caller), await readLog(caller)];
  const last = log.at(-1)?.cursor ?? '';
  const seen = await Promise.all(watchers.map((watcher) => watcher.untilSeen(last, DRAIN_MS)));
  if (seen.includes(false)) complain('a subscriber did not see the last entry');
  const account = (options.reconcile ?? reconcile)({
    reported,
    receipts: receivers.ledger,
    deliveries,
    log,
    watched: watchers.map((watcher) => watcher.seen),
    hooks,
    chancesOf: world.chancesOf,
  });
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  for (const member of members.values()) {
    const complaint = await member.stop();
    if (complaint) complain(complaint);
  }
  const breaks = Math.min(...watchers.map((watcher) => watcher.breaks));
  return { ...account, unexplained: [...complaints, ...account.unexplained], breaks };
}
