/** `npm run bench`: measures, and prints what came of it. Progress goes to standard error, figures to standard output. */

import '../prisma/check-node.js';
import { availableParallelism } from 'node:os';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { accept } from './accept.ts';
import type { Bench, Measurement } from './bench.ts';
import { collections } from './collections.ts';
import { deliver } from './deliver.ts';
import { drain } from './drain.ts';
import { fanout } from './fanout.ts';
import { hang } from './hang.ts';
import { hostile } from './hostile.ts';
import { isolation } from './isolation.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { neighbour } from './neighbour.ts';
import { processes } from './processes.ts';
import { DATABASE_KINDS, type DatabaseKind, findServer } from './support/database.ts';
import { findPeers } from './support/peers.ts';
import { withSetting } from './support/setting.ts';
import { formatTable } from './support/table.ts';
import { watchers } from './watchers.ts';

const BENCHES: readonly Bench[] = [
  deliver,
  accept,
  latency,
  fanout,
  hang,
  hostile,
  neighbour,
  processes,
  collections,
  drain,
  watchers,
  memory,
  isolation,
];

interface Options {
  readonly all?: true;
  readonly database?: DatabaseKind;
  readonly json?: true;
  readonly profile?: string;
  readonly scale: number;
}

const names = BENCHES.map(({ name }) => name);
const program = new Command('npm run bench --')
  .description('Measures Posthorn against a baseline in the same run. bench/README.md says how to read it.')
  .addArgument(new Argument('[names...]', 'which benches; unless given, all but the big ones').choices(names))
  .option('--all', 'the big ones, too')
  .addOption(new Option('--database <kind>', 'on this database only').choices(DATABASE_KINDS))
  .option('--scale <part>', 'smaller, to try it out: 0.01 is a hundredth of the work', parseScale, 1)
  .option('--json', 'print JSON instead of a table')
  .option('--profile <directory>', "write CPU profiles of Posthorn's own processes there, for Chrome's DevTools")
  .addHelpText('after', `\nBenches:\n${BENCHES.map(describe).join('')}`)
  .addHelpText(
    'after',
    'PostgreSQL is the server at BENCH_DATABASE_URL, else at TEST_DATABASE_URL, else one that is started for the run.\n' +
      'BullMQ and pg-boss are compared with once `npm ci --prefix bench` has installed them; Redis is at REDIS_URL.',
  )
  .parse();

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`The benches were interrupted by ${signal}.`)));
}

const options = program.opts<Options>();
const wanted = new Set(program.args);
const benches = BENCHES.filter(({ name, isBig }) => (wanted.size > 0 ? wanted.has(name) : options.all || !isBig));
const measured = await run(benches, options.database ? [options.database] : DATABASE_KINDS);
process.stdout.write(options.json ? `${JSON.stringify(measured, undefined, 2)}\n` : formatTable(measured));

async function run(chosen: readonly Bench[], databases: readonly DatabaseKind[]): Promise<Measurement[]> {
  const server = databases.includes('postgresql') ? await findServer(process.env) : undefined;
  say(`Node ${process.version}, ${availableParallelism()} cores${server ? `, ${server.about}` : ''}`);
  const peers = server ? await findPeers(process.env, say) : [];
  const results: Measurement[] = [];
  try {
    for (const database of databases) {
      for (const bench of chosen.filter((each) => each.databases?.includes(database) ?? true)) {
        const progress = (text: string) => say(`${bench.name} on ${database}: ${text}`);
        const { scale, profile } = options;
        const { signal } = interrupted;
        const setting = { database, server, peers, scale, progress, profileDirectory: profile, signal };
        results.push(...(await withSetting(setting, (given) => bench.run(given))));
      }
    }
  } finally {
    await server?.close();
  }
  return results;
}

function describe({ name, about, isBig }: Bench): string {
  return `  ${name.padEnd(13)}${about}${isBig ? ' (big)' : ''}\n`;
}

function parseScale(text: string): number {
  const scale = Number(text);
  if (scale > 0 && scale <= 1) return scale;
  throw new InvalidArgumentError('It must be more than 0 and at most 1.');
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
