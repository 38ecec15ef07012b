/** The delivery log as a GraphQL subscription: why it ends, in words that clients can act on. */

import { GraphQLError } from 'graphql';
import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import { type Context, organizationOf } from '../context.ts';
import { formatCursor, type LogFilter, type Position, UnknownCursorError } from './log.ts';
import type { EndReason, SubscriptionEnd } from './log-subscriber.ts';

const MESSAGES = {
  TOO_SLOW: 'The subscription was read too slowly and has ended.',
  KEY_REVOKED: 'The API key of this subscription was revoked.',
  STOPPING: 'The server is stopping.',
  UNAVAILABLE: 'The delivery log cannot be read at the moment.',
} as const satisfies Record<Exclude<EndReason, 'CURSOR_UNKNOWN'>, string>;

const GO_ON = 'Subscribe again with `after` set to the cursor in extensions; nothing will be missing.';

/** The entries that a viewer subscribes to; when we end the subscription, the last item is the end. */
export function subscribeToLog(
  context: Context,
  { after, filter }: { after: Position | undefined; filter: LogFilter },
): AsyncIterable<DeliveryLogEntry | SubscriptionEnd> {
  return context.app.tail.subscribe({
    organizationId: organizationOf(context),
    keyId: context.viewer?.keyId ?? '',
    after,
    filter,
  });
}

/**
 * The entry; the end is thrown as a GraphQL error, whose `extensions` have a `code` and the `cursor` to go on from. It is
 * the last item's error rather than the stream's, so that clients get it before the stream completes, on every transport.
 */
export function entryOf(item: DeliveryLogEntry | SubscriptionEnd): DeliveryLogEntry {
  if (!('ended' in item)) return item;
  const { ended, position } = item;
  if (ended === 'CURSOR_UNKNOWN') throw new UnknownCursorError();
  throw new GraphQLError(position && ended !== 'KEY_REVOKED' ? `${MESSAGES[ended]} ${GO_ON}` : MESSAGES[ended], {
    extensions: { code: ended, ...(position ? { cursor: formatCursor(position) } : {}) },
  });
}
