/** The delivery log as a GraphQL subscription: why it ends, in words that clients can act on. */

import { GraphQLError } from 'graphql';
import { type Context, keyOf, organizationOf } from '../context.ts';
import {
  CursorExpiredError,
  formatCursor,
  LOG_START,
  type LogFilter,
  type Position,
  UnknownCursorError,
} from './log.ts';
import type { EndReason, Subscription, SubscriptionEnd } from './log-subscriber.ts';

const MESSAGES = {
  TOO_SLOW: 'The subscription was read too slowly and has ended.',
  KEY_REVOKED: 'The API key of this subscription was revoked.',
  KEY_EXPIRED: 'The API key of this subscription has expired.',
  STOPPING: 'The server is stopping.',
  UNAVAILABLE: 'The delivery log cannot be read at the moment.',
} as const satisfies Record<Exclude<EndReason, 'CURSOR_UNKNOWN' | 'CURSOR_EXPIRED'>, string>;

const GO_ON = 'Subscribe again with `after` set to the cursor in extensions; nothing will be missing.';

/** What a viewer subscribes to. */
export function subscriptionOf(
  context: Context,
  wanted: { readonly after: Position | undefined; readonly filter: LogFilter },
): Subscription {
  const { keyExpiresAt = null } = context.viewer ?? {};
  return { organizationId: organizationOf(context), keyId: keyOf(context), keyExpiresAt, ...wanted };
}

/**
 * The item; the end is thrown as a GraphQL error, whose `extensions` have a `code` and the `cursor` to go on from. It is
 * the last item's error rather than the stream's, so that clients get it before the stream completes, on every transport.
 */
export function unlessEnded<Item extends object>(item: Item | SubscriptionEnd): Item {
  if (!isEnd(item)) return item;
  const { ended, position } = item;
  if (ended === 'CURSOR_UNKNOWN') throw new UnknownCursorError();
  if (ended === 'CURSOR_EXPIRED') throw new CursorExpiredError(position ?? LOG_START);
  const isKeyGood = ended !== 'KEY_REVOKED' && ended !== 'KEY_EXPIRED';
  throw new GraphQLError(position && isKeyGood ? `${MESSAGES[ended]} ${GO_ON}` : MESSAGES[ended], {
    extensions: { code: ended, ...(position ? { cursor: formatCursor(position) } : {}) },
  });
}

function isEnd(item: object): item is SubscriptionEnd {
  return 'ended' in item;
}
