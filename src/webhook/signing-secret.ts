/** The format of signing secrets. */

import { randomBytes } from 'node:crypto';

/** A new secret: `whsec_` and the base64 of 32 random bytes, which is within the 24 to 64 that Standard Webhooks asks for. */
export function generateSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
