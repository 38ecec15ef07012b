/** What we know of the request that a receiver shows: the deliveries of its event, their secrets and what was sent. */

import type { App } from '../app.ts';
import { encodeGlobalId, parseGlobalId } from '../graphql/global-id.ts';
import { openSecrets } from '../webhook/secret.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { DeliveryNotFoundError } from './manual.ts';
import type { Claim } from './signature-claim.ts';
import type { Evidence, SentRequest, SignedDelivery } from './signature-doctor.ts';

/** Whose request it is said to be: a managed webhook's, or that of a delivery. UUIDs. */
export type Asked = { readonly webhookId: string } | { readonly deliveryId: string };

/** The evidence, and the row of the delivery that it is about. */
export interface GatheredEvidence extends Evidence {
  readonly deliveryId: string | null;
}

/** Deliveries of one event to others that are looked at, and attempts of each delivery. */
const MOST_OTHERS = 20;
const MOST_ATTEMPTS = 20;

/** Signing a longer body once more for every other webhook takes too long; recorded signatures are compared anyway. */
const LONGEST_FOR_OTHERS = 256 * 1024;

type Deps = Pick<App, 'db' | 'box'>;

/**
 * Gathers everything of this organization that the request can be compared with.
 *
 * Cost: a handful of look-ups by primary key and by `delivery_event_id_idx`, `webhook_secret_owner_id_idx` and
 * `attempt_delivery_id_number_idx`.
 *
 * @throws {WebhookNotFoundError} @throws {DeliveryNotFoundError} another organization's looks the same.
 */
export async function gatherEvidence(
  { db: { prisma }, box }: Deps,
  organizationId: string,
  asked: Asked,
  claim: Claim,
): Promise<GatheredEvidence> {
  const claimedEvent = uuidOf('Event', claim.id);
  const row = await findAsked();
  const eventId = claimedEvent ?? row?.eventId;
  const otherRows = eventId
    ? await prisma.delivery.findMany({
        where: { organizationId, eventId, ...(row ? { id: { not: row.id } } : {}) },
        orderBy: { id: 'desc' },
        take: MOST_OTHERS,
        ...DELIVERY,
      })
    : [];
  const events = await prisma.event.findMany({
    where: { organizationId, id: { in: [eventId, row?.eventId].filter((id) => id !== undefined) } },
    select: { id: true, body: true },
  });
  const rows = [...(row ? [row] : []), ...otherRows];
  const secrets = await prisma.webhookSecret.findMany({
    where: { organizationId, ownerId: { in: rows.map(({ webhookId }) => webhookId ?? organizationId) } },
  });

  async function findAsked(): Promise<DeliveryRow | null> {
    if ('deliveryId' in asked) {
      const found = await prisma.delivery.findFirst({ where: { organizationId, id: asked.deliveryId }, ...DELIVERY });
      if (!found) throw new DeliveryNotFoundError();
      return found;
    }
    const { webhookId } = asked;
    const webhook = await prisma.webhook.findFirst({ where: { organizationId, id: webhookId, deletedAt: null } });
    if (!webhook) throw new WebhookNotFoundError();
    const ofWebhook = { organizationId, webhookId };
    const byEvent =
      claimedEvent &&
      (await prisma.delivery.findFirst({ where: { ...ofWebhook, eventId: claimedEvent }, ...DELIVERY }));
    const id = uuidOf('Delivery', claim.deliveryId);
    return byEvent || (id ? await prisma.delivery.findFirst({ where: { ...ofWebhook, id }, ...DELIVERY }) : null);
  }

  function describe(
    { webhookId, basicBody, eventId: ofEvent, attempts }: DeliveryRow,
    isAsked: boolean,
  ): SignedDelivery {
    const body = (webhookId ? events.find(({ id }) => id === ofEvent)?.body : basicBody) || null; // empty once erased
    const owner = webhookId ?? organizationId;
    const isTried = isAsked || (body !== null && body.length <= LONGEST_FOR_OTHERS);
    return {
      webhookId,
      messageId: encodeGlobalId('Event', ofEvent),
      body,
      secrets: secrets
        .filter(({ ownerId }) => isTried && ownerId === owner)
        .map(({ ciphertext, expiresAt }) => ({ secret: openSecrets(box, [ciphertext])[0] ?? '', endsAt: expiresAt })),
      sent: attempts.flatMap(({ number, requestHeaders }) => readSent(number, requestHeaders)),
    };
  }

  return {
    asked: row && describe(row, true),
    isEventKnown: events.some(({ id }) => id === eventId),
    others: otherRows.map((other) => describe(other, false)),
    deliveryId: row?.id ?? null,
  };
}

/** What is read of a delivery. */
const DELIVERY = {
  select: {
    id: true,
    eventId: true,
    webhookId: true,
    basicBody: true,
    attempts: { select: { number: true, requestHeaders: true }, orderBy: { number: 'desc' }, take: MOST_ATTEMPTS },
  },
} as const;

interface DeliveryRow {
  readonly id: string;
  readonly eventId: string;
  readonly webhookId: string | null;
  readonly basicBody: string | null;
  readonly attempts: readonly { readonly number: number; readonly requestHeaders: string | null }[];
}

/** The UUID in an id that may have changed case on its way. */
function uuidOf(type: 'Event' | 'Delivery', id: string | null): string | undefined {
  const parsed = id === null ? undefined : parseGlobalId(id.toLowerCase());
  return parsed?.type === type ? parsed.uuid : undefined;
}

/** The signed headers of an attempt; none when nothing was sent, or when it was made before they were recorded. */
function readSent(attemptNumber: number, requestHeaders: string | null): SentRequest[] {
  if (requestHeaders === null) return [];
  const headers: Record<string, string> = JSON.parse(requestHeaders);
  const { 'webhook-timestamp': timestamp, 'webhook-signature': signed = '' } = headers;
  const signatures = signed.split(' ').map((each) => each.slice('v1,'.length));
  return [{ attemptNumber, timestamp: Number(timestamp), signatures }];
}
