/** What docs/limits.md says. */

import { readFileSync } from 'node:fs';

const page = readFileSync('docs/limits.md', 'utf8');

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (limit|code) \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** The rows of the tables of limits, in their order. */
export const documentedLimits: readonly { readonly name: string; readonly most: number }[] = rows
  .filter((row) => row.length === 5)
  .map(([, name = '', most = '']) => ({ name, most: Number(most) }));

/** The codes that errors may have. */
export const documentedCodes: ReadonlySet<string> = new Set(
  rows.filter((row) => row.length === 4).map(([, code = '']) => code.replaceAll('`', '')),
);
