/** Whether an answer is one that a client may get. */

import type { GraphqlAnswer } from '../../support/client.ts';
import { documentedCodes } from '../documented.ts';

/** What no message says, whatever was asked: where in our code, with which statement, through which library, which secret. */
const LEAKS: readonly RegExp[] = [
  /\n\s+at /,
  /\bat \S+ \(/,
  /node_modules|\.ts:\d+|file:\/\//,
  /prisma|pglite|pothos|postgres/i,
  /\b(select|insert into|update|delete from)\b.+\b(from|values|set|where)\b/i,
  /phk_[0-9a-z]+_|whsec_/,
  /Cannot read propert|is not a function|is not iterable|undefined \(|\[object Object\]/,
];

/** Codes that say that the fault was ours. */
const OURS = new Set(['INTERNAL_SERVER_ERROR', 'UNAVAILABLE']);

/** What is wrong with an answer; `undefined` when nothing is. */
export function faultOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return 'it is no object';
  const { data, errors }: GraphqlAnswer = answer;
  if (data === undefined && errors === undefined) return 'it has neither data nor errors';
  for (const error of errors ?? []) {
    const code = error.extensions?.code;
    if (typeof code !== 'string' || !documentedCodes.has(code)) return `its code ${code} is not documented`;
    if (OURS.has(code)) return `it says that the fault is ours: ${code}`;
    if ('stacktrace' in (error.extensions ?? {})) return 'it has a stack';
  }
  const leak = [...messagesIn(answer)].find((message) => LEAKS.some((pattern) => pattern.test(message)));
  return leak && `it says too much: ${leak}`;
}

/** The messages of errors and refusals; other texts are somebody's data. */
function* messagesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, below] of Object.entries(value)) {
    if (name === 'message' && typeof below === 'string') yield below;
    else yield* messagesIn(below);
  }
}
