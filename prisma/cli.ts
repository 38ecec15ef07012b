/**
 * The Prisma CLI with our own schema engine: `npm run prisma -- migrate dev --name add_color`.
 *
 * For development; a running server migrates by itself. On Windows a script cannot stand in for a binary, so the
 * commands that work on a database (`migrate`, `db`) need WSL there.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PRISMA_CLI, PROJECT, prismaEnvironment } from './environment.ts';

const schemaEngine = fileURLToPath(new URL('schema-engine.ts', import.meta.url));
const { status, error } = spawnSync(process.execPath, [PRISMA_CLI, ...process.argv.slice(2)], {
  cwd: PROJECT,
  env: prismaEnvironment(schemaEngine),
  stdio: 'inherit',
});
if (error) throw error;
process.exitCode = status ?? 1;
