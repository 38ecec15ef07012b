/** The command `npm run chaos`: its options, what it prints, and the status with which it ends. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { formatAccount } from './format.ts';
import { POINTS } from './gate.ts';
import { DATABASES, type DatabaseKind } from './plan.ts';
import type { Account, Evidence } from './reconcile.ts';
import { run } from './run.ts';

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly database: DatabaseKind;
  readonly rate: number;
}

const WRONG_USAGE = 2;

/**
 * Makes a run and prints its account; progress goes to standard error. The exit status is 1 when anything is lost or
 * unexplained, or the run broke off, and 2 when the command was wrong. `reconcile` takes the place of the usual one, as
 * a test of the status needs it.
 */
export async function runCommand(argv: readonly string[], reconcile?: (evidence: Evidence) => Account): Promise<void> {
  const options = readOptions(argv);
  try {
    const progress = (line: string) => void process.stderr.write(`${line}\n`);
    const result = await run({ ...options, progress, ...(reconcile ? { reconcile } : {}) });
    process.stdout.write(formatAccount(result));
    process.exitCode = result.lost > 0 || result.unexplained.length > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`The run broke off: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

function readOptions(argv: readonly string[]): Options {
  return new Command('npm run chaos --')
    .description('Runs Posthorn under load, kills its processes at every point of a delivery, and counts what arrived.')
    .option('--kills <count>', 'how many processes are killed', parseCount, 24)
    .option('--seed <number>', 'the same seed makes the same faults in the same order', parseCount, 1)
    .addOption(new Option('--database <kind>', 'on which database').choices(DATABASES).default('postgresql'))
    .option('--rate <calls>', 'calls of the importer in a second', parseRate, 10)
    .allowExcessArguments(false)
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE))
    .addHelpText('after', `\nWhere processes are killed:\n${describePoints()}  whenever                 at any moment`)
    .addHelpText('after', '\nThe last line says what came of it. The status is 1 when anything is lost or unexplained.')
    .parse(argv)
    .opts<Options>();
}

function describePoints(): string {
  return Object.entries(POINTS)
    .map(([point, about]) => `  ${point.padEnd(25)}${about}\n`)
    .join('');
}

function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < 2 ** 31) return value;
  throw new InvalidArgumentError('It must be a number that is not negative.');
}

function parseRate(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1000) return value;
  throw new InvalidArgumentError('It must be a number above 0, and at most 1000.');
}
