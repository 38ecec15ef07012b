/** Walks the schema: every root field, arguments made up for it, and everything selected that it can answer. */

import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import { schema } from '../../src/graphql/schema.ts';

/** A query, mutation or subscription. */
export interface RootField {
  /** Such as `Query.webhook`. */
  readonly coordinate: string;
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
}

/** All there are. */
export const rootFields: readonly RootField[] = [
  ...fieldsOf('query', schema.getQueryType()),
  ...fieldsOf('mutation', schema.getMutationType()),
  ...fieldsOf('subscription', schema.getSubscriptionType()),
];

function fieldsOf(operation: RootField['operation'], type: GraphQLObjectType | null | undefined): RootField[] {
  return Object.values(type?.getFields() ?? {}).map((field) => ({
    coordinate: `${type?.name}.${field.name}`,
    operation,
    field,
  }));
}

/** Somewhere in the arguments of a root field where a client can put an id or a cursor. */
export interface IdPlace {
  readonly root: RootField;
  /** From the argument on: `['input', 'user', 'id']`. */
  readonly path: readonly string[];
  /** Of the argument or input field itself: `Query.webhook(id:)`, `ImportUserInput.id`. */
  readonly coordinate: string;
}

/** All places of a root field. */
export function idPlaces(root: RootField): IdPlace[] {
  return root.field.args.flatMap((arg) => placesIn(root, arg, [arg.name], `${root.coordinate}(${arg.name}:)`));
}

function placesIn(
  root: RootField,
  { name, type }: GraphQLArgument | GraphQLInputField,
  path: readonly string[],
  coordinate: string,
): IdPlace[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    return Object.values(named.getFields()).flatMap((field) =>
      placesIn(root, field, [...path, field.name], `${named.name}.${field.name}`),
    );
  }
  const isId = named.name === 'ID' || /^id$|Ids?$/.test(name) || name === 'after' || name === 'before';
  return isId ? [{ root, path, coordinate }] : [];
}

/** Values to make up arguments from, by the names of arguments and input fields. */
export type Values = Readonly<Record<string, unknown>>;

/** The required arguments of a root field, and `value` at `path` with what is required around it. */
export function makeArguments(
  { field }: RootField,
  values: Values,
  [first, ...rest]: readonly string[] = [],
  value?: unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    field.args
      .filter((arg) => arg.name === first || isRequiredArgument(arg))
      .map((arg) => [arg.name, make(arg, values, arg.name === first ? rest : undefined, value)]),
  );
}

/** `path` is what is left of the way to `value`: empty when it is here, absent when it is elsewhere. */
function make(
  { name, type }: { readonly name: string; readonly type: GraphQLInputType },
  values: Values,
  path: readonly string[] | undefined,
  value: unknown,
): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [make({ name, type: nullable.ofType }, values, path, value)];
  if (path?.length === 0) return value;
  if (isInputObjectType(nullable)) {
    const [first, ...rest] = path ?? [];
    return Object.fromEntries(
      Object.values(nullable.getFields())
        .filter((field) => field.name === first || isRequiredInputField(field))
        .map((field) => [field.name, make(field, values, field.name === first ? rest : undefined, value)]),
    );
  }
  if (name in values) return values[name];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  return { Int: 1, Boolean: false }[nullable.toString()] ?? 'made up';
}

/** An operation that asks a root field with these arguments, given as variables, for all that it can answer. */
export function operationOf({ coordinate, operation, field }: RootField, args: object, depth?: number): string {
  const given = field.args.filter(({ name }) => name in args);
  const variables = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const page = ['first', 'last'].some((name) => name in args) ? [] : pageOf(field, 'before' in args ? 'last' : 'first');
  const passed = [...given.map(({ name }) => `${name}: $${name}`), ...page].join(', ');
  const type = getNamedType(field.type);
  const levels = depth ?? LESS_DEPTH[coordinate] ?? FULL_DEPTH;
  return `${operation} ${variables && `(${variables})`} { ${field.name} ${passed && `(${passed})`} ${selection(type, levels)} }`;
}

/** As deep as the limits of the server allow for every root field but those of {@link LESS_DEPTH}. */
const FULL_DEPTH = 5;

/** Small pages: everything at once is more than the server allows. */
const PAGE = 5;

function pageOf({ args }: Pick<GraphQLField<unknown, unknown>, 'args'>, name: 'first' | 'last'): string[] {
  return args.some((arg) => arg.name === name) ? [`${name}: ${PAGE}`] : [];
}

/** For those that lead to everything there is: deeper, they would be wider than the server allows. */
const LESS_DEPTH: Readonly<Record<string, number>> = { 'Query.explainImport': 4, 'Query.delivery': 4 };

function selection(type: GraphQLNamedOutputType, depth: number): string {
  if (isUnionType(type)) {
    const members = type.getTypes().map((member) => `... on ${member.name} ${selection(member, depth)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    if (!isObjectType(below) && !isUnionType(below)) return [field.name];
    if (depth === 1) return [];
    const page = pageOf(field, 'first').map((size) => `(${size})`);
    return [`${field.name} ${page} ${selection(below, depth - 1)}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}
