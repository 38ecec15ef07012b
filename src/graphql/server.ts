/** One port for everything: the dashboard, GraphQL over HTTP, WebSocket and server-sent events, and the health and metrics of the process. */

import { createServer } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { handleProtocols } from 'graphql-ws';
import { createLRUCache, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { answerHealth } from '../health.ts';
import { answerText, closeServer, listen } from '../lib/http.ts';
import type { Service } from '../lib/service.ts';
import { answerMetrics } from '../operating/serve-metrics.ts';
import { type CallerContext, callerIn, callerPlugin } from './caller-plugin.ts';
import { createDashboardFiles, NOT_BUILT } from './dashboard-files.ts';
import { listPlugin } from './list-plugin.ts';
import { maskError } from './mask-error.ts';
import { requestPlugin } from './request-plugin.ts';
import { schema } from './schema.ts';
import { serveSockets } from './sockets.ts';
import { streamPlugin } from './stream-plugin.ts';
import { tracePlugin } from './trace-plugin.ts';

/** Largest request body, in bytes: 500 imports with room for their metadata. */
export const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** How long a request may take to arrive, body and all, in milliseconds; cut off with 408 then, or twice that at the latest. */
export const ARRIVE_WITHIN_MS = 30_000;

/** Parsed documents that are kept: enough for all operations of the usual clients. */
const MOST_CACHED_DOCUMENTS = 200;

/** A listening server. */
export interface ApiServer extends Service {
  /** Where it can be reached, with the port that it really has; known once it has started. */
  readonly url: string;
}

/** Serves `app`'s API, and the dashboard. */
export function createApiServer(app: App): ApiServer {
  const { config, log } = app;
  const yoga = createYoga<CallerContext, Context>({
    schema,
    context: callerIn,
    logging: false,
    maskedErrors: { maskError: (error) => maskError(log, error) },
    plugins: [
      callerPlugin(app),
      requestPlugin({ mostBytes: MOST_BODY_BYTES, introspection: config.introspection }),
      listPlugin,
      streamPlugin(config.maxSocketsPerKey),
      tracePlugin(app.telemetry.tracer),
    ],
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    // Yoga's own keeps a thousand documents, those that nobody with a key has sent included.
    parserAndValidationCache: {
      documentCache: createLRUCache({ max: MOST_CACHED_DOCUMENTS }),
      errorCache: createLRUCache({ max: MOST_CACHED_DOCUMENTS }),
      validationCache: createLRUCache({ max: MOST_CACHED_DOCUMENTS }),
    },
    maxRequestBodySize: false, // requestPlugin bounds it; doing both costs a stream and an abort for each request
    renderGraphiQL,
    graphiql: config.introspection && {
      title: 'Posthorn',
      headers: '{"Authorization": "Bearer "}',
      defaultQuery:
        '# Put your API key after "Bearer ", under Headers below.\n{ viewer { keyName role organization { name } } }\n',
    },
  });
  const dashboard = createDashboardFiles();
  const http = createServer({ requestTimeout: ARRIVE_WITHIN_MS }, (request, response) => {
    if (answerHealth(app, request, response) || answerMetrics(app, request, response)) return;
    if (!isGraphql(request.url) && dashboard.answer(request, response)) return;
    if (request.url === '/' && !dashboard.isBuilt) return answerText(response, 404, NOT_BUILT);
    if (!URL.canParse(request.url ?? '', `http://${request.headers.host ?? 'localhost'}`)) {
      return answerText(response, 400, 'bad request: the path or the Host header is not valid');
    }
    return void yoga(request, response);
  });
  const sockets = new WebSocketServer({
    server: http,
    path: '/graphql',
    maxPayload: MOST_BODY_BYTES,
    handleProtocols,
    verifyClient: (_client, admit) => {
      if (sockets.clients.size < config.maxSockets) return admit(true);
      const reason = `TOO_MANY_SOCKETS: this server takes ${config.maxSockets} WebSockets; try again later`;
      admit(false, 503, reason, { 'retry-after': '5' });
    },
  });
  let serving: Pick<Service, 'stop'> | undefined;
  let url = '';

  return {
    get url() {
      return url;
    },
    async start() {
      serving = serveSockets(app, sockets, yoga);
      url = await listen(http, config.port, config.host);
    },
    async stop(deadline) {
      // Subscriptions are told first: over server-sent events they would keep the server until the deadline.
      await app.tail.stop(deadline);
      await serving?.stop(deadline);
      sockets.close();
      await closeServer(http, deadline);
      await yoga.dispose();
    },
  };
}

function isGraphql(url: string | undefined): boolean {
  return /^\/graphql(?:[/?]|$)/.test(url ?? '');
}
