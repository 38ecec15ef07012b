/** What the kinds of entries and the statuses of deliveries are called here, and how good the news is. */

import type { DeliveryLogKind, DeliveryStatus } from '../../../schema/generated/graphql.ts';
import type { Tone } from '../look/tag.tsx';

/** Every kind of entry, in the order of a delivery's life. */
export const KINDS: Readonly<Record<DeliveryLogKind, { readonly name: string; readonly tone: Tone }>> = {
  SCHEDULED: { name: 'Scheduled', tone: 'plain' },
  ATTEMPT_SUCCEEDED: { name: 'Attempt succeeded', tone: 'good' },
  ATTEMPT_FAILED: { name: 'Attempt failed', tone: 'warning' },
  DELIVERED: { name: 'Delivered', tone: 'good' },
  EXHAUSTED: { name: 'Given up', tone: 'bad' },
  HELD: { name: 'Held', tone: 'warning' },
  RESUMED: { name: 'Resumed', tone: 'plain' },
  CANCELLED: { name: 'Cancelled', tone: 'plain' },
  SUPERSEDED: { name: 'Superseded', tone: 'plain' },
  REDELIVERY_REQUESTED: { name: 'Redelivery asked for', tone: 'waiting' },
};

/** Every status of a delivery. */
export const STATUSES: Readonly<Record<DeliveryStatus, { readonly name: string; readonly tone: Tone }>> = {
  PENDING: { name: 'Waiting', tone: 'waiting' },
  DELIVERED: { name: 'Delivered', tone: 'good' },
  FAILED: { name: 'Failed', tone: 'bad' },
  CANCELLED: { name: 'Cancelled', tone: 'plain' },
  SUPERSEDED: { name: 'Superseded', tone: 'plain' },
};

/** `CONNECTION_REFUSED` as people read it: `connection refused`. */
export function errorName(code: string, status: number | null | undefined): string {
  if (code === 'HTTP_STATUS' || code === 'REDIRECT' || code === 'GONE') return `answered ${status}`;
  return code.toLowerCase().replaceAll('_', ' ');
}
