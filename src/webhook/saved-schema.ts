/** Saved schemas: import schemas, by name, that webhooks can listen to. */

import type { SavedSchema } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { isUniqueViolation } from '../database/database-error.ts';
import { DomainError } from '../errors.ts';
import { uuidV7 } from '../lib/id.ts';

/** Another saved schema of the organization has that name. */
export class SavedSchemaNameTakenError extends DomainError {
  readonly code = 'SAVED_SCHEMA_NAME_TAKEN';

  constructor(name: string) {
    super(`There already is a saved schema named "${name}". Choose another name.`);
  }
}

/** The organization has no such saved schema; another's looks the same. */
export class SavedSchemaNotFoundError extends DomainError {
  readonly code = 'SAVED_SCHEMA_NOT_FOUND';

  constructor() {
    super('There is no such saved schema in this organization. `savedSchemas` lists those that there are.');
  }
}

/** Webhooks listen to a saved schema, and one of them to nothing else: without it, it would never fire. */
export class SavedSchemaInUseError extends DomainError {
  readonly code = 'SAVED_SCHEMA_IN_USE';

  constructor() {
    super('A webhook listens to this saved schema and to nothing else. Change or delete that webhook first.');
  }
}

/** @throws {SavedSchemaNameTakenError} */
export async function createSavedSchema(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  organizationId: string,
  { name }: { name: string },
): Promise<SavedSchema> {
  const now = clock.now();
  return await db.prisma.savedSchema
    .create({ data: { id: uuidV7(now), organizationId, name, createdAt: now, updatedAt: now } })
    .catch((error: unknown) => refuseTakenName(error, name));
}

/** @throws {SavedSchemaNotFoundError} @throws {SavedSchemaNameTakenError} */
export async function renameSavedSchema(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  organizationId: string,
  { id, name }: { id: string; name: string },
): Promise<SavedSchema> {
  const [renamed] = await db.prisma.savedSchema
    .updateManyAndReturn({ where: { id, organizationId }, data: { name, updatedAt: clock.now() } })
    .catch((error: unknown) => refuseTakenName(error, name));
  if (!renamed) throw new SavedSchemaNotFoundError();
  return renamed;
}

/**
 * Webhooks that also listen to something else go on without it.
 *
 * @throws {SavedSchemaNotFoundError} @throws {SavedSchemaInUseError}
 */
export async function deleteSavedSchema({ db }: Pick<App, 'db'>, organizationId: string, id: string): Promise<void> {
  await db.transaction(async (sql) => {
    await sql.query(LOCK_FILTERS, [organizationId]);
    const users = await sql.query<{ last: boolean }>(FIND_USERS, [organizationId, id]);
    if (users.some(({ last }) => last)) throw new SavedSchemaInUseError();
    await sql.query('delete from webhook_saved_schema where organization_id = $1 and saved_schema_id = $2', [
      organizationId,
      id,
    ]);
    const deleted = await sql.query('delete from saved_schema where organization_id = $1 and id = $2 returning id', [
      organizationId,
      id,
    ]);
    if (deleted.length === 0) throw new SavedSchemaNotFoundError();
  });
}

/**
 * Taken first by every transaction that changes what webhooks of organization `$1` listen to, so that they happen one
 * after the other: each looks at rows that another may be about to delete, and there are no foreign keys to refuse it.
 */
export const LOCK_FILTERS = 'select id from organization where id = $1::uuid for update';

/** Whether each of the webhooks that listen to it listens to nothing else. */
const FIND_USERS = `
  select not exists (select from webhook_import_identifier i where i.webhook_id = w.id)
     and not exists (select from webhook_saved_schema o where o.webhook_id = w.id and o.saved_schema_id <> $2) as last
  from webhook w
  where w.organization_id = $1 and w.deleted_at is null
    and w.id in (select webhook_id from webhook_saved_schema where organization_id = $1 and saved_schema_id = $2)`;

function refuseTakenName(error: unknown, name: string): never {
  if (isUniqueViolation(error)) throw new SavedSchemaNameTakenError(name);
  throw error;
}
