/** How large a document may be, and how often it may name the same thing. */

import { type ASTVisitor, GraphQLError, parse, type ValidationContext } from 'graphql';
import { LIMITS } from './builder.ts';
import { OperationTooLargeError } from './request-error.ts';

/**
 * What a document may have. The largest of our own operations has less than a twentieth of the characters; what a parsed
 * one takes in memory grows with its tokens.
 */
export const DOCUMENT_LIMITS = { characters: 64 * 1024, tokens: 4_000 } as const;

/**
 * Parses a document that is within its limits.
 *
 * @throws {OperationTooLargeError}
 */
export function parseBounded(source: string, options?: Parameters<typeof parse>[1]): ReturnType<typeof parse> {
  if (source.length > DOCUMENT_LIMITS.characters) throw refuseDocument('characters');
  try {
    return parse(source, { ...options, maxTokens: DOCUMENT_LIMITS.tokens });
  } catch (error) {
    if (error instanceof GraphQLError && TOO_MANY_TOKENS.test(error.message)) throw refuseDocument('tokens');
    throw error;
  }
}

/** What graphql says of more than `maxTokens`, which has no code of its own. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more than \d+ tokens/;

function refuseDocument(name: keyof typeof DOCUMENT_LIMITS): OperationTooLargeError {
  const most = DOCUMENT_LIMITS[name];
  return new OperationTooLargeError(
    { name, most },
    `A document may have at most ${most} ${name}; put what is large into variables.`,
  );
}

/** A validation rule. Aliases count as they are written: how often a fragment is used counts for the breadth. */
export function boundAliases(context: ValidationContext): ASTVisitor {
  const most = LIMITS.aliases;
  let count = 0;
  return {
    Field({ alias }) {
      if (!alias) return;
      count += 1;
      if (count !== most + 1) return;
      const message = `A document may have at most ${most} aliases; send what is more as another operation.`;
      context.reportError(new OperationTooLargeError({ name: 'aliases', most }, message));
    },
  };
}

/** What the usual introspection queries name at most this often. Under aliases, each would list the whole schema again. */
export const MOST_INTROSPECTION: ReadonlyMap<string, number> = new Map([
  ['__schema', 1],
  ['__type', 4],
  ['types', 2],
  ['fields', 4],
  ['args', 8],
  ['inputFields', 4],
  ['possibleTypes', 4],
  ['enumValues', 4],
]);

/** A validation rule: the schema is asked for as tools do, once an operation. */
export function introspectOnce(context: ValidationContext): ASTVisitor {
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
        new OperationTooLargeError(
          { name, most },
          `An operation may ask for ${name} at most ${most} times; ask for less at once.`,
        ),
      );
    },
  };
}
