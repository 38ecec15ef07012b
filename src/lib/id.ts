/** Ids of rows. */

import { randomUUID } from 'node:crypto';

/**
 * A time-ordered UUID (RFC 9562, version 7) for `at`: 48 bits of Unix milliseconds, then 74 random bits. Rows made
 * within one millisecond have no order among themselves.
 */
export function uuidV7(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** Below every id of all time, as a bound that is left out itself. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/** Above every id of all time, likewise. */
export const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * What lies between the ids that were made before `at` and those that were made then or later, in whichever process of
 * the installation. It is nobody's id. Instants before 1970 count as its beginning.
 */
export function idBoundary(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
