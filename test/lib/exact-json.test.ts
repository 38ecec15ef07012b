import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { exactNumber, JsonDepthError, MAX_JSON_DEPTH, parseExact } from '../../src/lib/exact-json.ts';

const KEYS = new Set(['meta', 'errors']);
const HARD_NUMBERS = [
  '12345678901234567890',
  '1.0',
  '1e21',
  '-0',
  '0.10',
  '1E400',
  '-0.0',
  '9007199254740993',
  '5e-324',
];

describe('a number below an exact key', () => {
  test.each(HARD_NUMBERS)('is written as it was read: %s (C30)', (number) => {
    for (const text of [
      `{"meta":${number}}`,
      `{"meta":{"a":[${number},{"b":${number}}]}}`,
      `[{"x":{"errors":[[${number}]]}}]`,
      `{"meta":{"meta":{"errors":${number}}}}`,
    ]) {
      expect(JSON.stringify(parseExact(text, KEYS))).toBe(text);
    }
  });

  test.each(['0', '433', '-7', '0.5', '1e+21', '1e-7'])(
    'is a plain number when it prints as it is written: %s',
    (number) => {
      expect(parseExact(`{"meta":${number}}`, KEYS)).toEqual({ meta: Number(number) });
    },
  );

  test('is exact although the key was written with an escape', () => {
    expect(JSON.stringify(parseExact('{"m\\u0065ta":1.0}', KEYS))).toBe('{"meta":1.0}');
  });

  test('is written as it was read, with everything around it, whatever the value (C30)', () => {
    fc.assert(
      fc.property(jsonText(), (text) => {
        expect(JSON.stringify(parseExact(`{"a":[{"meta":${text}}]}`, KEYS))).toBe(`{"a":[{"meta":${text}}]}`);
      }),
    );
  });
});

describe('a number that is not below an exact key', () => {
  test.each(HARD_NUMBERS)('is a plain number, also beside one that is: %s', (number) => {
    const text = `{"rows":${number},"list":[${number},{"n":${number}}],"meta":[1.0],"other":{"n":${number}}}`;
    const plain = Number(number);
    expect(parseExact(text, KEYS)).toMatchObject({ rows: plain, list: [plain, { n: plain }], other: { n: plain } });
  });

  test('is what JSON.parse makes of it, whatever the text', () => {
    fc.assert(
      fc.property(jsonText(), (text) => {
        const beside = parseExact(`[${text},{"meta":1.0}]`, KEYS);
        expect(beside).toHaveProperty('0', JSON.parse(text));
        expect(parseExact(text, KEYS)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('stays so in a list whose index is spelled like an exact key', () => {
    expect(parseExact('[1.0,{"a":1.0}]', new Set(['0', 'length']))).toEqual([1, { a: 1 }]);
  });
});

describe('parsing exactly', () => {
  test('keeps __proto__ as a key that changes no prototype', () => {
    const text = '{"__proto__":{"admin":1.0},"meta":{"__proto__":{"n":1.0},"constructor":{"prototype":{"n":2.0}}}}';
    const value = parseExact(text, KEYS) as { admin?: unknown; meta: { n?: unknown } };
    expect(value.admin).toBeUndefined();
    expect(value.meta.n).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(value.meta)).toBe(Object.prototype);
    expect(Reflect.get({}, 'admin') ?? Reflect.get({}, 'n')).toBeUndefined();
    expect(JSON.stringify(value)).toBe(text.replace('1.0', '1'));
  });

  test('takes the last of two equal keys, and its spelling', () => {
    expect(JSON.stringify(parseExact('{"meta":{"a":1.0,"a":2.0}}', KEYS))).toBe('{"meta":{"a":2.0}}');
    expect(JSON.stringify(parseExact('{"meta":{"a":1.0},"meta":[2.0,{"a":3.0}]}', KEYS))).toBe(
      '{"meta":[2.0,{"a":3.0}]}',
    );
    expect(JSON.stringify(parseExact('{"meta":1.0,"meta":1.00}', KEYS))).toBe('{"meta":1.00}');
  });

  test('leaves an object alone that only looks like a kept number', () => {
    const text = '{"meta":{"rawJSON":"1","n":1.0},"x":{"rawJSON":"[]"}}';
    expect(JSON.stringify(parseExact(text, KEYS))).toBe(text);
  });

  test.each(['', '{', '{"meta":01}', '{"meta":1.0}x', '{"meta":NaN}', "{'meta':1}"])(
    'refuses what is not JSON: %s',
    (text) => {
      expect(() => parseExact(text, KEYS)).toThrow(SyntaxError);
    },
  );

  test.each([
    ['lists', '[', ']', '1.0'],
    ['objects', '{"a":', '}', '1.0'],
    ['exact objects', '{"meta":', '}', '1.0'],
    ['nothing but nesting', '[', ']', ''],
  ])(
    'takes %s up to the limit, and refuses one level more or ten thousand or a million',
    (_what, open, close, core) => {
      const nested = (depth: number) => open.repeat(depth) + core + close.repeat(depth);
      expect(() => JSON.stringify(parseExact(nested(MAX_JSON_DEPTH), KEYS))).not.toThrow();
      for (const depth of [MAX_JSON_DEPTH + 1, 10_000, 1_000_000]) {
        expect(() => parseExact(nested(depth), KEYS)).toThrow(JsonDepthError);
      }
    },
  );

  test('looks for depth also behind the first number it has to keep', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(() => parseExact(`{"meta":1.0,"a":${deep}}`, KEYS)).toThrow(JsonDepthError);
  });
});

describe('an exact number', () => {
  test.each(HARD_NUMBERS)('prints as it is spelled: %s', (number) => {
    expect(JSON.stringify(exactNumber(number))).toBe(number);
  });
});

describe('canonical JSON', () => {
  test('is one text for every order of keys, at every depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('tells different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const areEqual = isSame(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(areEqual);
      }),
    );
  });

  test('keeps the order of lists, and __proto__ as a key', () => {
    expect(canonicalJson([2, 1])).toBe('[2,1]');
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}'))).toBe('{"__proto__":{"a":2,"z":1},"b":1}');
  });

  test.each(HARD_NUMBERS)('writes a kept number as it was spelled: %s', (number) => {
    expect(canonicalJson(parseExact(`{"meta":{"b":${number},"a":[${number}]}}`, KEYS))).toBe(
      `{"meta":{"a":[${number}],"b":${number}}}`,
    );
  });
});

/** JSON texts with numbers in every spelling, and no key that JavaScript would move. */
function jsonText(): fc.Arbitrary<string> {
  const number = fc.oneof(
    fc.constantFrom(...HARD_NUMBERS),
    fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?$/),
  );
  const key = fc.oneof(
    fc.constantFrom('__proto__', 'rawJSON', 'toJSON'),
    fc.string({ unit: 'grapheme' }).map((text) => `k${text}`),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, depthSize: 'small' },
      number,
      fc.oneof(
        fc.constantFrom('true', 'false', 'null'),
        fc.string().map((text) => JSON.stringify(text)),
      ),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc
        .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name })
        .map((entries) => `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`),
    ),
  }));
  return value;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, child]) => [key, reversed(child)])
      .reverse(),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map<string, unknown>(Object.entries(a)), new Map<string, unknown>(Object.entries(b))];
  return left.size === right.size && [...left].every(([key, child]) => right.has(key) && isSame(child, right.get(key)));
}
