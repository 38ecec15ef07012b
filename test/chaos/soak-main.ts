/** `npm run soak`: load for some minutes, and what grows meanwhile. Progress goes to standard error. */

import '../../prisma/check-node.js';
import { Command, InvalidArgumentError } from 'commander';
import { formatAccount } from './format.ts';
import { formatGrowth } from './growth.ts';
import { soak } from './soak.ts';

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly rate: number;
}

const WRONG_USAGE = 2;

const program = new Command('npm run soak --')
  .description('Runs Posthorn under load, with faults that kill no process, and says what grows without bound.')
  .option('--minutes <count>', 'for how long', parsePositive, 10)
  .option('--seed <number>', 'the same seed makes the same load and the same faults', parseSeed, 1)
  .option('--rate <calls>', 'calls of the importer in a second', parsePositive, 10)
  .allowExcessArguments(false)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE))
  .addHelpText('after', '\nThe status is 1 when anything grows without bound, is lost, or is unexplained.')
  .parse();

if (process.platform !== 'linux') {
  process.stderr.write('Memory and file descriptors are read from /proc, which only Linux has.\n');
  process.exit(WRONG_USAGE);
}

try {
  const result = await soak({ ...program.opts<Options>(), progress: (line) => process.stderr.write(`${line}\n`) });
  const { growths, lost, unexplained } = result;
  process.stdout.write(formatGrowth(growths) + formatAccount(result));
  const isSound = lost === 0 && unexplained.length === 0 && !growths.some(({ isUnbounded }) => isUnbounded);
  process.exitCode = isSound ? 0 : 1;
} catch (error) {
  process.stderr.write(`The soak broke off: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 10_000) return value;
  throw new InvalidArgumentError('It must be a number above 0, and at most 10000.');
}

function parseSeed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < 2 ** 31) return value;
  throw new InvalidArgumentError('It must be a number that is not negative.');
}
