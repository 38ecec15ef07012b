/** `key`: API keys from the command line. */

import { Role } from '../../prisma/client/client.ts';
import { readConfig } from '../config.ts';
import { createApiKey } from '../organization/api-key.ts';
import { CommandError } from './command-error.ts';
import { openApp } from './run.ts';

/** Which key. */
export interface KeyOptions {
  readonly role: string;
  readonly organization: string;
  readonly name: string;
  /** Absent: it does not expire. */
  readonly expiresInDays?: number | undefined;
}

/**
 * Makes a key and prints it. On the embedded database no server may be running meanwhile.
 *
 * @throws {CommandError} for a role or an organization that there is not.
 */
export async function createKey({ role, organization, name, expiresInDays }: KeyOptions): Promise<void> {
  const known = Object.values(Role).find((each) => each === role.toUpperCase());
  if (!known) throw new CommandError(`There is no role ${role}. The roles are ${Object.values(Role).join(', ')}.`);
  const app = await openApp(readConfig({ LOG_LEVEL: 'warn', ...process.env }));
  try {
    const { key } = await createApiKey(app, {
      organizationId: known === 'ROOT' ? null : await findOrganization(app.db.prisma, organization),
      name,
      role: known,
      expiresAt: expiresInDays === undefined ? null : new Date(app.clock.now().getTime() + expiresInDays * DAY_MS),
    });
    process.stdout.write(`${key}\n`);
  } finally {
    await app.db.close();
  }
}

const DAY_MS = 24 * 60 * 60 * 1_000;

async function findOrganization(
  prisma: Awaited<ReturnType<typeof openApp>>['db']['prisma'],
  name: string,
): Promise<string> {
  const found = await prisma.organization.findUnique({ where: { name } });
  if (found) return found.id;
  const all = await prisma.organization.findMany({ orderBy: { name: 'asc' }, take: 20 });
  const cure =
    all.length > 0
      ? `There are: ${all.map((each) => each.name).join(', ')}.`
      : 'There is none yet: `start` makes the first one.';
  throw new CommandError(`There is no organization named "${name}". ${cure}`);
}
