#!/usr/bin/env node
/** The command line. Each command loads what it needs when it is called. */

import './lib/thread-pool.ts';
import './lib/young-generation.ts';
import '../prisma/check-node.js';
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { DemoOptions } from './command/demo.ts';
import { reportFailure } from './command/failure.ts';
import type { KeyOptions } from './command/key.ts';
import type { ReceiveOptions } from './command/receive.ts';

// What is set in the environment already stays as it is.
if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('posthorn')
  .description(
    'Delivers webhooks about data imports: nothing accepted is lost, nobody slow holds up others, every step can be watched live.',
  )
  .showHelpAfterError()
  .addHelpText('after', '\nEverything is configured by environment variables; the README lists them.');

program
  .command('start', { isDefault: true })
  .description('run everything in one process (the default)')
  .allowExcessArguments()
  .action(async (_options, { args }: Command) => {
    // What is not the name of a command ends up here, the default.
    if (args.length > 0) program.error(`error: unknown command '${args[0]}'`);
    const { start } = await import('./command/start.ts');
    await start({ api: true, dispatcher: true });
  });

program
  .command('api')
  .description('run the GraphQL API only; needs DATABASE_URL')
  .option('--embedded', 'on the embedded database all the same: what it accepts waits for the next `start`')
  .action(async ({ embedded }: { embedded?: boolean }) => {
    const { start } = await import('./command/start.ts');
    await start({ api: true, dispatcher: false, embedded });
  });

program
  .command('dispatcher')
  .description('run a dispatcher only; needs DATABASE_URL')
  .option('--health-port <port>', 'answer /healthz, /readyz and /metrics there', parsePort)
  .action(async ({ healthPort }: { healthPort?: number }) => {
    const { start } = await import('./command/start.ts');
    await start({ api: false, dispatcher: true, healthPort });
  });

program
  .command('migrate')
  .description('bring the database up to date, and stop; `start`, `api` and `dispatcher` do it by themselves')
  .action(async () => {
    const { migrateDatabase } = await import('./command/migrate.ts');
    await migrateDatabase();
  });

const key = program.command('key').description('API keys');

key
  .command('create')
  .description('make an API key and print it')
  .requiredOption('--role <role>', 'IMPORTER, OPERATOR, MANAGER, ADMIN, or ROOT for a key of the instance')
  .option('--organization <name>', 'whose key', 'Default')
  .option('--name <name>', 'what it is called', 'Made on the command line')
  .option('--expires-in-days <days>', 'when it ends by itself; unless given, never', parseDays)
  .action(async (options: KeyOptions) => {
    const { createKey } = await import('./command/key.ts');
    await createKey(options);
  });

key
  .command('generate')
  .description('print a well-formed key that nothing knows yet, for INITIAL_ADMIN_KEY')
  .action(async () => {
    const { generateApiKey } = await import('./organization/api-key.ts');
    process.stdout.write(`${generateApiKey()}\n`);
  });

program
  .command('receive')
  .description('run a receiver that verifies signatures and prints what arrives')
  .option('--port <port>', 'where to listen; 0 is any port that is free', parsePort, 4100)
  .option('--host <host>', 'at which address of this machine', '127.0.0.1')
  .option('--secret <secret...>', "the webhook's secret, whsec_…; several during a rotation")
  .option('--status <status>', 'what to answer', parseStatus, 200)
  .option('--fail <count>', 'answer the first that many requests with 500', parseCount, 0)
  .option('--delay <milliseconds>', 'wait that long before answering', parseCount, 0)
  .option('--raw', 'print bodies as they came, not over several lines')
  .action(async (options: ReceiveOptions) => {
    const { receive } = await import('./command/receive.ts');
    await receive(options);
  });

program
  .command('demo')
  .description('watch the whole story in one terminal, on a throw-away database')
  .option('--port <port>', 'where the server listens; 0 is any port that is free', parsePort, 4000)
  .option('--exit', 'stop when the story is over, with status 0 only when everything went as told')
  .action(async (options: DemoOptions) => {
    const { demo } = await import('./command/demo.ts');
    await demo(options);
  });

function parsePort(text: string): number {
  return parseWithin(text, 0, 65_535, 'a port');
}

function parseStatus(text: string): number {
  return parseWithin(text, 200, 599, 'an HTTP status');
}

function parseCount(text: string): number {
  return parseWithin(text, 0, 2 ** 31 - 1, 'a number that is not negative');
}

function parseDays(text: string): number {
  return parseWithin(text, 1, 36_500, 'a number of days from 1 to 36500');
}

function parseWithin(text: string, least: number, most: number, what: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be ${what}.`);
}

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}
