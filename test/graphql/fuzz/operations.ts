/** Operations by chance, from whatever the schema has: most of them valid, some not. */

import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { pick, type Random, shuffle } from '../../chaos/random.ts';
import { type RootField, rootFields } from '../walk.ts';
import { createValues, type Known, print } from './values.ts';

/** What is sent. */
export interface Operation {
  readonly kind: RootField['operation'];
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

type Field = GraphQLField<unknown, unknown>;

/** How many of the operations are valid, to see what they lead to; whatever is wrong with the others is found before. */
const CAREFUL = 0.65;

/** The next operation. */
export function makeOperation(random: Random, known: Known): Operation {
  const isCareful = random() < CAREFUL;
  const { make, odd, chance, slip } = createValues(random, known, isCareful);
  const definitions = new Map<string, string>();
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];
  let aliases = 0;

  /** As a literal, or by way of a variable, which may have another type or no value at all. */
  function passed({ name: argument, type }: GraphQLArgument): string {
    const value = make(argument, type);
    if (chance(0.5)) return print(value);
    const name = `v${definitions.size}`;
    definitions.set(name, slip(0.03) ? 'Int' : String(type));
    if (!slip(0.03)) variables[name] = value;
    return `$${name}`;
  }

  function argumentsOf({ args }: Field): string {
    const given = args.filter((arg) => (isRequiredArgument(arg) ? !slip(0.02) : chance(0.25)));
    const texts = given.map((arg) => `${arg.name}: ${passed(arg)}`);
    if (slip(0.01)) texts.push(`nobody: ${print(odd())}`);
    return texts.length === 0 ? '' : `(${texts.join(', ')})`;
  }

  function directive(): string {
    if (chance(0.92)) return '';
    if (!slip(0.5)) return pick(random, ['@include(if: true)', '@skip(if: false)', '@skip(if: true)']);
    return pick(random, ['@include(if: "yes")', '@deprecated', '@skip(if: false) @skip(if: false)', '@nobody(if: 1)']);
  }

  function fieldOf(field: Field, depth: number): string {
    return `${alias()}${field.name}${argumentsOf(field)} ${directive()} ${selection(getNamedType(field.type), depth)}`;
  }

  /** A name of its own, or one that others may have. */
  function alias(): string {
    if (chance(0.92)) return '';
    aliases += 1;
    return slip(0.5) ? 'same: ' : `a${aliases}: `;
  }

  function selection(type: GraphQLNamedType, depth: number): string {
    if (!isCompositeType(type)) return slip(0.005) ? '{ id }' : '';
    if (isUnionType(type)) {
      const members = type.getTypes().filter(() => chance(0.7));
      return `{ __typename ${members.map((member) => `... on ${member.name} ${selection(member, depth)}`).join(' ')} }`;
    }
    return isObjectType(type) || isInterfaceType(type)
      ? `{ ${selected(type, Object.values(type.getFields()), depth)} }`
      : '';
  }

  function selected({ name }: GraphQLNamedType, fields: readonly Field[], depth: number): string {
    const possible = fields.filter(({ type }) => depth > 0 || !isCompositeType(getNamedType(type)));
    const some = shuffle(random, possible).slice(0, 1 + Math.floor(random() * 6));
    const texts = some.map((field) => fieldOf(field, depth - 1));
    if (chance(0.2) || texts.length === 0) texts.push('__typename');
    if (slip(0.01)) texts.push('nobody');
    if (chance(0.05)) texts.push(`...${fragment(name, texts.join(' '))}`);
    return texts.join(' ');
  }

  /** What it has may use variables, so it says what was said already. One in ten uses itself. */
  function fragment(type: string, content: string): string {
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type} { ${content} ${slip(0.1) ? `...${name}` : ''} }`);
    return name;
  }

  const kind = pick(random, ['query', 'query', 'mutation', 'mutation', 'subscription'] as const);
  const roots = rootFields.filter(({ operation }) => operation === kind);
  const count = kind === 'subscription' && !slip(0.1) ? 1 : 1 + Math.floor(random() * 3);
  const fields = Array.from({ length: count }, (_, index) => {
    const { field } = pick(random, roots);
    return `${index === 0 ? '' : `f${index}: `}${fieldOf(field, Math.floor(random() * 5))}`;
  });
  const declared = [...definitions].map(([name, type]) => `$${name}: ${type}`).join(', ');
  const text = `${kind} Fuzz ${declared && `(${declared})`} { ${fields.join(' ')} } ${fragments.join(' ')}`;
  return {
    kind,
    query: slip(0.3) ? damaged(random, text) : text,
    variables,
    operationName: !slip(0.1) ? null : pick(random, ['Fuzz', 'Nobody', '']),
  };
}

/** Documents that are made to hurt. */
const HOSTILE = [
  '',
  '#',
  '\ufeff{',
  '{ __typename @skip(if: $missing) }',
  `{ ${'a:viewer{role} '.repeat(60)} }`,
  `{ ${'viewer{role} '.repeat(300)} }`,
  `{ ${'{'.repeat(5_000)} }`,
  `{ webhooks { ${'edges { node { deliveries { '.repeat(40)} id ${'} } }'.repeat(40)} } }`,
  '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
  '{ ...A } fragment A on Nobody { id }',
  `{ ${'__schema { types { name } } '.repeat(3)} }`,
  '{ __type(name: "Query") { fields { type { fields { type { fields { name } } } } } } }',
  `query (${Array.from({ length: 500 }, (_, index) => `$v${index}: Int`).join(' ')}) { __typename }`,
  `{ webhook(id: ${'['.repeat(500)}${']'.repeat(500)}) { id } }`,
  'query A { viewer { role } } query B { viewer { role } }',
  'subscription { __typename }',
  'subscription { a: deliveryLog { kind } b: deliveryLog { kind } }',
  'type Query { a: Int } schema { query: Query }',
  'extend type Query { a: Int }',
  `{ import(importId: """${'\\"""'.repeat(100)}""") { id } }`,
  `{ viewer { role } } # ${'🧨'.repeat(33_000)}`,
];

/** The document with something done to its text, or another instead. */
function damaged(random: Random, text: string): string {
  if (random() < 0.4) return pick(random, HOSTILE);
  const place = Math.floor(random() * text.length);
  const end = place + Math.floor(random() * 5);
  return (
    text.slice(0, place) + pick(random, ['', '{', '}', '"', '\u0000', '🧨', '$', '...', '\ud800']) + text.slice(end)
  );
}
