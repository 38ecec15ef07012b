/** The delivery log as a GraphQL subscription: why it ends, in words that clients can act on. */

import { GraphQLError } from 'graphql';
import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import { type Context, organizationOf } from '../context.ts';
import { formatCursor, type LogFilter, type Position } from './log.ts';
import { type EndReason, SubscriptionEndedError } from './log-tail.ts';

const MESSAGES = {
  TOO_SLOW:
    'The subscription was read too slowly and has ended. Subscribe again with `after` set to the cursor in extensions.',
  KEY_REVOKED: 'The API key of this subscription was revoked.',
  STOPPING: 'The server is stopping. Subscribe again with `after` set to the cursor of the last entry.',
} as const satisfies Record<EndReason, string>;

/**
 * The entries that a viewer subscribed to. When we end it, it fails with a GraphQL error whose `extensions` carry a
 * `code` and, once something has been seen, the `cursor` to go on from.
 */
export function subscribeToLog(
  context: Context,
  { after, filter }: { after: Position | undefined; filter: LogFilter },
): AsyncIterableIterator<DeliveryLogEntry> {
  const entries = context.app.tail.subscribe({
    organizationId: organizationOf(context),
    keyId: context.viewer?.keyId ?? '',
    after,
    filter,
  });
  // Not a generator of its own: one that waits for an entry could not be returned from.
  return {
    next: () => entries.next().catch(explain),
    return: () => entries.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function explain(error: unknown): never {
  if (!(error instanceof SubscriptionEndedError)) throw error;
  throw new GraphQLError(MESSAGES[error.reason], {
    extensions: { code: error.reason, ...(error.position ? { cursor: formatCursor(error.position) } : {}) },
  });
}
