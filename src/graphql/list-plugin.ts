/** How long lists in variables may be. */

import { type ExecutionArgs, getOperationAST, Kind, type TypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { OperationTooLargeError } from './request-error.ts';
import { OPAQUE_FIELDS } from './request-plugin.ts';

/**
 * Most items of a list. Those that filter become parameters of a statement, of which PostgreSQL takes 65,535; the lists of
 * a document are bounded by its tokens.
 */
export const MOST_ITEMS = 2_000;

/** Refuses operations with longer lists in their variables, before anything is read. Opaque values have their own bounds. */
export const listPlugin: Plugin = {
  onExecute({ args, setResultAndStopExecution }) {
    if (hasLongList(args)) setResultAndStopExecution({ errors: [refusal()] });
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    if (hasLongList(args)) setResultAndStopExecution({ errors: [refusal()] });
  },
};

function hasLongList({ document, operationName, variableValues }: ExecutionArgs): boolean {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return definitions.some(
    ({ variable, type }) => nameOf(type) !== 'JSON' && isLong(variableValues?.[variable.name.value], 0),
  );
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

/** Nothing that the schema takes nests deeper; what does is refused when it is coerced. */
const DEEPEST = 20;

function isLong(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.length > MOST_ITEMS || value.some((item) => isLong(item, depth + 1));
  return Object.entries(value).some(([name, below]) => !OPAQUE_FIELDS.has(name) && isLong(below, depth + 1));
}

function refusal(): OperationTooLargeError {
  const message = `A list in the variables may have at most ${MOST_ITEMS} items; ask in several operations.`;
  return new OperationTooLargeError({ name: 'listItems', most: MOST_ITEMS }, message);
}
