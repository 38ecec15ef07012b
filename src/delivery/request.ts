/** The request that an attempt makes. */

import type { App } from '../app.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { openHeaders } from '../webhook/header.ts';
import { openSecrets } from '../webhook/secret.ts';
import type { LeasedDelivery } from './lease.ts';
import type { SendRequest } from './send.ts';
import { sign } from './signature.ts';

/** What our requests call themselves. */
export const USER_AGENT = 'Posthorn/0.1.0';

/**
 * The POST of one attempt: the frozen body, signed now with every valid secret, under the event's id, which is the same
 * on every attempt. Custom headers come first, so that ours win.
 *
 * @throws {SecretBoxError} when `ENCRYPTION_KEY` is not the one that secrets were encrypted with.
 */
export function createRequest({ box, clock }: Pick<App, 'box' | 'clock'>, delivery: LeasedDelivery): SendRequest {
  const custom = delivery.headers ? openHeaders(box, delivery.headers) : [];
  const secrets = openSecrets(
    box,
    (delivery.secrets ?? []).map((ciphertext) => Buffer.from(ciphertext, 'base64')),
  );
  const customHeaders = Object.fromEntries(custom.map(({ name, value }) => [name.toLowerCase(), value]));
  return {
    url: delivery.url,
    body: delivery.body,
    headers: {
      ...customHeaders,
      'content-type': delivery.webhookId ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': USER_AGENT,
      'posthorn-delivery-id': encodeGlobalId('Delivery', delivery.id),
      'posthorn-attempt': String(delivery.attemptCount + 1),
      ...sign(secrets, encodeGlobalId('Event', delivery.eventId), clock.now(), delivery.body),
    },
    maskedHeaders: new Set(custom.map(({ name }) => name.toLowerCase())),
  };
}
