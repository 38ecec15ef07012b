/** Where PostgreSQL's time goes, by statement: only on a server that has loaded `pg_stat_statements`. */

import type { Database } from '../../src/database/database.ts';
import type { PartCost } from './profile.ts';

/** What the statements of the hot path are told by. */
const STATEMENTS: readonly (readonly [part: string, text: RegExp])[] = [
  ['settle', /insert into attempt/i],
  ['lease', /for update skip locked/i],
  ['lock lanes', /pg_try_advisory_xact_lock/i],
  ['scan lanes', /with recursive lane/i],
  ['hints', /pg_notify/i],
  ['begin and commit', /^(begin|commit)/i],
];

/** Begins to count, if the server can. */
export async function beginStatements(db: Database): Promise<void> {
  if (!(await isLoaded(db))) return;
  await db.query('create extension if not exists pg_stat_statements');
  await db.query('select pg_stat_statements_reset()::text');
}

/** Time by statement since then, planning included where the server counts it; `undefined` when it cannot. */
export async function endStatements(db: Database): Promise<PartCost[] | undefined> {
  if (!(await isLoaded(db))) return undefined;
  const rows = await db.query<{ query: string; us: number }>(`
    select query, (total_exec_time + total_plan_time) * 1000 as us from pg_stat_statements
    where dbid = (select oid from pg_database where datname = current_database())`);
  const spent = new Map<string, number>();
  for (const { query, us } of rows) {
    const part = STATEMENTS.find(([, pattern]) => pattern.test(query))?.[0] ?? 'other';
    spent.set(part, (spent.get(part) ?? 0) + us);
  }
  return [...spent].map(([part, us]) => ({ part, us })).sort((a, b) => b.us - a.us);
}

async function isLoaded(db: Database): Promise<boolean> {
  if (db.kind !== 'postgresql') return false;
  const [row] = await db.query<{ libraries: string }>(
    `select current_setting('shared_preload_libraries') as libraries`,
  );
  return row?.libraries.includes('pg_stat_statements') ?? false;
}
