/** docs/scenarios.md, held against the titles of the tests. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Labels as titles have them: `… (A1, F47)`, or `'D34, D35: …`. */
const LABELS = /(?<=\(|['"`])[A-H]\d{1,2}(?:, [A-H]\d{1,2})*(?=\)|:)/g;

const rows = readFileSync('docs/scenarios.md', 'utf8')
  .split('\n')
  .map((line) => /^\| (?<label>[A-H]\d+) \| (?<scenario>.+) \| (?<where>.+) \|$/.exec(line)?.groups)
  .filter((row) => row !== undefined);

const named = new Map(
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('scenarios.test.ts'))
    .map((name) => [
      name.replaceAll('\\', '/').replace(/\.test\.ts$/, ''),
      new Set(
        readFileSync(`test/${name}`, 'utf8')
          .match(LABELS)
          ?.flatMap((labels) => labels.split(', ')),
      ),
    ]),
);

describe('docs/scenarios.md', () => {
  test('explains every label that a test has, once', () => {
    const explained = rows.map(({ label }) => label);
    expect(explained).toEqual([...new Set(explained)]);
    const used = new Set([...named.values()].flatMap((labels) => [...labels]));
    expect([...used].filter((label) => !explained.includes(label))).toEqual([]);
  });

  test.each(rows)('says where $label is proven', ({ label = '', where = '' }) => {
    const places = [...where.matchAll(/`([^`]+)`/g)].map(([, place = '']) => place);
    expect(places).not.toEqual([]);
    for (const place of places) {
      const script = /^npm run (\w+)$/.exec(place)?.[1];
      if (script) expect(readFileSync('package.json', 'utf8')).toContain(`"${script}":`);
      else expect(named.get(place)?.has(label), place).toBe(true);
    }
  });
});
