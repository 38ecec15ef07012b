import { beforeAll, describe, expect, inject, test } from 'vitest';
import { KILLS } from './plan.ts';
import { type RunResult, run } from './run.ts';

/** A run takes its time, and a busy machine makes that longer. */
const RUN_MS = 600_000;

const SEED = 7;

const quiet = () => {};

describe.runIf(inject('database') === 'postgresql')('an API and two dispatchers on PostgreSQL, under load', () => {
  const points = [...KILLS.postgresql.api, ...KILLS.postgresql.dispatchers];
  let result: RunResult;

  beforeAll(async () => {
    result = await run({ database: 'postgresql', kills: points.length, seed: SEED, rate: 10, progress: quiet });
  }, RUN_MS);

  test('lose nothing that they accepted, though killed at every point of its life (A1, A2)', () => {
    expect(killedAt(result)).toEqual(points.toSorted());
    expect(result.accepted).toBeGreaterThan(0);
    expect(result.delivered + result.superseded).toBe(result.accepted);
    expect(result.lost).toBe(0);
  });

  test('tell no receiver that an import needs review once they have told it how it ended (H62)', () => {
    expect(result.superseded).toBeGreaterThan(0);
    expect(result.unexplained.filter((line) => /review|SUPERSEDED/.test(line))).toEqual([]);
  });

  test('deliver again only what a killed process had in hand, or one whose lease ended, and as the same event (A2, A6)', () => {
    expect(result.duplicates).toBeGreaterThan(0);
    expect(result.unexplained).toEqual([]);
  });

  test('settle nothing by a lease that was taken over while the network was silent (A5)', () => {
    expect(made(result, 'black-hole')).toHaveLength(1);
    expect(result.leasesLost).toBeGreaterThan(0);
    expect(result.unexplained.filter((line) => /taken over|delivered|DELIVERED|numbered/.test(line))).toEqual([]);
  });

  test('go on by themselves when PostgreSQL is killed or restarted, or cut off from one of them (A7)', () => {
    expect(made(result, 'restart-database')).toMatchObject([{ how: expect.any(String) }, { how: expect.any(String) }]);
    expect(made(result, 'cut')).toHaveLength(2);
    expect(result.unexplained.filter((line) => /ended by itself|lost|refused/.test(line))).toEqual([]);
  });

  test('retry nothing early when a clock jumps by an hour, ahead or behind (A10)', () => {
    expect(made(result, 'clock-jump')).toHaveLength(1);
    expect(result.retries).toBeGreaterThan(0);
    expect(result.unexplained.filter((line) => line.includes('was retried'))).toEqual([]);
  });

  test('show subscribers of the log, who go on from their last cursor, each entry once and in order, by entries and by pages (F47)', () => {
    expect(result.breaks).toBeGreaterThanOrEqual(KILLS.postgresql.api.length);
    expect(result.unexplained.filter((line) => /log|subscriber/.test(line))).toEqual([]);
  });
});

describe.runIf(inject('database') === 'pglite')('a server on PGlite, under load', () => {
  test(
    'loses nothing that it accepted, and delivers again only what it had in hand, though killed again and again (A1, A2, A6)',
    async () => {
      const points = [...KILLS.pglite.api, ...KILLS.pglite.dispatchers];
      const result = await run({ database: 'pglite', kills: points.length, seed: SEED, rate: 10, progress: quiet });
      expect(result.unexplained).toEqual([]);
      expect(killedAt(result)).toEqual(points.toSorted());
      expect(result.accepted).toBeGreaterThan(0);
      expect(result).toMatchObject({ delivered: result.accepted - result.superseded, lost: 0 });
    },
    RUN_MS,
  );
});

function made({ faults }: RunResult, kind: string): RunResult['faults'] {
  return faults.filter((fault) => fault.kind === kind);
}

function killedAt({ faults }: RunResult): string[] {
  return faults.flatMap((fault) => (fault.kind === 'kill' ? [fault.point] : [])).toSorted();
}
