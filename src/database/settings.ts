/** Settings of database sessions and of Prisma. */

/** How long a connection may take to be made before the database counts as away, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 5_000;

/**
 * For the sessions that run our own SQL, every statement of which is meant to walk indexes row by row, however large or
 * small the tables are. Left to itself, the planner prefers scanning and hashing whole tables while they are small, or
 * when nobody has analysed them, and a prepared statement keeps such a plan while the table grows. Compiling a statement
 * that runs for a millisecond costs more than running it, and planning it anew for its parameters nearly as much.
 */
export const INDEX_WALK_SETTINGS = [
  'set jit = off',
  'set enable_seqscan = off',
  'set enable_hashjoin = off',
  'set enable_mergejoin = off',
  'set plan_cache_mode = force_generic_plan',
].join('; ');

/** How long a statement may take with which somebody reads, in milliseconds: each is meant to walk an index for a page. */
export const READ_TIMEOUT_MS = 10_000;

/**
 * How long any other statement of the API may take, in milliseconds: less than we wait for an answer, so that the server
 * does not go on with what nobody waits for.
 */
export const MANAGE_TIMEOUT_MS = 25_000;

/**
 * How long Prisma waits for a connection to begin a transaction on, and how long the transaction may take, in
 * milliseconds. On PGlite everything takes turns, so a busy dispatcher can make a transaction wait.
 */
export const TRANSACTION_OPTIONS = { maxWait: 10_000, timeout: 20_000 } as const;
