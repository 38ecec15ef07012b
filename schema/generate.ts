/** Writes what is made from the schema: `schema.graphql` and `generated/`. With `--check` it only says whether they are up to date. */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { buildSchema, isAbstractType } from 'graphql';
import config from '../codegen.ts';
import { printedSchema } from './print.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = 'schema/generated';

try {
  const wanted = await makeFiles();
  const stale = await findStale(wanted);
  if (process.argv.includes('--check')) report(stale);
  else await write(wanted, stale);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** What there shall be: contents by path below the project. */
async function makeFiles(): Promise<ReadonlyMap<string, string>> {
  const generated: { filename: string; content: string }[] = await generate(
    { ...config, schema: printedSchema, cwd: PROJECT, silent: true },
    false,
  );
  const files = generated
    // A lookup of documents by their text, which would put every document into every client. They are exported by name.
    .filter(({ filename }) => basename(filename) !== 'gql.ts')
    .map(({ filename, content }) => [filename, content] as const);
  return new Map([
    ['schema/schema.graphql', printedSchema],
    [`${GENERATED}/possible-types.ts`, printPossibleTypes()],
    ...files,
  ]);
}

/** Which types an interface or union stands for: a client's cache needs it to know what `... on Refusal` matches. */
function printPossibleTypes(): string {
  const schema = buildSchema(printedSchema);
  const possible = Object.values(schema.getTypeMap())
    .filter((type) => isAbstractType(type))
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);
  return `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(possible), null, 2)};\n`;
}

/** Files that are missing, differ, or are left over from before. */
async function findStale(wanted: ReadonlyMap<string, string>): Promise<string[]> {
  const found = await readdir(join(PROJECT, GENERATED)).catch(() => []);
  const paths = new Set([...wanted.keys(), ...found.map((name) => `${GENERATED}/${name}`)]);
  const stale: string[] = [];
  for (const path of paths) {
    const content = await readFile(join(PROJECT, path), 'utf8').catch(() => undefined);
    if (content !== wanted.get(path)) stale.push(path);
  }
  return stale;
}

function report(stale: readonly string[]): void {
  if (stale.length === 0) return;
  process.stderr.write(
    `These generated files are not up to date:\n${stale.map((path) => `  ${path}\n`).join('')}Run \`npm run generate\` and commit what it changes.\n`,
  );
  process.exitCode = 1;
}

async function write(wanted: ReadonlyMap<string, string>, stale: readonly string[]): Promise<void> {
  for (const path of stale) {
    const content = wanted.get(path);
    const target = join(PROJECT, path);
    if (content === undefined) {
      await rm(target, { recursive: true });
    } else {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    process.stdout.write(`${content === undefined ? 'Removed' : 'Wrote'} ${path}\n`);
  }
  if (stale.length === 0) process.stdout.write('Everything was up to date.\n');
}
