/** What the errors of the two drivers mean. */

/** SQLSTATEs after which the same statement may well succeed on another connection. PostgreSQL documentation, appendix A. */
const PASSING_STATES = /^(08...|57P0.|53...|40001|40P01|25006|25P03|58...)$/;

const PASSING_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** node-postgres has no code for these. */
const PASSING_MESSAGES =
  /connection terminated|connection ended|timeout exceeded when trying to connect|not queryable|query read timeout|client was closed/i;

/** Prisma's words for the same: unreachable, timed out, closed, pool exhausted, no transaction, conflict. */
const PASSING_PRISMA_CODES = /^P(1001|1002|1008|1017|2024|2028|2034)$/;

/** Text that no PostgreSQL text can be: U+0000, or what is not Unicode. */
const UNSTORABLE_STATES = new Set(['22021', '22P05']);

/** The SQLSTATE of a driver's error, or of the one that Prisma's error is about, when it has one. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return [error, prismaCause(error)].map(codeOf).find((code) => code && SQL_STATE.test(code));
}

/**
 * Others look alike: Prisma's own codes, P and four digits, which PostgreSQL has none of but P0000 to P0004; and the
 * operating system's EPIPE. No state begins with an E.
 */
const SQL_STATE = /^(?!P[1-9]|E)[0-9A-Z]{5}$/;

/** Where Prisma's driver adapters keep what the driver said. */
function prismaCause(error: Error): unknown {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: unknown } } }; // every part of it may be missing
  return meta?.driverAdapterError?.cause;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code = 'originalCode' in error ? error.originalCode : 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the caller gave a text that the database cannot hold, and so neither find. */
export function isUnstorable(error: unknown): boolean {
  return UNSTORABLE_STATES.has(sqlState(error) ?? '');
}

/**
 * Whether the database was away, overloaded or out of luck (serialization, deadlock), so that trying again is right.
 * False for everything that would fail the same way for ever.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseBusyError) return true;
  const state = sqlState(error);
  if (state) return PASSING_STATES.test(state);
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  const code = codeOf(error);
  if (code && (PASSING_CODES.has(code) || PASSING_PRISMA_CODES.test(code))) return true;
  return PASSING_MESSAGES.test(error.message);
}

/** Whether two statements were in each other's way, serialization_failure or deadlock_detected: nothing of this one is stored. */
export function isConflict(error: unknown): boolean {
  return /^(40001|40P01)$/.test(sqlState(error) ?? '');
}

/** The database takes less than it is asked for, and this has waited for its turn for too long. Nothing of it is stored. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';

  constructor() {
    super('waited for too long for the statements before it');
  }
}

/** Whether the database gave a statement up, as it took longer than it may. PostgreSQL's query_canceled. */
export function isTimeout(error: unknown): boolean {
  return sqlState(error) === '57014';
}

/** Whether Prisma refused a row because another has the same value where values are unique. Prisma's error P2002. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002';
}

/** A message for a log line: no SQL, no values. */
export function describeDatabaseError(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describeDatabaseError(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown error';
  const state = sqlState(error);
  return state ? `${state}: ${error.message}` : error.message;
}
