/** Makes the database that the tests of the project `pglite` begin with, once for the whole run. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPglite } from '../../src/database/pglite.ts';
import { spawnProgram } from './program.ts';

/** A migrated PGlite. */
export interface PgliteTemplate {
  /** A data directory of the program; copy it. */
  readonly directory: string;
  /** The same database as one file, which PGlite loads in a second; making an empty one takes it ten. */
  readonly dump: string;
}

/** Migrates a data directory as users do, and dumps it. What it returns deletes both. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const root = await mkdtemp(join(tmpdir(), 'posthorn-template-'));
  const template: PgliteTemplate = { directory: join(root, 'data'), dump: join(root, 'dump.tar') };
  const program = spawnProgram(['migrate'], { DATA_DIR: template.directory });
  const { status } = await program.ending; // however long that takes on a busy machine
  if (status !== 0) throw new Error(`The embedded database could not be migrated: ${program.log}`);
  const pglite = await openPglite(join(template.directory, 'database'));
  await writeFile(template.dump, new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer()));
  await pglite.close();
  project.provide('pglite', template);
  return () => rm(root, { recursive: true, force: true, maxRetries: 5 });
}
