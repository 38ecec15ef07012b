/** Statements and transactions on the connections of a pool. */

import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Sql, Statement, Transactor } from './database.ts';
import { INT8, parseInt8, parseTimestamptz, TIMESTAMPTZ } from './types.ts';

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return parseInt8;
    if (oid === TIMESTAMPTZ) return parseTimestamptz;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  },
};

/** Runs statements on whichever connection is free; its connections must be in pipeline mode. */
export function transactorOf(pool: pg.Pool): Transactor {
  return {
    query: (statement, parameters) => run(pool, statement, parameters),
    transaction: (work) => transact(pool, work),
    together: async (...calls) => (await together(pool, calls)) as never, // one for each call, as the type says
  };
}

async function run<Row>(
  client: pg.Pool | pg.PoolClient,
  text: Statement,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const result = await client.query({ name: preparedName(text), text, values: [...values], types });
  return result.rows;
}

const names = new Map<Statement, string>();

function preparedName(text: Statement): string {
  const known = names.get(text);
  if (known) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
  names.set(text, name);
  return name;
}

async function transact<Result>(pool: pg.Pool, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  /** From then on a branch of `work` that goes on must not reach those who get the connection next. */
  let isOver = false;
  try {
    await client.query('begin');
    const result = await work({
      async query(statement, parameters) {
        if (isOver) throw new Error('a statement came when its transaction was over');
        return await run(client, statement, parameters);
      },
    });
    isOver = true;
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    isOver = true;
    await rollBack(client);
    throw error;
  }
}

/** The connection sends what it is given at once, and PostgreSQL answers in that order. */
async function together(pool: pg.Pool, calls: readonly (readonly [Statement, (readonly unknown[])?])[]) {
  const client = await pool.connect();
  const begun = client.query('begin');
  const asked = calls.map(([statement, parameters]) => run<unknown>(client, statement, parameters));
  const committed = client.query('commit'); // which rolls back when one of them fails
  await Promise.allSettled([begun, ...asked, committed]);
  try {
    await begun;
    const rows = await Promise.all(asked);
    await committed;
    client.release();
    return rows;
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

/** A connection that cannot even roll back is thrown away rather than handed to the next caller. */
async function rollBack(client: pg.PoolClient): Promise<void> {
  await client.query('rollback').then(
    () => client.release(),
    () => client.release(true),
  );
}
