/** Values that fit a type, and values that fit nothing. */

import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { pick, type Random } from '../../chaos/random.ts';

/** A name of an enum, which is written without quotes in a document. */
export class EnumName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toJSON(): string {
    return this.name;
  }
}

/** What is only written in documents: numbers that JavaScript would not write so. */
export class Spelling {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return Number(this.text);
  }
}

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

const TEXTS = [
  '',
  ' ',
  'contacts',
  'made up',
  'a b',
  "' or 1=1 --",
  '%00%s%n',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '\u202e\ufeff\u0301',
  '🧨👩‍👩‍👧',
  '"""',
  '\\u{110000}',
  '2024-04-24T17:20:14.659349Z',
  '0000-02-30T25:61:61Z',
  '0.0',
  '99999999999999999.1',
  '1.99999999999999999999',
  'R1BDOlM6Z2FyYmFnZQ==',
  'http://127.0.0.1:9/',
  'http://10.0.0.1/',
  'http://[::ffff:127.0.0.1]:0/',
  'javascript:alert(1)',
  'x'.repeat(5_000),
];

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -1e308,
  new Spelling('1e400'),
  new Spelling('-0'),
  new Spelling('123456789012345678901234567890'),
  [],
  [null],
  {},
  { a: 1 },
  { ['__proto__']: { polluted: true }, constructor: null },
  new EnumName('NOBODY'),
  nested(12),
  nested(120),
  ...TEXTS,
];

/** Numbers that fields may find reasonable, and some that they may not. */
const NUMBERS = [1, 2, 3, 10, 20, 60, 100, 101, 0, -1, 86_400, 2_147_483_647, -2_147_483_648];

/** Values that there are, by the names of the arguments and fields that want them: ids above all. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Makes values. A careful caller gives only such as fit their type; a careless one sometimes gives others. */
export function createValues(random: Random, known: Known, isCareful: boolean) {
  const chance = (of: number) => random() < of;
  const slip = (of: number) => !isCareful && chance(of);

  function fitting(name: string, type: GraphQLInputType): unknown {
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const count = Math.floor(random() * 4);
      return Array.from({ length: count }, () => make(name.replace(/s$/, ''), nullable.ofType));
    }
    if (isEnumType(nullable)) return new EnumName(pick(random, nullable.getValues()).name);
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter((field) =>
        isRequiredInputField(field) ? !slip(0.02) : chance(0.3),
      );
      return Object.fromEntries(fields.map((field) => [field.name, make(field.name, field.type)]));
    }
    switch (nullable.name) {
      case 'Int':
        return pick(random, slip(0.5) ? NUMBERS : [1, 2, 3, 10, 20, 60]);
      case 'Float':
        return pick(random, [0, 0.5, 1e21, ...NUMBERS]);
      case 'Boolean':
        return chance(0.5);
      case 'DateTime':
        return pick(random, ['2024-04-24T17:20:14Z', '2999-01-01T00:00:00+14:00', '0001-01-01T00:00:00Z']);
      case 'JSON':
        return pick(random, ODD);
      default:
        return text(name);
    }
  }

  function text(name: string): string {
    const own = known[name];
    if (own !== undefined && chance(isCareful ? 0.9 : 0.6)) return pick(random, own);
    return pick(random, chance(0.5) ? Object.values(known).flat() : TEXTS);
  }

  /** One for the argument or field `name`. */
  function make(name: string, type: GraphQLInputType): unknown {
    if (slip(0.05)) return pick(random, ODD);
    if (!isNonNullType(type) && chance(0.05)) return null;
    return fitting(name, type);
  }

  return { make, odd: () => pick(random, ODD), chance, slip };
}

/** The value as a document has it. */
export function print(value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (value instanceof Spelling) return value.text;
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).map(([name, below]) => `${name}: ${print(below)}`)}}`;
  }
  return JSON.stringify(value);
}
