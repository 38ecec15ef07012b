/** What the errors of the two drivers mean. */

/** SQLSTATEs after which the same statement may well succeed on another connection. PostgreSQL documentation, appendix A. */
const PASSING_STATES = /^(08...|57P0.|53...|40001|40P01|25006|58...)$/;

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

/** The SQLSTATE of a driver's error, when it has one. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/**
 * Whether the database was away, overloaded or out of luck (serialization, deadlock), so that trying again is right.
 * False for everything that would fail the same way for ever.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state) return PASSING_STATES.test(state);
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  if ('code' in error && typeof error.code === 'string' && PASSING_CODES.has(error.code)) return true;
  return PASSING_MESSAGES.test(error.message);
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
