/** How requests are read: JSON only, bounded, and with the numbers of opaque values kept as they were written. */

import { type ASTVisitor, GraphQLError, NoSchemaIntrospectionCustomRule, parse, type ValidationContext } from 'graphql';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { parseExact } from '../lib/exact-json.ts';

/** The fields of the importer's input that are passed through unchanged. */
const OPAQUE_FIELDS = new Set(['resultMetadata', 'importErrors']);

/**
 * POST bodies must be `application/json`, which browsers do not send to other sites unasked, and at most `mostBytes`
 * long; what is large belongs in variables, so documents are bounded much closer. Without `introspection`, the schema
 * cannot be asked for; with it, once an operation.
 */
export function requestPlugin({ mostBytes, introspection }: { mostBytes: number; introspection: boolean }): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'POST') setRequestParser((posted) => parsePosted(posted, mostBytes));
    },
    onParse({ setParseFn }) {
      setParseFn(parseBounded);
    },
    onValidate({ addValidationRule }) {
      addValidationRule(introspection ? introspectOnce : NoSchemaIntrospectionCustomRule);
    },
  };
}

/** Longest document, in characters. The largest of our own operations has less than a twentieth of it. */
const MOST_DOCUMENT_LENGTH = 64 * 1024;

/** Most tokens of a document: what a parsed one takes in memory grows with them. */
const MOST_TOKENS = 4_000;

function parseBounded(source: string, options?: Parameters<typeof parse>[1]): ReturnType<typeof parse> {
  if (source.length > MOST_DOCUMENT_LENGTH) {
    throw new GraphQLError(
      `A document may have at most ${MOST_DOCUMENT_LENGTH} characters; put what is large into variables.`,
      { extensions: { code: 'OPERATION_TOO_LARGE' } },
    );
  }
  return parse(source, { ...options, maxTokens: MOST_TOKENS });
}

/** What the usual introspection queries name at most this often. Under aliases, each would list the whole schema again. */
const MOST_INTROSPECTION = new Map([
  ['__schema', 1],
  ['__type', 4],
  ['types', 2],
  ['fields', 4],
  ['args', 8],
  ['inputFields', 4],
  ['possibleTypes', 4],
  ['enumValues', 4],
]);

function introspectOnce(context: ValidationContext): ASTVisitor {
  const counts = new Map<string, number>();
  return {
    Field(node) {
      const name = node.name.value;
      const most = MOST_INTROSPECTION.get(name);
      const isIntrospection = name.startsWith('__') || context.getParentType()?.name.startsWith('__');
      if (most === undefined || !isIntrospection) return;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (count !== most + 1) return;
      context.reportError(
        new GraphQLError(`An operation may ask for ${name} at most ${most} times; ask for less at once.`, {
          nodes: node,
          extensions: { code: 'OPERATION_TOO_LARGE' },
        }),
      );
    },
  };
}

async function parsePosted(request: Request, mostBytes: number): Promise<GraphQLParams> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.');
  const text = await readText(request, mostBytes);
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

async function readText(request: Request, mostBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length')) > mostBytes) throw refuseLength(mostBytes);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    bytes += read.value.byteLength;
    // The body is not cancelled, since that would cut the connection before the refusal is sent.
    if (bytes > mostBytes) throw refuseLength(mostBytes);
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuseLength(mostBytes: number) {
  return refuse(413, 'PAYLOAD_TOO_LARGE', `The request body may have at most ${mostBytes} bytes; split it up.`);
}

function refuse(status: number, code: string, message: string) {
  return createGraphQLError(message, { extensions: { code, http: { status } } });
}
