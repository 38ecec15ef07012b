/** Signing secrets: one current per webhook, and those that a rotation left valid for a while. */

import type { Prisma } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { uuidV7 } from '../lib/id.ts';
import { canOpen, type SecretBox } from '../lib/secret-box.ts';
import { generateSecret } from './signing-secret.ts';

/** How many replaced secrets stay valid at most; a further rotation ends the oldest at once. Receivers try them all. */
const MOST_REPLACED = 4;

/** Whose secret: a managed webhook's, or the organization's for its basic webhooks. */
interface Owner {
  readonly organizationId: string;
  /** The id of the webhook or of the organization. */
  readonly ownerId: string;
}

type Deps = Pick<App, 'box' | 'clock'>;

/**
 * Gives an owner without a current secret a new one.
 *
 * @returns the secret, `whsec_…`, which nothing shows again.
 */
export async function insertSecret(
  transaction: Prisma.TransactionClient,
  { box, clock }: Deps,
  owner: Owner,
): Promise<string> {
  const secret = generateSecret();
  const createdAt = clock.now();
  await transaction.webhookSecret.create({
    data: { id: uuidV7(createdAt), ...owner, ciphertext: box.seal(secret), createdAt },
  });
  return secret;
}

/**
 * Replaces the owner's secret. The old one still signs, second, for `overlapSeconds`; with 0 it ends at once, and with it
 * earlier ones that this key cannot open, so that a lost key stops nothing any more. The caller holds a lock on the owner,
 * so that two rotations happen one after the other.
 *
 * @returns the new secret, which nothing shows again.
 */
export async function replaceSecret(
  transaction: Prisma.TransactionClient,
  app: Deps,
  owner: Owner,
  overlapSeconds: number,
): Promise<string> {
  const now = app.clock.now();
  await transaction.webhookSecret.updateMany({
    where: { ...owner, expiresAt: null },
    data: { expiresAt: new Date(now.getTime() + overlapSeconds * 1000) },
  });
  const replaced = await transaction.webhookSecret.findMany({
    where: owner,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  const ended = replaced.filter(
    ({ expiresAt, ciphertext }, age) =>
      age >= MOST_REPLACED ||
      (expiresAt && expiresAt <= now) ||
      (overlapSeconds === 0 && !canOpen(app.box, ciphertext)),
  );
  await transaction.webhookSecret.deleteMany({ where: { id: { in: ended.map(({ id }) => id) } } });
  return await insertSecret(transaction, app, owner);
}

/** Makes the secret that signs an organization's basic webhooks unless there is one. Any number may ask at once. */
export async function ensureBasicSecret(
  { db, box, clock }: Pick<App, 'db' | 'box' | 'clock'>,
  organizationId: string,
): Promise<void> {
  const createdAt = clock.now();
  await db.query(ENSURE_BASIC, [uuidV7(createdAt), organizationId, box.seal(generateSecret()), createdAt]);
}

/** Opens secrets, in the order in which they are to sign. */
export function openSecrets(box: SecretBox, sealed: readonly Uint8Array[]): string[] {
  return sealed.map((ciphertext) => box.open(ciphertext));
}

/** Index: webhook_secret_current_key. */
const ENSURE_BASIC = `
  insert into webhook_secret (id, organization_id, owner_id, ciphertext, created_at) values ($1, $2, $2, $3, $4)
  on conflict do nothing`;
