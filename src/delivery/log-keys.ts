/** Ends the subscriptions to the delivery log whose keys have ended. */

import type { App } from '../app.ts';
import { describeDatabaseError } from '../database/database-error.ts';
import { findEndedKeys } from '../organization/ended-keys.ts';
import type { EndReason, Subscriber } from './log-subscriber.ts';

/** Watches the keys of subscribers. */
export interface KeyWatch {
  /** Ends those whose keys have expired by our clock. */
  endExpired(): void;
  /** Ends those whose keys were revoked. */
  endRevoked(keyIds: ReadonlySet<string>): void;
  /** Asks the database about all keys, now and then, since the hint that one was revoked may be lost. Never fails. */
  check(): Promise<void>;
  /** The next check asks, however soon it is. */
  doubt(): void;
}

/** How often the database is asked, in milliseconds. */
const KEY_CHECK_MS = 30_000;

/** Watches those who are in `subscribers` at any moment. */
export function createKeyWatch(
  app: Pick<App, 'db' | 'clock' | 'log'>,
  subscribers: ReadonlySet<Subscriber>,
  end: (subscriber: Subscriber, reason: EndReason) => void,
): KeyWatch {
  const { clock, log } = app;
  let checkedAt = 0;

  function endAll(reason: EndReason, hasEnded: (subscriber: Subscriber) => boolean): void {
    for (const subscriber of subscribers) if (hasEnded(subscriber)) end(subscriber, reason);
  }

  return {
    endExpired() {
      const now = clock.now();
      endAll('KEY_EXPIRED', ({ keyExpiresAt }) => keyExpiresAt !== null && keyExpiresAt <= now);
    },
    endRevoked: (keyIds) => endAll('KEY_REVOKED', ({ keyId }) => keyIds.has(keyId)),
    async check() {
      const now = clock.now().getTime();
      if (subscribers.size === 0 || now - checkedAt < KEY_CHECK_MS) return;
      try {
        const { revoked, expired } = await findEndedKeys(app, new Set([...subscribers].map(({ keyId }) => keyId)));
        endAll('KEY_REVOKED', ({ keyId }) => revoked.has(keyId));
        endAll('KEY_EXPIRED', ({ keyId }) => expired.has(keyId));
        checkedAt = now;
      } catch (error) {
        log.warn({ error: describeDatabaseError(error) }, 'key.check_failed');
      }
    },
    doubt() {
      checkedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
