/** Erasing: what is personal goes, and the line stays. */

import type { App } from '../app.ts';
import type { Sql } from '../database/database.ts';
import { eraseDeliveries, hasUnerased } from '../delivery/erasure.ts';
import { DomainError } from '../errors.ts';
import { ERASE_IMPORTS, FIND_EVENTS, FIND_IMPORT, FIND_IMPORTS_OF_USER, LOCK_IMPORTS } from './erasure.sql.ts';

/** The organization has no such import; another's looks the same. */
export class ImportNotFoundError extends DomainError {
  readonly code = 'IMPORT_NOT_FOUND';

  constructor() {
    super('There is no such import in this organization. `imports` lists those that there are.');
  }
}

/** How much was erased; what had been erased before does not count. */
export interface Erased {
  readonly imports: number;
  readonly events: number;
  /** Deliveries that were pending. */
  readonly cancelled: number;
}

/** Who asks, as a sentence for the log. */
interface Asked {
  readonly reason: string;
}

type Deps = Pick<App, 'db' | 'signals'>;

/** Imports erased together. */
const BATCH_SIZE = 100;

/**
 * Erases an import: file name, user and URLs, the bodies of its events, and of their deliveries what was sent and
 * answered. Ids, times, statuses and error codes stay, and of each body its SHA-256. Pending deliveries are cancelled,
 * and none can be redelivered. The same report again is still a duplicate; a later event of the import is new.
 *
 * Many short transactions, of which the last is that of the import itself: when it fails before, asking again goes on.
 * Erasing twice is erasing once.
 *
 * @throws {ImportNotFoundError}
 */
export async function eraseImport(
  app: Deps,
  organizationId: string,
  { importId, reason }: Asked & { readonly importId: string },
): Promise<Erased> {
  const ids = idsOf(await app.db.query<Row>(FIND_IMPORT, [organizationId, importId]));
  if (ids.length === 0) throw new ImportNotFoundError();
  return await eraseImports(app, { organizationId, ids, reason });
}

/**
 * Erases all imports of a user, as {@link eraseImport} does, a hundred at a time. Those that are reported meanwhile as
 * well. Nothing is refused: of a user whom nobody knows, and of another organization's, there is nothing to erase.
 */
export async function eraseUser(
  app: Deps,
  organizationId: string,
  { userId, reason }: Asked & { readonly userId: string },
): Promise<Erased> {
  const find = async () => idsOf(await app.db.query<Row>(FIND_IMPORTS_OF_USER, [organizationId, userId, BATCH_SIZE]));
  let erased: Erased = { imports: 0, events: 0, cancelled: 0 };
  for (let ids = await find(); ids.length > 0; ids = await find()) {
    const batch = await eraseImports(app, { organizationId, ids, reason });
    erased = {
      imports: erased.imports + batch.imports,
      events: erased.events + batch.events,
      cancelled: erased.cancelled + batch.cancelled,
    };
  }
  return erased;
}

interface Row {
  readonly id: string;
}

const idsOf = (rows: readonly Row[]): string[] => rows.map(({ id }) => id);

interface Erasing extends Asked {
  readonly organizationId: string;
  readonly ids: readonly string[];
}

/** Deliveries first: a body may only go when nothing is left that would send it. */
async function eraseImports(app: Deps, { organizationId, ids, reason }: Erasing): Promise<Erased> {
  let cancelled = 0;
  let erased: Omit<Erased, 'cancelled'> | undefined;
  while (!erased) {
    const eventIds = idsOf(await app.db.query<Row>(FIND_EVENTS, [organizationId, ids]));
    cancelled += await eraseDeliveries(app, { organizationId, eventIds, reason });
    erased = await app.db.transaction((sql) => eraseBodies(sql, organizationId, ids));
  }
  return { ...erased, cancelled };
}

/** Nothing when an event was added meanwhile that has deliveries. */
async function eraseBodies(
  sql: Sql,
  organizationId: string,
  ids: readonly string[],
): Promise<Omit<Erased, 'cancelled'> | undefined> {
  const locked = idsOf(await sql.query<Row>(LOCK_IMPORTS, [organizationId, ids]));
  const eventIds = idsOf(await sql.query<Row>(FIND_EVENTS, [organizationId, locked]));
  if (await hasUnerased(sql, { organizationId, eventIds })) return undefined;
  const [erased] = await sql.query<Omit<Erased, 'cancelled'>>(ERASE_IMPORTS, [locked]);
  return erased;
}
