/** Connections (Relay): how large their pages may be, what they cost, and what the schema says about them. */

import { type GraphQLOutputType, type GraphQLSchema, getNullableType, isListType, isObjectType } from 'graphql';
import { BadArgumentError } from './request-error.ts';

/** Rows of a page: at most, and when nobody says how many. */
export const PAGE_SIZE = { most: 100, usual: 20 } as const;

/** How many items a list is taken to have that has no pages. */
const USUAL_LIST = 10;

/**
 * What a field costs, and how often what is selected below it: a connection its page, a list without pages a few times.
 *
 * @throws {BadArgumentError} for a page that a connection does not have.
 */
export function fieldCost(
  args: Readonly<Record<string, unknown>>,
  field: { readonly name: string; readonly type: GraphQLOutputType; readonly args: readonly { name: string }[] },
): { field: number; multiplier: number } {
  if (field.args.some(({ name }) => name === 'before')) return { field: 1, multiplier: pageSize(args) };
  const isList = isListType(getNullableType(field.type));
  return { field: 1, multiplier: isList && field.name !== 'edges' ? USUAL_LIST : 1 };
}

function pageSize({ first, last, after, before }: Readonly<Record<string, unknown>>): number {
  if (isGiven(first) && isGiven(last)) throw new BadArgumentError('Give `first` or `last`, not both.');
  if (isGiven(after) && (isGiven(before) || isGiven(last)))
    throw new BadArgumentError('`after` goes with `first`, and `before` with `last`.');
  if (isGiven(before) && isGiven(first)) throw new BadArgumentError('`before` goes with `last`.');
  for (const cursor of [after, before]) {
    if (isGiven(cursor) && !isCursor(cursor))
      throw new BadArgumentError('`after` and `before` must be cursors of this connection.');
  }
  const size = first ?? last ?? PAGE_SIZE.usual;
  if (typeof size !== 'number' || size < 1 || size > PAGE_SIZE.most)
    throw new BadArgumentError(`A page has 1 to ${PAGE_SIZE.most} entries.`);
  return size;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** The Prisma plugin's cursors, which hold the id of a row. */
function isCursor(cursor: unknown): boolean {
  if (typeof cursor !== 'string') return false;
  return /^GPC:S:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(Buffer.from(cursor, 'base64').toString('latin1'));
}

/** Descriptions of what the Relay plugin makes. */
export const CONNECTION_DESCRIPTIONS = {
  idFieldOptions: { description: 'Opaque; its first letters say of which type it is.' },
  pageInfoTypeOptions: { description: 'Where a page of a connection begins and ends (Relay).' },
  hasNextPageFieldOptions: { description: 'Whether there is more after this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether there is more before this page.' },
  startCursorFieldOptions: { description: 'The cursor of the first edge, for `before`; null when there is none.' },
  endCursorFieldOptions: { description: 'The cursor of the last edge, for `after`; null when there is none.' },
  defaultConnectionTypeOptions: { description: 'A page of a list (Relay).' },
  defaultEdgeTypeOptions: { description: 'An entry of a page (Relay).' },
  edgesFieldOptions: { description: 'The entries of this page.' },
  pageInfoFieldOptions: { description: 'Where this page begins and ends.' },
  nodeFieldOptions: { description: 'What is listed.' },
  cursorFieldOptions: { description: 'Its place in the list, for `after` and `before`. Opaque.' },
  firstArgOptions: {
    description: `The first that many; at most ${PAGE_SIZE.most}, ${PAGE_SIZE.usual} unless told otherwise.`,
  },
  lastArgOptions: { description: `Instead of first: the last that many; at most ${PAGE_SIZE.most}.` },
  afterArgOptions: { description: 'With first: only what comes after this cursor.' },
  beforeArgOptions: { description: 'With last: only what comes before this cursor.' },
} as const;

/** Says what `totalCount` is, which the Prisma plugin adds to connections without a word. */
export function describeTotals(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    const total = isObjectType(type) ? type.getFields().totalCount : undefined;
    if (total) total.description ??= 'How many there are on all pages together.';
  }
  return schema;
}
