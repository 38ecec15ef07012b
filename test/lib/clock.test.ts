/** The machine's clock, and the one that tests move. */

import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createTestApp } from '../support/app.ts';

describe('the system clock', () => {
  test('tells the time', () => {
    const before = Date.now();
    const now = systemClock.now().getTime();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('sleeps for as long as it is told, by a scale that only rises', async () => {
    const start = systemClock.elapsed();
    await systemClock.sleep(20);
    expect(systemClock.elapsed() - start).toBeGreaterThanOrEqual(19);
  });

  test('wakes at once when the signal is aborted, then or before, and never rejects', async () => {
    const stopping = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, stopping.signal);
    stopping.abort(new Error('stop'));

    await expect(sleeping).resolves.toBeUndefined();
    await expect(systemClock.sleep(3_600_000, stopping.signal)).resolves.toBeUndefined();
  });
});

describe('the clock of a test', () => {
  test('moves the database along, and wakes those who slept until then and nobody else', async () => {
    await using app = await createTestApp();
    const stopping = new AbortController();
    const woken: string[] = [];
    const minute = app.clock.sleep(60_000).then(() => woken.push('minute'));
    const hour = app.clock.sleep(3_600_000, stopping.signal).then(() => woken.push('hour'));
    const [before] = await app.db.query<{ at: Date }>('select now() as at');

    await app.clock.advance(60_000);

    await minute;
    expect(woken).toEqual(['minute']);
    const [after] = await app.db.query<{ at: Date }>('select now() as at');
    const moved = (after?.at.getTime() ?? 0) - (before?.at.getTime() ?? 0);
    expect(moved).toBeGreaterThanOrEqual(60_000);
    expect(Math.abs(app.clock.now().getTime() - (after?.at.getTime() ?? 0))).toBeLessThan(1_000);
    stopping.abort();
    await hour;
  });
});
