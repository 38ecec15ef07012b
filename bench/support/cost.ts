/** What this process has used so far, and what it has asked PostgreSQL for. */

import pg from 'pg';

/** Counted from the start of the process. */
export interface Cost {
  /** Of all its threads, in milliseconds. */
  readonly cpuMs: number;
  /** Statements given to PostgreSQL since {@link countStatements} was called. */
  readonly statements: number;
}

let statements = 0;

/** Counts from now on, at the driver, so that whoever asks is counted. */
export function countStatements(): void {
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function count(this: pg.Client, ...given: unknown[]) {
    statements += 1;
    return Reflect.apply(query, this, given);
  } as typeof query; // whose many overloads are passed through
}

/** Up to now. */
export function costSoFar(): Cost {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, statements };
}
