/** JSON whose numbers survive being read and written again exactly as they were spelled. */

declare global {
  // https://github.com/tc39/proposal-json-parse-with-source, in Node since 21, not yet in TypeScript's library.
  interface JSON {
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
  }
}

/**
 * A number kept as it was spelled. `JSON.stringify` writes it out unchanged; a copy of it is an ordinary object and is
 * written as one, so pass it on as it is.
 */
export interface RawJson {
  /** The spelling. */
  readonly rawJSON: string;
}

/**
 * How deep lists and objects may be nested, so that whoever gets them next can read them: Ruby's JSON stops at 100 as
 * well, and our own `JSON.stringify` runs out of stack between one and five thousand.
 */
export const MAX_JSON_DEPTH = 100;

/** The text nests deeper than {@link MAX_JSON_DEPTH}. A `SyntaxError`, since callers answer both with a refusal. */
export class JsonDepthError extends SyntaxError {
  override readonly name = 'JsonDepthError';

  constructor() {
    super(`The JSON nests lists and objects more than ${MAX_JSON_DEPTH} deep.`);
  }
}

/**
 * `JSON.parse`, but a number at or anywhere below one of `exactKeys` that would not print as it is spelled
 * (`12345678901234567890`, `1.0`, `1e21`, `-0`) becomes a {@link RawJson}, so that `JSON.stringify` gives back that
 * spelling. Every other number is a number.
 *
 * Of a key given twice the last counts, and `__proto__` is a key like any other. Costs a second pass over the text only
 * when there is a number below an exact key; otherwise it costs a walk over the parsed value, for its depth.
 *
 * @throws {SyntaxError} when the text is not JSON, or as {@link JsonDepthError} nests too deep.
 */
export function parseExact(text: string, exactKeys: ReadonlySet<string>): unknown {
  const value: unknown = JSON.parse(text);
  if (!hasNumberBelow(value, exactKeys, false, 0)) return value;

  const exact: unknown = JSON.parse(text, keepSpelling);
  return loosen(exact, exactKeys);
}

/**
 * The number that `spelling` writes, kept as {@link RawJson} unless it would print just so. For the numbers of a GraphQL
 * document as well, whose grammar of numbers is JSON's.
 */
export function exactNumber(spelling: string): number | RawJson {
  const value = Number(spelling);
  return String(value) === spelling ? value : JSON.rawJSON(spelling);
}

/** Whether a number is at or below an exact key. Looks everywhere, having found one or not, to check the depth. */
function hasNumberBelow(value: unknown, exactKeys: ReadonlySet<string>, isExact: boolean, depth: number): boolean {
  if (typeof value === 'number') return isExact;
  if (!isContainer(value)) return false;
  if (depth === MAX_JSON_DEPTH) throw new JsonDepthError();

  let found = false;
  for (const key of Object.keys(value)) {
    if (hasNumberBelow(value[key], exactKeys, isExact || exactKeys.has(key), depth + 1)) found = true;
  }
  return found;
}

/** A reviver sees a value before the keys above it, so it keeps every spelling, and `loosen` undoes what is too much. */
function keepSpelling(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return exactNumber(context.source);
}

/** Makes plain numbers, in place, of those that are not at or below an exact key. */
function loosen(value: unknown, exactKeys: ReadonlySet<string>): unknown {
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  if (!isContainer(value)) return value;

  for (const key of Object.keys(value)) {
    if (Array.isArray(value) || !exactKeys.has(key)) value[key] = loosen(value[key], exactKeys);
  }
  return value;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
