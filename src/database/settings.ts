/** Settings of the sessions that run the hot path. */

/**
 * Every statement of the hot path is meant to walk indexes row by row, however large or small the tables are. Left to
 * itself, the planner prefers scanning and hashing whole tables while they are small, or when nobody has analysed them,
 * and a prepared statement keeps such a plan while the table grows. Compiling a statement that runs for a millisecond
 * costs more than running it.
 */
export const HOT_PATH_SETTINGS =
  'set jit = off; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off';
