/** Scalars. */

import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { exactNumber, MAX_JSON_DEPTH } from '../lib/exact-json.ts';
import { builder } from './builder.ts';
import { BadArgumentError } from './request-error.ts';

/** RFC 3339, section 5.6. Without an offset it would depend on where the server runs. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** What both RFC 3339 and PostgreSQL can hold. */
const YEAR_1 = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000 = Date.parse('+010000-01-01T00:00:00Z');

builder.scalarType('DateTime', {
  description: 'An instant as RFC 3339 text in UTC, to the millisecond, such as `2026-11-21T19:22:50.123Z`.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const instant = typeof value === 'string' && DATE_TIME.test(value) ? new Date(value) : undefined;
    if (!instant || !(instant.getTime() >= YEAR_1 && instant.getTime() < YEAR_10000))
      throw new BadArgumentError('A DateTime is RFC 3339 text, such as 2026-11-21T19:22:50Z.');
    return instant.toISOString();
  },
});

builder.scalarType('JSON', {
  description:
    'Any JSON value. Given in variables under its own name, or in the document, numbers keep every digit as they were written.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node) => readLiteral(node, 0),
});

function readLiteral(node: ValueNode, depth: number): unknown {
  if (depth > MAX_JSON_DEPTH) throw new GraphQLError(`JSON may be nested at most ${MAX_JSON_DEPTH} deep.`);
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return exactNumber(node.value);
    case Kind.LIST:
      return node.values.map((value) => readLiteral(value, depth + 1));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, readLiteral(value, depth + 1)]));
    case Kind.NULL:
      return null;
    default:
      throw new GraphQLError('A variable inside a JSON literal is not supported; give the whole value as a variable.');
  }
}
