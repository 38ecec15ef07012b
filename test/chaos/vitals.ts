/** What a soak looks at: memory and file descriptors of processes, connections to the database, and its tables. */

import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import type { Member } from './supervisor.ts';

/** One look, by what is measured: `memory of api`, `rows of destination`. */
export type Vitals = ReadonlyMap<string, number>;

/** Tables that get more rows with every import, or every minute; retention removes them, after days. */
export const GROWING_TABLES = ['import', 'event', 'delivery', 'attempt', 'delivery_log_entry', 'delivery_stat'];

const MEBIBYTE = 2 ** 20;

/**
 * Looks at all processes, and at the database at `url`, where there are so many imports by now. Memory is in MiB. What
 * cannot be seen just now is left out.
 */
export async function readVitals(members: Iterable<Member>, url: string, imports: number): Promise<Vitals> {
  const processes = [...members].flatMap((member) => readProcess(member));
  const database = await readDatabase(url, imports).catch(() => []); // it may be away: that is one of the faults
  return new Map([...processes, ...database]);
}

type Measured = readonly [what: string, value: number];

function readProcess({ name, pid, log }: Member): Measured[] {
  const [, bytes] = [...log.matchAll(/"memory\.used","bytes":(\d+)/g)].at(-1) ?? [];
  try {
    const [, resident] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return [
      ...(bytes ? [[`memory in use of ${name}`, Number(bytes) / MEBIBYTE] as const] : []),
      [`resident memory of ${name}`, Number(resident) / 1_024],
      [`file descriptors of ${name}`, readdirSync(`/proc/${pid}/fd`).length],
    ];
  } catch {
    return []; // it is being started
  }
}

const CONNECTIONS = `
select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;

const TABLES = `
select tablename::text as name, pg_total_relation_size(tablename::regclass)::float8 as bytes
from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'`;

async function readDatabase(url: string, imports: number): Promise<Measured[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // a server that goes away fails what is under way, and that is told
  await client.connect();
  const count = async (query: string) => (await client.query<{ count: number }>(query)).rows[0]?.count ?? 0;
  try {
    const measured: Measured[] = [
      ['connections to the database', await count(CONNECTIONS)],
      [
        'deliveries that are pending',
        await count(`select count(*)::int as count from delivery where status = 'PENDING'`),
      ],
    ];
    const { rows } = await client.query<{ name: string; bytes: number }>(TABLES);
    for (const { name, bytes } of rows) {
      if (GROWING_TABLES.includes(name)) measured.push([`KiB of ${name} for each import`, bytes / 1_024 / imports]);
      else measured.push([`rows of ${name}`, await count(`select count(*)::int as count from "${name}"`)]);
    }
    return measured;
  } finally {
    await client.end().catch(() => undefined);
  }
}
