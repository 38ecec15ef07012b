/** What clients see of errors that are not theirs. */

import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { describeDatabaseError, isPassing } from '../database/database-error.ts';
import { describeError } from '../lib/describe-error.ts';
import type { Logger } from '../lib/logger.ts';

/**
 * The error as a client may see it. What a GraphQL error says is meant for them. Everything else is a bug or a database
 * that is away: logged once, and told without details under a reference that finds the log line.
 */
export function maskError(log: Logger, error: unknown): Error {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (cause instanceof GraphQLError && error instanceof Error) return error;
  const reference = randomUUID();
  const place = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (isPassing(cause)) {
    log.warn({ reference, error: describeDatabaseError(cause) }, 'request.unavailable');
    return new GraphQLError(
      'The database cannot be reached at the moment. Try again; reporting an import twice is safe.',
      {
        ...place,
        extensions: { code: 'UNAVAILABLE', reference, http: { status: 503 } },
      },
    );
  }
  log.error({ reference, error: describeError(cause) }, 'request.failed');
  return new GraphQLError('Something went wrong on our side. The log has the details under this reference.', {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', reference },
  });
}
