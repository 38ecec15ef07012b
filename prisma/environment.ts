/** How the Prisma CLI is started here: offline, quiet, and with a schema engine that nobody downloads. */

import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The script of the Prisma CLI, for `node`. */
export const PRISMA_CLI = fileURLToPath(new URL('build/index.js', import.meta.resolve('prisma/package.json')));

/** The project's directory, where `prisma.config.ts` is. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The environment for the Prisma CLI with `schemaEngine` as its native engine. Commands that do not touch a database
 * only look whether that file exists. This process's `node` and the project's tools come first on the path.
 */
export function prismaEnvironment(schemaEngine: string): NodeJS.ProcessEnv {
  const tools = [dirname(process.execPath), join(PROJECT, 'node_modules', '.bin')];
  return {
    ...process.env,
    PATH: [...tools, process.env.PATH].join(delimiter),
    PRISMA_SCHEMA_ENGINE_BINARY: schemaEngine,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    NODE_NO_WARNINGS: '1', // Node calls importing the engine's WebAssembly experimental
  };
}
