/** Errors of the request itself, which no mutation's result can carry. */

import { GraphQLError } from 'graphql';
import { type Permission, rolesThatMay } from '../organization/role.ts';
import type { Viewer } from '../organization/viewer.ts';

/** No key, or one that is unknown, revoked or expired. */
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

/** A bound of the API. */
export interface Limit {
  /** What is bounded, in the words of docs/limits.md: `depth`. */
  readonly name: string;
  readonly most: number;
}

/** More than the API allows was asked for: `extensions` say by code and name of what, and how much there may be. */
export class LimitError extends GraphQLError {
  /** @param message says the limit and the cure. @param status of the answer over HTTP; absent: 200. */
  constructor(code: string, { name, most }: Limit, message: string, status?: number) {
    super(message, { extensions: { code, limit: name, most, ...(status ? { http: { status } } : {}) } });
  }
}

const MEASURES = ['depth', 'breadth', 'complexity'] as const;

/** How deep an operation is, how many fields it names, and how many values it may bring, roughly. */
export type OperationSize = Readonly<Record<(typeof MEASURES)[number], number>>;

/** The operation asks for too much at once. */
export class OperationTooLargeError extends LimitError {
  constructor(limit: Limit, message: string) {
    super('OPERATION_TOO_LARGE', limit, message);
  }

  /** For the first of its measures that is over the limit. */
  static ofSize(actual: OperationSize, limit: OperationSize): OperationTooLargeError {
    const [name = 'complexity'] = MEASURES.filter((each) => actual[each] > limit[each]);
    const most = limit[name];
    return new OperationTooLargeError(
      { name, most },
      `The operation has a ${name} of ${actual[name]}, and ${most} is the most; ask for less at once.`,
    );
  }
}

/** An argument outside a mutation is wrong. */
export class BadArgumentError extends GraphQLError {
  constructor(message: string) {
    super(message, { extensions: { code: 'BAD_ARGUMENT' } });
  }
}
