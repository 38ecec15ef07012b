/** The size of libuv's thread pool, in processes of their own: it cannot be changed in one that has it already. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const module = new URL('../../src/lib/thread-pool.ts', import.meta.url);
const main = new URL('../../src/main.ts', import.meta.url);

/** How many threads a process has that imports the module first, as the command line does, and then uses the pool. */
async function countThreads(env: Record<string, string>): Promise<number> {
  const script = `
    import ${JSON.stringify(module.href)};
    import { readdir } from 'node:fs/promises';
    process.stdout.write(String((await readdir('/proc/self/task')).length));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env });
  return Number(stdout);
}

describe.runIf(process.platform === 'linux')('the thread pool', () => {
  test('has 128 threads, so that silent name servers leave some to everybody else', async () => {
    expect(await countThreads({})).toBeGreaterThanOrEqual(128);
  });

  test('is as large as the environment says', async () => {
    const threads = await countThreads({ UV_THREADPOOL_SIZE: '2' });

    expect(threads).toBeGreaterThan(2);
    expect(threads).toBeLessThan(32);
  });

  test('is sized before the command line loads anything else', async () => {
    const [first] = (await readFile(main, 'utf8')).match(/^import .*$/m) ?? [];

    expect(first).toBe("import './lib/thread-pool.ts';");
  });
});
