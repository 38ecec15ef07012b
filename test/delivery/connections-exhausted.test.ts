/** A server that has run out of file descriptors. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startReceiver } from '../support/receiver.ts';

const script = fileURLToPath(new URL('../support/exhausted-attempts.ts', import.meta.url));

describe.skipIf(process.platform === 'win32')('a server without file descriptors', () => {
  test('blames neither a receiver that it cannot connect to, nor a name that it cannot look up, but uses what is open', async () => {
    await using open = await startReceiver();
    await using fresh = await startReceiver();
    const urls = [open.url, fresh.url, 'http://receiver.test/', open.url];

    const node = [process.execPath, script, ...urls].map((word) => `'${word}'`).join(' ');
    const { stdout } = await promisify(execFile)('sh', ['-c', `ulimit -n 64; exec ${node}`]);

    expect(JSON.parse(stdout)).toEqual([['OUT_OF_RESOURCES', true], ['OUT_OF_RESOURCES', true], 'succeeded']);
    expect(fresh.connections).toBe(0);
  });
});
