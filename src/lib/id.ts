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
