/** What this process has used so far, and what it has asked PostgreSQL for. */

import { createRequire } from 'node:module';
import type pg from 'pg';

/** The server's driver: the benches may have another copy of it, with what they compare with. */
const { Client }: typeof pg = createRequire(new URL('../../src/main.ts', import.meta.url))('pg');

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
  const { query } = Client.prototype;
  Client.prototype.query = function count(this: pg.Client, ...given: unknown[]) {
    statements += 1;
    return Reflect.apply(query, this, given);
  } as typeof query; // whose many overloads are passed through
}

/** Up to now. */
export function costSoFar(): Cost {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, statements };
}
