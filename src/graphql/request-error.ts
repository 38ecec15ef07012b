/** Errors of the request itself, which no mutation's result can carry. */

import { GraphQLError } from 'graphql';
import { type Permission, rolesThatMay } from '../organization/role.ts';
import type { Viewer } from '../organization/viewer.ts';

/** No key, or one that is unknown or revoked. */
export class UnauthenticatedError extends GraphQLError {
  constructor(
    message = 'Send an API key as "Authorization: Bearer <key>", or as "authorization" in connectionParams over WebSocket.',
  ) {
    super(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });
  }
}

/** The key is good, but its role may not do this. */
export class ForbiddenError extends GraphQLError {
  constructor(viewer: Viewer, permission: Permission) {
    super(`This key's role ${viewer.role} may not do this; it takes ${rolesThatMay(permission).join(' or ')}.`, {
      extensions: { code: 'FORBIDDEN' },
    });
  }
}

/** An argument outside a mutation is wrong. */
export class BadArgumentError extends GraphQLError {
  constructor(message: string) {
    super(message, { extensions: { code: 'BAD_ARGUMENT' } });
  }
}
