/** What was odd about a response. */

import { type Exchange, READ_BODY_BYTES, type Reply } from './exchange.ts';
import type { ResponseWarning } from './outcome.ts';
import { hasMoreThanAscii, isNotUtf8 } from './received-response.ts';

/** In the order of `RESPONSE_WARNINGS`. `kept` is the body as it is kept. */
export function warningsOf(exchange: Exchange, reply: Reply, kept: string): readonly ResponseWarning[] {
  const { body, end } = exchange;
  const isEncoded = exchange.packedBytes === null && exchange.bodyBytes > 0 && !NOT_ENCODED.has(codingOf(reply));
  const warnings: readonly (ResponseWarning | false)[] = [
    reply.isEarly && 'ANSWERED_EARLY',
    hasMoreThanAscii(reply.rawHeaders) && 'HEADERS_NOT_ASCII',
    !isEncoded && isNotUtf8(body, kept, end === 'complete') && 'BODY_NOT_UTF8',
    isEncoded && 'BODY_ENCODED',
    end === 'enough' && lengthWarning(exchange, reply),
  ];
  return warnings.filter((warning) => typeof warning === 'string');
}

/** Of a body that was cut, whose length had been announced or not. */
function lengthWarning({ bodyBytes, packedBytes }: Exchange, { headers }: Reply): ResponseWarning {
  if (packedBytes !== null && bodyBytes > Math.max(READ_BODY_BYTES, packedBytes)) return 'BODY_EXPANDS';
  return headers['content-length'] === undefined ? 'BODY_UNANNOUNCED' : 'BODY_TOO_LONG';
}

function codingOf({ headers }: Reply): string {
  return (headers['content-encoding'] ?? '').trim().toLowerCase();
}

const NOT_ENCODED: ReadonlySet<string> = new Set(['', 'identity']);
