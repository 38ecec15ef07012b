/** Writes the Prisma client to `prisma/client`. npm runs it after installing, offline, on every system. */

import './check-node.js';
import { spawnSync } from 'node:child_process';
import { PRISMA_CLI, PROJECT, prismaEnvironment } from './environment.ts';

// Generating asks only that there be an engine, so any file will do.
const { status, error, stdout, stderr } = spawnSync(process.execPath, [PRISMA_CLI, 'generate'], {
  cwd: PROJECT,
  env: prismaEnvironment(process.execPath),
  encoding: 'utf8',
});
if (error) throw error;
if (status === 0) {
  process.stdout.write('Generated the Prisma client.\n');
} else {
  process.stderr.write(`${stdout}${stderr}\nCould not generate the Prisma client from prisma/schema.prisma.\n`);
  process.exitCode = status ?? 1;
}
