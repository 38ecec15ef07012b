/** How requests are read: JSON only, bounded, and with the numbers of opaque values kept as they were written. */

import { NoSchemaIntrospectionCustomRule } from 'graphql';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { parseExact } from '../lib/exact-json.ts';

/** The fields of the importer's input that are passed through unchanged. */
const OPAQUE_FIELDS = new Set(['resultMetadata', 'importErrors']);

/**
 * POST bodies must be `application/json`, which browsers do not send to other sites unasked, and at most `mostBytes`
 * long. Without `introspection`, the schema cannot be asked for.
 */
export function requestPlugin({ mostBytes, introspection }: { mostBytes: number; introspection: boolean }): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'POST') setRequestParser((posted) => parsePosted(posted, mostBytes));
    },
    onValidate({ addValidationRule }) {
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
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
