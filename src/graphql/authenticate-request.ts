/** From an `Authorization` header to a context. */

import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { authenticate } from '../organization/api-key.ts';
import { UnauthenticatedError } from './request-error.ts';

/**
 * The context of one operation. Without a key nobody is calling, and fields decide whether that will do.
 *
 * @throws {UnauthenticatedError} for a key that is malformed, unknown, revoked or expired.
 */
export async function authenticateRequest(app: App, authorization: string | null | undefined): Promise<Context> {
  if (!authorization) return { app, viewer: null };
  const [, key] = /^Bearer\s+(\S+)$/i.exec(authorization.trim()) ?? [];
  if (!key) return refuseEmpty(app, authorization);
  const viewer = await authenticate(app, key);
  if (!viewer) throw new UnauthenticatedError('This API key is unknown or was revoked.');
  if (viewer === 'expired') throw new UnauthenticatedError('This API key has expired.');
  return { app, viewer };
}

/** GraphiQL opens with "Bearer " and no key yet; that is no key rather than a wrong one. */
function refuseEmpty(app: App, authorization: string): Context {
  if (/^Bearer\s*$/i.test(authorization.trim())) return { app, viewer: null };
  throw new UnauthenticatedError('The Authorization header must be "Bearer <key>".');
}
