/** API keys: their format, and what is kept of them. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Role } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { DomainError, InputError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import { uuidV7 } from '../lib/id.ts';
import type { Viewer } from './viewer.ts';

/** A key in its two parts. */
export interface ParsedApiKey {
  /** Finds the key; may be shown and logged. */
  readonly publicId: string;
  /** 256 bits; never stored, shown once. */
  readonly secret: string;
}

/** `phk_`, a public part that finds the key, and the secret part; recognisable to secret scanners by its prefix. */
const FORMAT = /^phk_([0-9a-z]{8,32})_([0-9A-Za-z]{32,128})$/;

/** The parts of `key`, or `undefined` when it does not look like one. */
export function parseApiKey(key: string): ParsedApiKey | undefined {
  const [, publicId, secret] = FORMAT.exec(key) ?? [];
  return publicId && secret ? { publicId, secret } : undefined;
}

/** A new random key. Nothing knows it until it is stored. */
export function generateApiKey(): string {
  return `phk_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('hex')}`;
}

/** The organization has no such key; another's looks the same. */
export class ApiKeyNotFoundError extends DomainError {
  readonly code = 'API_KEY_NOT_FOUND';

  constructor() {
    super('There is no such API key in this organization. `apiKeys` lists those that there are.');
  }
}

/** What a new key is made of. */
export interface NewApiKey {
  /** Null exactly for `ROOT`. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: Role;
  /** From when on it lets nobody in; absent: never. */
  readonly expiresAt?: Date | null | undefined;
  /** A well-formed key; absent: a random one. */
  readonly key?: string | undefined;
}

/** The row of a new key, and the key itself, which nothing can show again. */
export function newApiKey(
  clock: Clock,
  { organizationId, name, role, expiresAt = null, key = generateApiKey() }: NewApiKey,
): { apiKey: ApiKey; key: string } {
  const parsed = parseApiKey(key);
  if (!parsed) throw new Error('newApiKey was given something that is not a key');
  const createdAt = clock.now();
  const apiKey = {
    id: uuidV7(createdAt),
    organizationId,
    name,
    role,
    publicId: parsed.publicId,
    secretHash: hashSecret(parsed.secret),
    createdAt,
    lastUsedAt: null,
    revokedAt: null,
    expiresAt,
  };
  return { apiKey, key };
}

/**
 * Stores a new key.
 *
 * @throws {InputError} when it would have expired already.
 */
export async function createApiKey(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  input: NewApiKey,
): Promise<{ apiKey: ApiKey; key: string }> {
  if (input.expiresAt && input.expiresAt <= clock.now()) {
    throw new InputError([{ path: ['expiresAt'], message: 'must be in the future.' }]);
  }
  const created = newApiKey(clock, input);
  await db.prisma.apiKey.create({ data: created.apiKey });
  return created;
}

/**
 * Ends a key and what is connected with it. Revoking twice keeps the first time.
 *
 * @throws {ApiKeyNotFoundError}
 */
export async function revokeApiKey(
  { db, clock, signals }: Pick<App, 'db' | 'clock' | 'signals'>,
  organizationId: string,
  id: string,
): Promise<ApiKey> {
  await db.prisma.apiKey.updateMany({
    where: { id, organizationId, revokedAt: null },
    data: { revokedAt: clock.now() },
  });
  const apiKey = await db.prisma.apiKey.findFirst({ where: { id, organizationId } });
  if (!apiKey) throw new ApiKeyNotFoundError();
  signals.emit('key.revoked', [apiKey.id]);
  return apiKey;
}

interface KnownKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly organizationId: string | null;
  readonly secretHash: Uint8Array;
  readonly expiresAt: Date | null;
  readonly isExpired: boolean;
}

/** Index: api_key_public_id_key. One row. Notes the use at most once a minute, so that using a key is not a write. */
const FIND_KEY = `
  with found as (
    select
      id, name, role, organization_id, secret_hash, last_used_at, expires_at,
      coalesce(expires_at <= now(), false) as is_expired
    from api_key
    where public_id = $1 and revoked_at is null
  ), used as (
    update api_key set last_used_at = now()
    where id = (
      select id from found
      where not is_expired and (last_used_at is null or last_used_at < now() - interval '1 minute')
    )
  )
  select
    id, name, role::text as role, organization_id as "organizationId", secret_hash as "secretHash",
    expires_at as "expiresAt", is_expired as "isExpired"
  from found`;

/**
 * Who presents `key`: `undefined` when it is malformed, unknown or revoked, `'expired'` when it was good once, which the
 * database's clock decides. The secret is compared in constant time.
 */
export async function authenticate({ db }: Pick<App, 'db'>, key: string): Promise<Viewer | 'expired' | undefined> {
  const parsed = parseApiKey(key);
  if (!parsed) return undefined;
  const [known] = await db.query<KnownKey>(FIND_KEY, [parsed.publicId]);
  if (!known || !timingSafeEqual(hashSecret(parsed.secret), known.secretHash)) return undefined;
  if (known.isExpired) return 'expired';
  const { id, name, role, organizationId, expiresAt } = known;
  return { keyId: id, keyName: name, keyExpiresAt: expiresAt, role, organizationId };
}

function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(secret).digest());
}
