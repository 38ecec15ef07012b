/** What clients see of errors that are not theirs. */

import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { describeDatabaseError, isPassing, isTimeout, isUnstorable } from '../database/database-error.ts';
import { describeError } from '../lib/describe-error.ts';
import type { Logger } from '../lib/logger.ts';

/**
 * The error as a client may see it. What a GraphQL error says is meant for them. Everything else is a bug or a database
 * that is away: logged once, and told without details under a reference that finds the log line.
 */
export function maskError(log: Logger, error: unknown): Error {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const place = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (cause instanceof GraphQLError && error instanceof Error) return withCode(error, cause.extensions, place);
  if (cause instanceof SyntaxError) {
    return new GraphQLError('The request is not well-formed: its variables or extensions are not JSON.', {
      ...place,
      extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
    });
  }
  if (isUnstorable(cause)) {
    return new GraphQLError('A text in the operation has a character that no text here can have, such as U+0000.', {
      ...place,
      extensions: { code: 'BAD_ARGUMENT' },
    });
  }
  const reference = randomUUID();
  if (isPassing(cause)) {
    log.warn({ reference, error: describeDatabaseError(cause) }, 'request.unavailable');
    return new GraphQLError('The database cannot answer at the moment. Try again; reporting an import twice is safe.', {
      ...place,
      extensions: { code: 'UNAVAILABLE', reference, http: { status: 503 } },
    });
  }
  if (isTimeout(cause)) {
    log.warn({ reference }, 'request.timed_out');
    const message =
      'This took the database longer than it may, and was given up. Ask for less: a shorter time, one webhook, one import.';
    return new GraphQLError(message, {
      ...place,
      extensions: { code: 'QUERY_TIMEOUT', reference, http: { status: 503 } },
    });
  }
  log.error({ reference, error: describeError(cause) }, 'request.failed');
  return new GraphQLError('Something went wrong on our side. The log has the details under this reference.', {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', reference },
  });
}

/** The code that some of the libraries give to what is wrong with variables. */
const THEIRS = 'BAD_USER_INPUT';

/** What the libraries say about variables and arguments has no code, or one of theirs; it is always the caller's affair. */
function withCode(error: Error, extensions: GraphQLErrorExtensions, place: object): Error {
  if (extensions.code && extensions.code !== THEIRS) return error;
  return new GraphQLError(error.message, { ...place, extensions: { ...extensions, code: 'BAD_ARGUMENT' } });
}
