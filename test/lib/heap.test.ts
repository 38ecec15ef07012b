import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('V8 is set up before the command line loads what allocates much', async () => {
  const main = await readFile(new URL('../../src/main.ts', import.meta.url), 'utf8');

  expect(main.match(/^import .*$/gm)?.slice(0, 2)).toContain("import './lib/heap.ts';");
});
