/** GraphQL over WebSocket, by the graphql-transport-ws protocol. */

import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql';
import { makeServer, type Context as SocketState } from 'graphql-ws';
import type { YogaServerInstance } from 'graphql-yoga';
import type { WebSocketServer } from 'ws';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import type { Service } from '../lib/service.ts';
import { authenticateRequest } from './authenticate-request.ts';
import type { CallerContext } from './caller-plugin.ts';
import { maskError } from './mask-error.ts';
import { LimitError, UnauthenticatedError } from './request-error.ts';
import { createSeats } from './seats.ts';
import { carrySocket, type SocketExtra } from './socket-transport.ts';

/** Close code for a server that cannot serve now; clients try again. https://www.iana.org/assignments/websocket */
const TRY_AGAIN_LATER = 1013;

/** Messages are read by graphql-ws, which would round the numbers that an importer wants passed on unchanged. */
const MUTATION_REFUSED = new GraphQLError('Send mutations over HTTP, as POST to the same URL.', {
  extensions: { code: 'MUTATION_OVER_SOCKET' },
});

/** Operations that a socket may have under way, subscriptions for the most part. */
export const MOST_OPERATIONS = 100;

/** How soon a socket must say who it is, in milliseconds. */
export const INTRODUCTION_MS = 3_000;

/** How long a socket may be open without an operation, in milliseconds; it is closed after that, or twice that at the latest. */
export const IDLE_MS = 900_000;

/** How long sockets may take to close when the server stops; one that takes nothing would never. In milliseconds. */
const CLOSE_WITHIN_MS = 1_000;

/** Close code for a socket of which nothing has come for long, or whose server stops; clients connect again when they need to. */
const GOING_AWAY = 1001;

/** HTTP has its own way of saying so; the code is the same. */
const NO_OPERATION = new GraphQLError('Could not determine what operation to execute; give its operationName.', {
  extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
});

type Socket = SocketState<Record<string, unknown> | undefined, SocketExtra>;

/**
 * Serves `sockets` with the subscriptions and queries of `yoga`. A socket without a good key is closed with 4403 when it
 * connects, and with 1013 while the database cannot tell or the key has as many as it may; with a key that is revoked or
 * expires later its next operation is refused, and its subscriptions end.
 */
export function serveSockets(
  app: App,
  sockets: WebSocketServer,
  yoga: YogaServerInstance<CallerContext, Context>,
): Pick<Service, 'stop'> {
  const runners = new WeakMap<ExecutionArgs, ReturnType<typeof yoga.getEnveloped>>();
  const seats = createSeats(app.config.maxSocketsPerKey);
  /** Those that have had an operation since they were looked at last. */
  const used = new WeakSet<Socket>();

  function runnerOf(args: ExecutionArgs) {
    const runner = runners.get(args);
    if (!runner) throw new Error('an operation came by a way of its own');
    return runner;
  }

  /** Whether there is a seat for the socket, which it keeps until it closes. */
  function seat({ extra: { socket, closed } }: Socket, keyId: string): boolean {
    const leave = seats.take(keyId);
    if (!leave) {
      const most = app.config.maxSocketsPerKey;
      socket.close(TRY_AGAIN_LATER, `TOO_MANY_SOCKETS: a key may have ${most}; use one for many subscriptions`);
      return false;
    }
    closed.addEventListener('abort', leave, { once: true });
    if (closed.aborted) leave();
    return true;
  }

  async function closeWhenIdle(state: Socket): Promise<void> {
    const { socket, closed } = state.extra;
    do {
      used.delete(state);
      await app.clock.sleep(IDLE_MS, closed);
    } while (!closed.aborted && (used.has(state) || Object.keys(state.subscriptions).length > 0));
    socket.close(GOING_AWAY, 'Idle');
  }

  const server = makeServer<Record<string, unknown> | undefined, SocketExtra>({
    connectionInitWaitTimeout: INTRODUCTION_MS,
    onConnect: async (state) => {
      try {
        const { viewer } = await authenticateRequest(app, readAuthorization(state.connectionParams));
        if (!viewer || !seat(state, viewer.keyId)) return false;
        void closeWhenIdle(state);
        return true;
      } catch (error) {
        if (error instanceof UnauthenticatedError) return false;
        maskError(app.log, error);
        state.extra.socket.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },
    onSubscribe: async (state, _id, { query, variables, operationName }) => {
      try {
        used.add(state);
        if (Object.keys(state.subscriptions).length > MOST_OPERATIONS) return [refuseOperation()];
        // Before the document is read: what that costs is for those who may ask.
        const caller = await authenticateRequest(app, readAuthorization(state.connectionParams));
        const runner = yoga.getEnveloped({ caller });
        const document = runner.parse(query);
        const errors = runner.validate(runner.schema, document);
        if (errors.length > 0) return errors;
        const operation = getOperationAST(document, operationName);
        if (!operation) return [NO_OPERATION];
        if (operation.operation === 'mutation') return [MUTATION_REFUSED];
        const contextValue = await runner.contextFactory();
        const args: ExecutionArgs = {
          schema: runner.schema,
          document,
          operationName,
          variableValues: variables,
          contextValue,
        };
        runners.set(args, runner);
        return args;
      } catch (error) {
        const masked = maskError(app.log, error);
        return [masked instanceof GraphQLError ? masked : new GraphQLError(masked.message)];
      }
    },
    onError: (_state, _id, _payload, errors) => errors.map(withoutHttp),
    onNext: (_state, _id, _payload, _args, { data, errors }) =>
      errors && { ...(data === undefined ? {} : { data }), errors: errors.map(withoutHttp) },
    execute: (args) => runnerOf(args).execute(args),
    subscribe: (args) => runnerOf(args).subscribe(args),
  });
  sockets.on('connection', (socket) => carrySocket(app, server, socket));
  sockets.on('error', () => undefined); // the HTTP server's, which whoever starts that one is told
  return {
    async stop(deadline) {
      const closed = new AbortController();
      const cutting = app.clock.sleep(CLOSE_WITHIN_MS, AbortSignal.any([closed.signal, deadline])).then(() => {
        for (const socket of sockets.clients) socket.terminate();
      });
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
      await new Promise((resolve) => sockets.close(resolve));
      closed.abort();
      await cutting;
    },
  };
}

/** What is said of an error's answer over HTTP is for Yoga, which keeps it to itself. */
function withoutHttp(error: GraphQLError): GraphQLFormattedError {
  const { extensions: { http: _, ...extensions } = {}, ...told } = error.toJSON();
  return { ...told, extensions };
}

function refuseOperation(): LimitError {
  const message = `A socket may have ${MOST_OPERATIONS} operations under way; complete some, or open another socket.`;
  return new LimitError('TOO_MANY_SUBSCRIPTIONS', { name: 'operationsPerSocket', most: MOST_OPERATIONS }, message);
}

function readAuthorization(connectionParams: Socket['connectionParams']): string | undefined {
  const value = connectionParams?.authorization ?? connectionParams?.Authorization;
  return typeof value === 'string' ? value : undefined;
}
