/** GraphQL over WebSocket, by the graphql-transport-ws protocol. */

import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import type { WebSocketServer } from 'ws';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { describeError } from '../lib/describe-error.ts';
import type { Service } from '../lib/service.ts';
import { authenticateRequest } from './authenticate-request.ts';
import { maskError } from './mask-error.ts';
import { UnauthenticatedError } from './request-error.ts';

/** What an operation over a socket brings along, instead of a request. */
export interface SocketContext {
  /** From the socket's connectionParams. */
  readonly authorization?: string | undefined;
}

/** Close code for a server that cannot serve now; clients try again. https://www.iana.org/assignments/websocket */
const TRY_AGAIN_LATER = 1013;

/** Messages are read by graphql-ws, which would round the numbers that an importer wants passed on unchanged. */
const MUTATION_REFUSED = new GraphQLError('Send mutations over HTTP, as POST to the same URL.', {
  extensions: { code: 'MUTATION_OVER_SOCKET' },
});

/** How often a silent socket is asked whether it is still there, in milliseconds. */
const KEEP_ALIVE_MS = 12_000;

/** How long sockets may take to close when the server stops; one that takes nothing would never. In milliseconds. */
const CLOSE_WITHIN_MS = 1_000;

/**
 * Serves `sockets` with the subscriptions and queries of `yoga`. A socket without a good key is closed with 4403 when it
 * connects, and with 1013 while the database cannot tell; with a key that is revoked later its next operation is refused,
 * and its subscriptions end.
 */
export function serveSockets(
  app: App,
  sockets: WebSocketServer,
  yoga: YogaServerInstance<SocketContext, Context>,
): Pick<Service, 'stop'> {
  const runners = new WeakMap<ExecutionArgs, ReturnType<typeof yoga.getEnveloped>>();

  function runnerOf(args: ExecutionArgs) {
    const runner = runners.get(args);
    if (!runner) throw new Error('an operation came by a way of its own');
    return runner;
  }

  const serving = useServer(
    {
      onConnect: async ({ connectionParams, extra }) => {
        try {
          const { viewer } = await authenticateRequest(app, readAuthorization(connectionParams));
          return viewer !== null;
        } catch (error) {
          if (error instanceof UnauthenticatedError) return false;
          maskError(app.log, error);
          extra.socket.close(TRY_AGAIN_LATER, 'Try again later');
          return false;
        }
      },
      onSubscribe: async ({ connectionParams }, _id, { query, variables, operationName }) => {
        try {
          const runner = yoga.getEnveloped({ authorization: readAuthorization(connectionParams) });
          const document = runner.parse(query);
          const errors = runner.validate(runner.schema, document);
          if (errors.length > 0) return errors;
          if (getOperationAST(document, operationName)?.operation === 'mutation') return [MUTATION_REFUSED];
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
      execute: (args) => runnerOf(args).execute(args),
      subscribe: (args) => runnerOf(args).subscribe(args),
    },
    sockets,
    KEEP_ALIVE_MS,
  );
  // graphql-ws has just set a listener that writes to the console, which anybody who reaches the port could fill.
  sockets.on('connection', (socket) => {
    socket.removeAllListeners('error');
    socket.on('error', (error) => app.log.info({ error: describeError(error) }, 'socket.failed'));
  });
  return {
    async stop(deadline) {
      const closed = new AbortController();
      const cutting = app.clock.sleep(CLOSE_WITHIN_MS, AbortSignal.any([closed.signal, deadline])).then(() => {
        for (const socket of sockets.clients) socket.terminate();
      });
      await serving.dispose();
      closed.abort();
      await cutting;
    },
  };
}

function readAuthorization(connectionParams: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const value = connectionParams?.authorization ?? connectionParams?.Authorization;
  return typeof value === 'string' ? value : undefined;
}
