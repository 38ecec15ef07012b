/** What the scopes of a field or type missed in its caller. */

import type { AuthFailure } from '@pothos/plugin-scope-auth';
import { isPermission, type Permission } from '../organization/role.ts';

/** The first permission that was missing, or `undefined` when it was not permissions that were asked for. */
export function missingPermission(failure: AuthFailure): Permission | undefined {
  if (failure.kind === 'AuthScope') return isPermission(failure.parameter) ? failure.parameter : undefined;
  if (!('failures' in failure)) return undefined;
  return failure.failures.map(missingPermission).find((permission) => permission !== undefined);
}
