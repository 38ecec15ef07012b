/** A sender for tests, which may send to 127.0.0.0/8. */

import { createSender, type Sender, type SenderOptions } from '../../src/delivery/send.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createAddressRules, systemResolver } from '../../src/webhook/address.ts';

/** A body and headers for tests that do not care. */
export const body = '{"event":"import_completed"}';
/** See {@link body}. */
export const headers = { 'content-type': 'application/json', 'webhook-id': 'evt_1' };

/** A sender that closes at the end of its test. */
export function givenSender(options: Partial<SenderOptions> = {}): Sender & Disposable {
  const sender = createSender({
    rules: createAddressRules(['127.0.0.0/8']),
    resolver: systemResolver,
    clock: systemClock,
    timeoutMs: 5_000,
    userAgent: 'posthorn/test',
    ...options,
  });
  return { ...sender, [Symbol.dispose]: sender.close };
}
