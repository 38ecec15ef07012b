#!/usr/bin/env node

/**
 * The program that the Prisma CLI starts to look at and change databases, in place of the native one that it would
 * download: the same engine compiled to WebAssembly, reached through the driver adapters.
 *
 * The CLI gives either a one-shot command, `--datasource JSON cli NAME`, whose failure it reads as JSON lines on
 * standard error, or `--datasource JSON --datamodels FILE …` and then JSON-RPC, one message a line, on standard input
 * and output. That protocol is documented nowhere but in https://github.com/prisma/prisma (`SchemaEngineCLI.ts`) and
 * may change with a new version of Prisma: `test/database/prisma-cli.test.ts` tells.
 */

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { z } from 'zod';
import {
  type DatabaseCommand as Command,
  DATABASE_COMMANDS,
  type EngineDatabase,
  openEngineDatabase,
  runDatabaseCommand,
} from './schema-engine-database.ts';

/** Requests of ours to the CLI are numbered from here, out of the way of its own. */
const PRINT_IDS = 1_000_000;

/** The code that the native engine gives to every failure of a method. */
const SERVER_ERROR = 4466;

const DatabaseCommand = z.enum(DATABASE_COMMANDS);

const Datasource = z.object({ url: z.string() });

const Request = z.object({ id: z.number(), method: z.string(), params: z.unknown().optional() });

const DiffResult = z.object({ stdout: z.string().nullable() });

/** What the engine throws: an error with Prisma's code and what its message is about. */
const EngineFailure = z.object({
  message: z.string(),
  code: z.string().optional(),
  meta: z.unknown().optional(),
});

interface CommandLine {
  readonly url: string | undefined;
  readonly datamodels: readonly string[];
  readonly command: Command | undefined;
}

/** Rejects when the engine panics, after which it answers nothing any more. It looks for the global by this name. */
const panic = Promise.withResolvers<never>();
panic.promise.catch(() => undefined);
Reflect.set(globalThis, 'PRISMA_WASM_PANIC_REGISTRY', {
  set_message(message: string) {
    process.once('uncaughtException', () => undefined); // what the panic ends in, `unreachable`
    panic.reject(new Error(message));
  },
});

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--version')) {
    const { version } = await import('@prisma/schema-engine-wasm');
    process.stdout.write(`schema-engine-cli ${version()}\n`);
    return;
  }
  const { url, datamodels, command } = parseCommandLine(args);
  if (command && url) {
    await runCommand(url, command);
    return;
  }
  await serve(url, datamodels);
}

async function runCommand(url: string, command: Command): Promise<void> {
  const problem = await runDatabaseCommand(url, command);
  if (!problem) return;
  const fields = { error_code: problem.code, message: problem.message, is_panic: false, meta: problem.meta };
  // The CLI skips the first line.
  process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`);
  process.exitCode = 1;
}

/** Answers one request after the other until the CLI ends its side or this process. */
async function serve(url: string | undefined, datamodels: readonly string[]): Promise<void> {
  const database = await openEngineDatabase(url);
  const engine = await openEngine(database, datamodels);
  const input = createInterface({ input: process.stdin }); // not earlier: lines that nobody waits for are lost
  process.once('SIGTERM', () => input.close());
  for await (const line of input) {
    const request = Request.safeParse(JSON.parse(line));
    if (!request.success) continue; // the CLI's answer to a `print`
    await answer(engine, request.data);
  }
  await database.close();
  process.exit(); // rather than outlive it by the ten seconds after which the engine would give up on its lock
}

async function openEngine({ adapters }: EngineDatabase, datamodels: readonly string[]): Promise<SchemaEngine> {
  const { SchemaEngine } = await import('@prisma/schema-engine-wasm');
  const files = await Promise.all(
    datamodels.map(async (file): Promise<[string, string]> => [file, await readFile(file, 'utf8')]),
  );
  return SchemaEngine.new(
    { datamodels: files.length > 0 ? files : undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapters),
  );
}

async function answer(engine: SchemaEngine, { id, method, params }: z.infer<typeof Request>): Promise<void> {
  try {
    const result = await Promise.race([call(engine, method, params), panic.promise]);
    const printed = method === 'diff' ? DiffResult.safeParse(result).data?.stdout : undefined;
    if (printed != null) send({ id: id + PRINT_IDS, method: 'print', params: { content: printed } });
    send({ id, result: result ?? {} });
  } catch (error) {
    const failure = EngineFailure.catch({ message: String(error), meta: {} }).parse(error);
    const data = {
      is_panic: false,
      message: failure.message,
      error_code: failure.code,
      meta: failure.meta ?? {},
    };
    send({ id, error: { code: SERVER_ERROR, message: 'An error happened. Check the data field for details.', data } });
  }
}

async function call(engine: SchemaEngine, method: string, params: unknown): Promise<unknown> {
  // An engine that has just applied migrations cannot open its shadow database for this one; that one makes it able to.
  if (method === 'evaluateDataLoss') await call(engine, 'devDiagnostic', params);
  const implementation: unknown = Reflect.get(engine, method === 'getDatabaseVersion' ? 'version' : method);
  if (typeof implementation !== 'function') throw new Error(`The schema engine has no method ${method}.`);
  const result: unknown = await Reflect.apply(implementation, engine, [params]);
  return result;
}

function send(message: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      datasource: { type: 'string' },
      datamodels: { type: 'string', multiple: true, default: [] },
      'enabled-preview-features': { type: 'string' },
      'extension-types': { type: 'string' },
    },
    allowPositionals: true,
  });
  const [, command] = z
    .tuple([z.literal('cli'), DatabaseCommand])
    .or(z.tuple([]))
    .parse(positionals);
  const url = values.datasource === undefined ? undefined : Datasource.parse(JSON.parse(values.datasource)).url;
  return { url, datamodels: values.datamodels, command };
}
