/** Event streams: subscriptions over HTTP, each of which is a request of its own. */

import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { LimitError } from './request-error.ts';
import { createSeats } from './seats.ts';

/** What Yoga knows of a request besides; absent for a socket, whose subscriptions are counted by `serveSockets`. */
interface StreamContext extends Context {
  readonly request?: Request;
  readonly res?: ServerResponse;
}

/**
 * Refuses subscriptions over HTTP to a caller that does not take event streams, whom Yoga would answer with nothing, and
 * to a key that has `most` of them in this process.
 */
export function streamPlugin(most: number): Plugin<StreamContext> {
  const seats = createSeats(most);
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { viewer, request, res }: StreamContext = args.contextValue;
      if (!request || !res) return;
      if (!takesEvents(request)) return setResultAndStopExecution({ errors: [notAcceptable()] });
      if (!viewer) return;
      const leave = seats.take(viewer.keyId);
      if (!leave) return setResultAndStopExecution({ errors: [refuse(most)] });
      res.once('close', leave);
      if (res.destroyed) leave(); // whoever asked has left meanwhile, and nothing closes twice
    },
  };
}

function takesEvents({ headers }: Request): boolean {
  return /(\*|text)\/\*|text\/event-stream/i.test(headers.get('accept') ?? '*/*');
}

function notAcceptable(): GraphQLError {
  return new GraphQLError(
    'Subscriptions are answered with server-sent events: send "Accept: text/event-stream", or subscribe over WebSocket.',
    { extensions: { code: 'NOT_ACCEPTABLE', http: { status: 406 } } },
  );
}

function refuse(most: number): LimitError {
  const message = `This key has ${most} event streams open, which is the most; close some, or subscribe over WebSocket, where one socket carries many subscriptions.`;
  return new LimitError('TOO_MANY_SUBSCRIPTIONS', { name: 'eventStreams', most }, message, 429);
}
