/** What every resolver gets. */

import type { App } from './app.ts';
import { UnauthenticatedError } from './graphql/request-error.ts';
import type { Viewer } from './organization/viewer.ts';

/** One operation's context. */
export interface Context {
  readonly app: App;
  /** Who calls; `null` when no key came along. */
  readonly viewer: Viewer | null;
}

/**
 * The organization that everything a resolver reads or changes must belong to.
 *
 * @throws {UnauthenticatedError} for callers without one. Scopes keep them away before; this is the second lock.
 */
export function organizationOf({ viewer }: Context): string {
  if (!viewer?.organizationId) throw new UnauthenticatedError();
  return viewer.organizationId;
}

/**
 * The key that calls, for what must end with it.
 *
 * @throws {UnauthenticatedError} without one.
 */
export function keyOf({ viewer }: Context): string {
  if (!viewer) throw new UnauthenticatedError();
  return viewer.keyId;
}
