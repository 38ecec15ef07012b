/** Ids of rows. */

import { randomBytes } from 'node:crypto';

/**
 * A time-ordered UUID (RFC 9562, version 7) for `at`: 48 bits of Unix milliseconds, then 74 random bits. Rows made
 * within one millisecond have no order among themselves.
 */
export function uuidV7(at: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
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
