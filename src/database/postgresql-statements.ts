/** Statements and transactions on the connections of a pool. */

import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Statement, Transaction, TransactionOptions, Transactor } from './database.ts';
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
    transaction: (work, options) => transact(pool, work, options),
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

async function transact<Result>(
  pool: pg.Pool,
  work: (sql: Transaction) => Promise<Result>,
  { readsFirst = false }: TransactionOptions = {},
): Promise<Result> {
  const client = await pool.connect();
  const { transaction, commit, close } = begin(client, readsFirst);
  try {
    const result = await work(transaction);
    await commit();
    client.release();
    return result;
  } catch (error) {
    close();
    // A connection that cannot even roll back is thrown away rather than handed to the next caller.
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

/** A transaction that has begun, or is about to. */
interface Begun {
  readonly transaction: Transaction;
  /** Commits it, unless its last statement has. */
  commit(): Promise<void>;
  /** Refuses every other statement: whoever still has the transaction must not reach those who get the connection next. */
  close(): void;
}

/** The connection sends what it is given at once, and PostgreSQL answers in that order. */
function begin(client: pg.PoolClient, readsFirst: boolean): Begun {
  const begun = client.query('begin');
  begun.catch(() => undefined); // whoever waits for it is told
  let mustWait = !readsFirst;
  let committed: Promise<unknown> | undefined;
  let isOver = false;

  function checkOpen(): void {
    if (isOver) throw new Error('a statement came when its transaction was over');
  }

  async function query<Row>(statement: Statement, parameters?: readonly unknown[]): Promise<Row[]> {
    if (mustWait) await begun;
    mustWait = true;
    checkOpen();
    return await run(client, statement, parameters);
  }

  return {
    transaction: {
      query,
      async last<Row>(statement: Statement, parameters?: readonly unknown[]) {
        await begun;
        checkOpen();
        isOver = true;
        const answer = run<Row>(client, statement, parameters);
        committed = client.query('commit'); // which rolls back when the statement fails
        const [rows] = await Promise.all([answer, committed]);
        return rows;
      },
    },
    async commit() {
      await begun;
      isOver = true;
      await (committed ?? client.query('commit'));
    },
    close() {
      isOver = true;
    },
  };
}
