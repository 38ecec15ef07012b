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
  constructor({ role }: Viewer, permission: Permission | undefined) {
    const whoMay = permission ? `; it takes ${rolesThatMay(permission).join(' or ')}` : '';
    super(`This key's role ${role} may not do this${whoMay}.`, {
      extensions: { code: 'FORBIDDEN' },
    });
  }
}

const MEASURES = ['depth', 'breadth', 'complexity'] as const;

/** How deep an operation is, how many fields it names, and how many values it may bring, roughly. */
export type OperationSize = Readonly<Record<(typeof MEASURES)[number], number>>;

/** The operation asks for too much at once. */
export class OperationTooLargeError extends GraphQLError {
  constructor(actual: OperationSize, limit: OperationSize) {
    const [measure = 'complexity'] = MEASURES.filter((each) => actual[each] > limit[each]);
    super(
      `The operation has a ${measure} of ${actual[measure]}, and ${limit[measure]} is the most; ask for less at once.`,
      { extensions: { code: 'OPERATION_TOO_LARGE' } },
    );
  }
}

/** An argument outside a mutation is wrong. */
export class BadArgumentError extends GraphQLError {
  constructor(message: string) {
    super(message, { extensions: { code: 'BAD_ARGUMENT' } });
  }
}
