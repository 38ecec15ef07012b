/** Which API keys have been revoked. */

import type { App } from '../app.ts';

/** Index: api_key_pkey. A row for each key that was revoked. */
const FIND_REVOKED = `select id from api_key where id = any ($1::uuid[]) and revoked_at is not null`;

/** Those of `ids` that have been revoked. */
export async function findRevokedKeys({ db }: Pick<App, 'db'>, ids: ReadonlySet<string>): Promise<string[]> {
  const rows = await db.query<{ id: string }>(FIND_REVOKED, [[...ids]]);
  return rows.map(({ id }) => id);
}
