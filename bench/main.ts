/** `npm run bench`: measures, and prints what came of it. Progress goes to standard error, figures to standard output. */

import '../prisma/check-node.js';
import { availableParallelism } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { accept } from './accept.ts';
import type { Bench, Measurement } from './bench.ts';
import { deliver } from './deliver.ts';
import { latency } from './latency.ts';
import { DATABASE_KINDS, type DatabaseKind, findServer } from './support/database.ts';
import { withSetting } from './support/setting.ts';
import { formatTable } from './support/table.ts';

const BENCHES: readonly Bench[] = [deliver, accept, latency];

interface Options {
  readonly database?: DatabaseKind;
  readonly json?: true;
  readonly profile?: string;
}

const program = new Command('npm run bench --')
  .description('Measures Posthorn against a baseline in the same run. bench/README.md says how to read it.')
  .addArgument(new Argument('[names...]', 'which benches; all unless given').choices(BENCHES.map(({ name }) => name)))
  .addOption(new Option('--database <kind>', 'on this database only').choices(DATABASE_KINDS))
  .option('--json', 'print JSON instead of a table')
  .option('--profile <directory>', "write CPU profiles of Posthorn's own process there, for Chrome's DevTools")
  .addHelpText('after', `\nBenches:\n${BENCHES.map(({ name, about }) => `  ${name.padEnd(9)}${about}\n`).join('')}`)
  .addHelpText(
    'after',
    'PostgreSQL is the server at BENCH_DATABASE_URL, else at TEST_DATABASE_URL, else one that is started for the run.',
  )
  .parse();

const options = program.opts<Options>();
const wanted = new Set(program.args);
const benches = BENCHES.filter(({ name }) => wanted.size === 0 || wanted.has(name));
const measured = await run(benches, options.database ? [options.database] : DATABASE_KINDS);
process.stdout.write(options.json ? `${JSON.stringify(measured, undefined, 2)}\n` : formatTable(measured));

async function run(chosen: readonly Bench[], databases: readonly DatabaseKind[]): Promise<Measurement[]> {
  const server = databases.includes('postgresql') ? await findServer(process.env) : undefined;
  say(`Node ${process.version}, ${availableParallelism()} cores${server ? `, ${server.about}` : ''}`);
  const results: Measurement[] = [];
  try {
    for (const database of databases) {
      for (const bench of chosen) {
        const progress = (text: string) => say(`${bench.name} on ${database}: ${text}`);
        const setting = { database, server, progress, profileDirectory: options.profile };
        results.push(...(await withSetting(setting, (given) => bench.run(given))));
      }
    }
  } finally {
    await server?.close();
  }
  return results;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
