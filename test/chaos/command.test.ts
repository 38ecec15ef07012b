/** What `npm run chaos` ends with, for whoever reads its last line or its status. */

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, inject, test } from 'vitest';

/** A run takes its time, and a busy machine makes that longer. */
const RUN_MS = 300_000;

/** As short as a run can be: on PGlite there is nothing to be broken but the one process, which is killed once. */
const SHORT = ['--kills', '1', '--seed', '2', '--database', 'pglite'];

const LAST_LINE = /^(?<accepted>\d+) accepted, (?<delivered>\d+) delivered, \d+ duplicates, (?<lost>\d+) lost$/;

// It brings its own database along, whichever the tests are about.
describe.runIf(inject('database') === 'pglite')('npm run chaos', () => {
  test('ends with 0 and one line of sums when nothing is lost and everything explained', {
    timeout: RUN_MS,
  }, async () => {
    const { status, lines, sums } = await runScript('main.ts', SHORT);

    expect(status).toBe(0);
    expect(sums?.lost).toBe('0');
    expect(Number(sums?.accepted)).toBeGreaterThan(0);
    const superseded = /^(\d+) superseded: /.exec(lines[0] ?? '')?.[1] ?? '0';
    expect(Number(sums?.delivered) + Number(superseded)).toBe(Number(sums?.accepted));
    expect(lines).toHaveLength(superseded === '0' ? 1 : 2);
  });

  test('ends with 1 and says what is lost, and what nothing explains', { timeout: RUN_MS }, async () => {
    const { status, lines, sums } = await runScript('tampered-main.ts', SHORT);

    expect(status).toBe(1);
    expect(Number(sums?.lost)).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes(' is lost: '))).toHaveLength(Number(sums?.lost));
    expect(lines.filter((line) => line.endsWith('and nothing explains it'))).toHaveLength(1);
  });

  test.each([[['--kills', 'many']], [['--database', 'mysql']], [['--frobnicate']]])(
    'ends with 2 when the command is wrong: %s',
    async (args) => {
      expect(await runScript('main.ts', args)).toMatchObject({ status: 2, lines: [] });
    },
  );
});

/** Runs a script of this folder to its end. */
async function runScript(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [`test/chaos/${script}`, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const lines = (await text(child.stdout)).split('\n').filter((line) => line !== '');
  return { status: await ended, lines, sums: LAST_LINE.exec(lines.at(-1) ?? '')?.groups };
}
