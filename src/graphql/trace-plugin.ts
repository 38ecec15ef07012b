/** A span for each query and mutation. */

import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { inSpan } from '../lib/trace.ts';

/** The name of an operation is the client's, and may be long. */
const LONGEST_NAME = 100;

/**
 * Executes queries and mutations in a span, below the `traceparent` that a caller with a key sends along. Nothing of the
 * document or its variables goes into it but the operation's name. Subscriptions, which last, have none.
 */
export function tracePlugin(tracer: Tracer): Plugin<Context & { readonly request?: Request }> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return;
      const { request, viewer } = args.contextValue;
      const start = {
        name: `GraphQL ${operation.operation}`,
        kind: SpanKind.SERVER,
        parent: viewer ? request?.headers.get('traceparent') : null,
        attributes: {
          'graphql.operation.type': operation.operation,
          'graphql.operation.name': operation.name?.value.slice(0, LONGEST_NAME) ?? '',
        },
      };
      setExecuteFn((given) =>
        inSpan(tracer, start, async (span) => {
          const result = await executeFn(given);
          if ('errors' in result && result.errors) span.setStatus({ code: SpanStatusCode.ERROR });
          return result;
        }),
      );
    },
  };
}
