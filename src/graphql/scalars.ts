/** Scalars. */

import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { exactNumber, MAX_JSON_DEPTH } from '../lib/exact-json.ts';
import { builder } from './builder.ts';
import { BadArgumentError } from './request-error.ts';

builder.scalarType('DateTime', {
  description: 'An instant as RFC 3339 text in UTC, to the millisecond, such as `2026-11-21T19:22:50.123Z`.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value)))
      throw new BadArgumentError('A DateTime is RFC 3339 text, such as 2026-11-21T19:22:50Z.');
    return new Date(value).toISOString();
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
