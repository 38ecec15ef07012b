/** Which API keys let nobody in any more. */

import type { App } from '../app.ts';

/** Ids of keys, by why they have ended. */
export interface EndedKeys {
  readonly revoked: ReadonlySet<string>;
  /** By the clock of the database; not those that were revoked as well. */
  readonly expired: ReadonlySet<string>;
}

/** Index: api_key_pkey. A row for each key that has ended. */
const FIND_ENDED = `
select id, revoked_at is not null as "isRevoked" from api_key
where id = any ($1::uuid[]) and (revoked_at is not null or expires_at <= now())`;

/** Those of `ids` that have ended. */
export async function findEndedKeys({ db }: Pick<App, 'db'>, ids: ReadonlySet<string>): Promise<EndedKeys> {
  const rows = await db.query<{ id: string; isRevoked: boolean }>(FIND_ENDED, [[...ids]]);
  const idsOf = (wanted: boolean) => new Set(rows.filter(({ isRevoked }) => isRevoked === wanted).map(({ id }) => id));
  return { revoked: idsOf(true), expired: idsOf(false) };
}
