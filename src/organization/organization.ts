/** Organizations, the tenants. */

import type { ApiKey, Organization } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { isUniqueViolation } from '../database/database-error.ts';
import { DomainError } from '../errors.ts';
import { uuidV7 } from '../lib/id.ts';
import { newApiKey } from './api-key.ts';

/** Another organization has that name. */
export class OrganizationNameTakenError extends DomainError {
  readonly code = 'ORGANIZATION_NAME_TAKEN';

  constructor(name: string) {
    super(`There already is an organization named "${name}". Choose another name.`);
  }
}

/** An organization as it begins. */
export interface NewOrganization {
  readonly organization: Organization;
  readonly adminKey: ApiKey;
  /** The first admin key itself, shown this once. */
  readonly key: string;
}

/**
 * Makes an organization and its first admin key, both or neither.
 *
 * @throws {OrganizationNameTakenError} also to the later of two that ask at the same time.
 */
export async function createOrganization(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  { name, adminKey }: { name: string; adminKey?: string | undefined },
): Promise<NewOrganization> {
  const createdAt = clock.now();
  const organization = { id: uuidV7(createdAt), name, createdAt };
  const { apiKey, key } = newApiKey(clock, {
    organizationId: organization.id,
    name: 'First admin key',
    role: 'ADMIN',
    key: adminKey,
  });
  try {
    await db.prisma.$transaction([
      db.prisma.organization.create({ data: organization }),
      db.prisma.apiKey.create({ data: apiKey }),
    ]);
  } catch (error) {
    if (isUniqueViolation(error)) throw new OrganizationNameTakenError(name);
    throw error;
  }
  return { organization, adminKey: apiKey, key };
}

/**
 * Makes the first organization when the instance has none, so that there is someone who can get in.
 *
 * @param adminKey the admin key it shall have; absent: a random one.
 * @returns the new organization's key, or `undefined` when there already was an organization. Of several processes that
 *   start at the same time, one makes it.
 */
export async function createFirstOrganization(
  app: Pick<App, 'db' | 'clock'>,
  adminKey: string | undefined,
): Promise<string | undefined> {
  if (await app.db.prisma.organization.findFirst({ select: { id: true } })) return undefined;
  try {
    const { key } = await createOrganization(app, { name: 'Default', adminKey });
    return key;
  } catch (error) {
    if (error instanceof OrganizationNameTakenError) return undefined;
    throw error;
  }
}
