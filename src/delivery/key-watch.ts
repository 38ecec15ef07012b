/** Ends what watches something with an API key, once that key has ended. */

import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { findEndedKeys } from '../organization/ended-keys.ts';

/** Somebody who watches. */
export interface KeyHolder {
  readonly keyId: string;
  /** Null: never. */
  readonly keyExpiresAt: Date | null;
}

/** How a key ends. */
export type KeyEnd = 'KEY_REVOKED' | 'KEY_EXPIRED';

/** Watches the keys of those who watch. */
export interface KeyWatch {
  /** Ends those whose keys have expired by our clock. */
  endExpired(): void;
  /** Ends those whose keys were revoked. */
  endRevoked(keyIds: ReadonlySet<string>): void;
  /**
   * Asks the database about all keys, now and then, since the hint that one was revoked may be lost. Whoever comes while it
   * is being asked waits for the same answer. Never fails.
   */
  check(): Promise<void>;
  /** The next check that begins asks, however soon that is; one under way may have asked too early. */
  doubt(): void;
}

/** How often the database is asked, in milliseconds. */
const KEY_CHECK_MS = 30_000;

/** Watches those who are in `holders` at any moment. */
export function createKeyWatch<Holder extends KeyHolder>(
  app: Pick<App, 'db' | 'clock' | 'log'>,
  holders: ReadonlySet<Holder>,
  end: (holder: Holder, reason: KeyEnd) => void,
): KeyWatch {
  const { clock, log } = app;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | undefined;

  function endAll(reason: KeyEnd, hasEnded: (holder: Holder) => boolean): void {
    for (const holder of holders) if (hasEnded(holder)) end(holder, reason);
  }

  async function ask(): Promise<void> {
    const now = clock.now().getTime();
    if (holders.size === 0 || now - checkedAt < KEY_CHECK_MS) return;
    checkedAt = now; // at once, so that a doubt that comes before the answer stays
    try {
      const { revoked, expired } = await findEndedKeys(app, new Set([...holders].map(({ keyId }) => keyId)));
      endAll('KEY_REVOKED', ({ keyId }) => revoked.has(keyId));
      endAll('KEY_EXPIRED', ({ keyId }) => expired.has(keyId));
    } catch (error) {
      checkedAt = Number.NEGATIVE_INFINITY;
      log.warn({ error: describeDatabaseError(error) }, 'key.check_failed');
    }
  }

  return {
    endExpired() {
      const now = clock.now();
      endAll('KEY_EXPIRED', ({ keyExpiresAt }) => keyExpiresAt !== null && keyExpiresAt <= now);
    },
    endRevoked: (keyIds) => endAll('KEY_REVOKED', ({ keyId }) => keyIds.has(keyId)),
    check() {
      checking ??= ask().finally(() => {
        checking = undefined;
      });
      return checking;
    },
    doubt() {
      checkedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
