/** What is in the database, table by table, whatever tables there are. */

import type { Database } from '../../src/database/database.ts';

interface Column {
  readonly table_name: string;
  readonly column_name: string;
}

async function columns(db: Database): Promise<readonly Column[]> {
  return await db.query<Column>(
    `select table_name::text, column_name::text from information_schema.columns
     where table_schema = 'public' and table_name <> '_prisma_migrations' order by 1, 2`,
  );
}

/** Everything that belongs to an organization, as text to compare. When a key was last used does not count. */
export async function contentsOf(db: Database, organizationId: string): Promise<string> {
  const owned = (await columns(db)).filter(({ column_name }) => column_name === 'organization_id');
  const tables: string[] = [];
  for (const { table_name } of owned) {
    const rows = await db.query<{ row: string }>(
      `select (to_jsonb(t) - 'last_used_at')::text as row from "${table_name}" t where organization_id = $1 order by 1`,
      [organizationId],
    );
    tables.push(`${table_name}\n${rows.map(({ row }) => row).join('\n')}`);
  }
  return tables.join('\n');
}

/** The tables in which `secret` can be read by anybody who has a copy: as text, as its bytes, or in hex or base64. */
export async function tablesWith(db: Database, secret: string): Promise<string[]> {
  const bytes = Buffer.from(secret);
  const spellings = [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
  const found: string[] = [];
  for (const table of new Set((await columns(db)).map(({ table_name }) => table_name))) {
    const rows = await db.query(
      `select 1 from "${table}" t where exists (select 1 from unnest($1::text[]) s where strpos(t::text, s) > 0)`,
      [spellings],
    );
    if (rows.length > 0) found.push(table);
  }
  return found;
}
