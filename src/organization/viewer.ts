/** Who is calling. */

import type { Role } from '../../prisma/client/client.ts';

/** The API key that a request came with. */
export interface Viewer {
  readonly keyId: string;
  readonly keyName: string;
  /** When the key expires; null: never. */
  readonly keyExpiresAt: Date | null;
  readonly role: Role;
  /** Null for a root key, which belongs to the instance and sees no organization's data. */
  readonly organizationId: string | null;
}
