/** How requests are read: JSON only, bounded, and with the numbers of opaque values kept as they were written. */

import { NoSchemaIntrospectionCustomRule } from 'graphql';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { parseExact } from '../lib/exact-json.ts';
import { ANONYMOUS_LIMITS, type CallerContext } from './caller-plugin.ts';
import { boundAliases, introspectOnce, parseBounded } from './document-limits.ts';
import { LimitError, UnauthenticatedError } from './request-error.ts';

/** The fields of the importer's input that are passed through unchanged. */
export const OPAQUE_FIELDS: ReadonlySet<string> = new Set(['resultMetadata', 'importErrors']);

/**
 * POST bodies must be `application/json`, which browsers do not send to other sites unasked, and at most `mostBytes`
 * long, without a key much less; what is large belongs in variables, so documents are bounded much closer. Without
 * `introspection`, the schema cannot be asked for; with it, once an operation.
 */
export function requestPlugin({
  mostBytes,
  introspection,
}: {
  mostBytes: number;
  introspection: boolean;
}): Plugin<object, CallerContext> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      const bound: BodyBound = serverContext.caller?.viewer
        ? { most: mostBytes, refuse: () => refuseLength(mostBytes) }
        : { most: ANONYMOUS_LIMITS.bytes, refuse: () => new UnauthenticatedError() };
      if (request.method === 'POST') setRequestParser((posted) => parsePosted(posted, bound));
    },
    onParse({ setParseFn }) {
      setParseFn(parseBounded);
    },
    onValidate({ addValidationRule }) {
      addValidationRule(introspection ? introspectOnce : NoSchemaIntrospectionCustomRule);
      addValidationRule(boundAliases);
    },
  };
}

/** How long a body may be, and what is said of a longer one. */
interface BodyBound {
  readonly most: number;
  readonly refuse: () => Error;
}

async function parsePosted(request: Request, bound: BodyBound): Promise<GraphQLParams> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.');
  const text = await readText(request, bound);
  const body = parseBody(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refuse(400, 'BAD_REQUEST', 'The request body must be an object with `query` and `variables`.');
  }
  return body;
}

function parseBody(text: string): unknown {
  try {
    return parseExact(text, OPAQUE_FIELDS);
  } catch (error) {
    throw refuse(
      400,
      'BAD_REQUEST',
      error instanceof SyntaxError ? `The request body is not JSON: ${error.message}` : 'The request body is not JSON.',
    );
  }
}

async function readText(request: Request, { most, refuse: refuseBody }: BodyBound): Promise<string> {
  if (Number(request.headers.get('content-length')) > most) throw refuseBody();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let read = await readOn(reader); read && !read.done; read = await readOn(reader)) {
    bytes += read.value.byteLength;
    // The body is not cancelled, since that would cut the connection before the refusal is sent.
    if (bytes > most) throw refuseBody();
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A body that breaks off is nothing that we did, and its error looks like that of a database that is away. */
async function readOn(reader: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  try {
    return await reader?.read();
  } catch {
    throw refuse(400, 'BAD_REQUEST', 'The request body broke off; send it whole.');
  }
}

function refuseLength(most: number) {
  const message = `The request body may have at most ${most} bytes; split it up.`;
  return new LimitError('PAYLOAD_TOO_LARGE', { name: 'body', most }, message, 413);
}

function refuse(status: number, code: string, message: string) {
  return createGraphQLError(message, { extensions: { code, http: { status } } });
}
