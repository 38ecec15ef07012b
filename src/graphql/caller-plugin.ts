/** Who calls, found out before anything of what they ask is read. */

import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { authenticateRequest } from './authenticate-request.ts';
import { UnauthenticatedError } from './request-error.ts';

/** What an operation brings along before it has a context. */
export interface CallerContext {
  /** Set for a request over HTTP once its key is known to be good, or that there is none; from the beginning over a socket. */
  caller?: Context;
}

/** The context of an operation. */
export function callerIn({ caller }: CallerContext): Context {
  if (!caller) throw new Error('an operation came by a way on which nobody was asked for a key');
  return caller;
}

/**
 * What a request without a key may have: the introspection of the usual tools has less than half of it. Validating a
 * document takes time with the square of its tokens.
 */
export const ANONYMOUS_LIMITS = { bytes: 16 * 1024, tokens: 600 } as const;

/** How long reading a request may take until its key is asked about again, in milliseconds: a subscription ends as soon. */
const TRUST_MS = 1_000;

/**
 * Refuses a request whose key is no good before its body is read, or has ended while that took long, and one without a key before its document is validated,
 * unless that asks for the schema alone.
 */
export function callerPlugin(app: App): Plugin<CallerContext, CallerContext> {
  return {
    async onRequestParse({ request, serverContext }) {
      const authorization = request.headers.get('authorization');
      const askedAt = app.clock.now().getTime();
      serverContext.caller = await authenticateRequest(app, authorization);
      return {
        async onRequestParseDone() {
          if (app.clock.now().getTime() - askedAt < TRUST_MS) return;
          serverContext.caller = await authenticateRequest(app, authorization);
        },
      };
    },
    onParams({ params: { query }, context, setResult }) {
      if (context.caller?.viewer || typeof query !== 'string' || asksForSchema(query)) return;
      setResult({ errors: [new UnauthenticatedError()] });
    },
  };
}

function asksForSchema(source: string): boolean {
  if (source.length > ANONYMOUS_LIMITS.bytes) return false;
  try {
    const { definitions } = parse(source, { noLocation: true, maxTokens: ANONYMOUS_LIMITS.tokens });
    return definitions.every((node) => node.kind !== Kind.OPERATION_DEFINITION || hasMetaFields(node));
  } catch {
    return false; // not a document, or too long a one
  }
}

function hasMetaFields({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every((node) => node.kind === Kind.FIELD && node.name.value.startsWith('__'));
}
