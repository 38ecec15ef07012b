/** What is stored encrypted and cannot be opened with this process's key. */

import type { App } from '../app.ts';
import { BEFORE_ALL_IDS } from '../lib/id.ts';
import { canOpen, type SecretBox } from '../lib/secret-box.ts';

/** Whose deliveries would all fail before they are sent; UUIDs. */
export interface Unreadable {
  /** Managed webhooks, by their secrets or their headers. */
  readonly webhookIds: readonly string[];
  /** Organizations, by the secret of their basic webhooks. */
  readonly organizationIds: readonly string[];
}

/**
 * Opens every secret that signs and the headers of every webhook. Reads them a thousand at a time by their primary keys:
 * 10,000 webhooks take a few tenths of a second. What is made or changed meanwhile may be missed.
 */
export async function findUnreadable({ db, box }: Pick<App, 'db' | 'box'>): Promise<Unreadable> {
  const webhookIds = new Set<string>();
  const organizationIds = new Set<string>();
  for await (const { ownerId, organizationId, sealed } of pages<SealedSecret>(db, SECRETS)) {
    if (canOpen(box, sealed)) continue;
    if (ownerId === organizationId) organizationIds.add(ownerId);
    else webhookIds.add(ownerId);
  }
  for await (const { id, sealed } of pages<Sealed>(db, HEADERS)) {
    if (!canOpenHeaders(box, sealed)) webhookIds.add(id);
  }
  return { webhookIds: [...webhookIds], organizationIds: [...organizationIds] };
}

/** A webhook without headers has nothing sealed. */
function canOpenHeaders(box: SecretBox, sealed: Uint8Array): boolean {
  return sealed.length === 0 || canOpen(box, sealed);
}

interface Sealed {
  readonly id: string;
  readonly sealed: Uint8Array;
}

interface SealedSecret extends Sealed {
  readonly ownerId: string;
  readonly organizationId: string;
}

const PAGE_SIZE = 1_000;

async function* pages<Row extends Sealed>(db: App['db'], statement: string): AsyncGenerator<Row> {
  let page: Row[];
  let after = BEFORE_ALL_IDS;
  do {
    page = await db.query<Row>(statement, [after, PAGE_SIZE]);
    yield* page;
    after = page.at(-1)?.id ?? after;
  } while (page.length === PAGE_SIZE);
}

/** Those that sign: a secret that a rotation has ended is not asked for any more. Index: webhook_secret_pkey. */
const SECRETS = `
  select id, owner_id as "ownerId", organization_id as "organizationId", ciphertext as sealed from webhook_secret
  where id > $1 and (expires_at is null or expires_at > now())
  order by id limit $2`;

/** Index: webhook_pkey. */
const HEADERS = `
  select id, headers as sealed from webhook where id > $1 and deleted_at is null
  order by id limit $2`;
