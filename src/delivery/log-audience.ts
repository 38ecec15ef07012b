/** The live subscribers to the delivery log, found by what an entry is about. */

import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import { matchesFilter } from './log.ts';
import type { Subscriber } from './log-subscriber.ts';

/** Subscribers. */
export interface Audience extends Iterable<Subscriber> {
  readonly size: number;
  add(subscriber: Subscriber): void;
  /** Does nothing for one that is not among them. */
  delete(subscriber: Subscriber): void;
  /** Those whose filter lets the entry through. They may be deleted meanwhile. */
  of(entry: DeliveryLogEntry): Iterable<Subscriber>;
}

/**
 * Nobody, to begin with. Subscribers are kept by organization and the most selective part of their filter: the import, or
 * else the webhook, or else neither. So an entry costs three look-ups and a test for each of those who may want it, however
 * many there are who want something else.
 */
export function createAudience(): Audience {
  const all = new Set<Subscriber>();
  const byInterest = new Map<string, Set<Subscriber>>();

  return {
    get size() {
      return all.size;
    },
    [Symbol.iterator]: () => all.values(),
    add(subscriber) {
      all.add(subscriber);
      const interest = interestOf(subscriber);
      const alike = byInterest.get(interest) ?? new Set();
      byInterest.set(interest, alike.add(subscriber));
    },
    delete(subscriber) {
      all.delete(subscriber);
      const interest = interestOf(subscriber);
      const alike = byInterest.get(interest);
      alike?.delete(subscriber);
      if (alike?.size === 0) byInterest.delete(interest);
    },
    *of(entry) {
      for (const interest of interestsIn(entry)) {
        for (const subscriber of byInterest.get(interest) ?? []) {
          if (matchesFilter(entry, subscriber.filter)) yield subscriber;
        }
      }
    },
  };
}

function interestOf({ organizationId, filter: { importId, webhookId } }: Subscriber): string {
  if (importId !== null) return inImport(organizationId, importId);
  if (webhookId !== null) return inWebhook(organizationId, webhookId);
  return organizationId;
}

function interestsIn({ organizationId, importId, webhookId }: DeliveryLogEntry): string[] {
  const interests = [organizationId];
  if (importId !== null) interests.push(inImport(organizationId, importId));
  if (webhookId !== null) interests.push(inWebhook(organizationId, webhookId));
  return interests;
}

/** Ids of organizations are all of the same length, so no two interests are written alike. */
function inImport(organizationId: string, importId: string): string {
  return `${organizationId} import ${importId}`;
}

function inWebhook(organizationId: string, webhookId: string): string {
  return `${organizationId} webhook ${webhookId}`;
}
