/** Whose fault a failure is that may be our own: the rule, at its edges and in any history. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWitness } from '../../src/delivery/witness.ts';
import { createStandingClock } from '../support/standing-clock.ts';

const MINUTE_MS = 60_000;

describe('a witness', () => {
  function givenWitness() {
    const clock = createStandingClock();
    return { clock, witness: createWitness(clock) };
  }
  type Given = ReturnType<typeof givenWitness>;

  /** Once a minute, `b` is served and `a` fails; the first time at once. */
  function failEachMinute({ clock, witness }: Given, times: number) {
    return Array.from({ length: times }, (_, index) => {
      if (index > 0) clock.advance(MINUTE_MS);
      witness.served('b');
      return witness.failed('a');
    });
  }

  test('blames a host that has failed for five minutes, and not a millisecond earlier', () => {
    const given = givenWitness();

    expect(failEachMinute(given, 5)).toEqual(Array(5).fill('us'));
    given.clock.advance(MINUTE_MS - 1);
    expect(given.witness.failed('a')).toBe('us');
    given.clock.advance(1);
    expect(given.witness.failed('a')).toBe('host');
  });

  test('is not satisfied by an answer to what was asked before the latest failure, which came too late for it', () => {
    const given = givenWitness();
    const { clock, witness } = given;
    failEachMinute(given, 5);

    witness.served('a', clock.elapsed() - 1);
    clock.advance(MINUTE_MS);
    witness.served('b');
    expect(witness.failed('a')).toBe('host');

    witness.served('a', clock.elapsed());
    expect(witness.failed('a')).toBe('us');
  });

  test('answers alike to all that fail at the same moment', () => {
    const given = givenWitness();
    const crowd = () => new Set(Array.from({ length: 12 }, () => given.witness.failed('a')));

    given.witness.served('b');
    expect(crowd()).toEqual(new Set(['us']));
    failEachMinute(given, 6);
    expect(crowd()).toEqual(new Set(['host']));
  });

  test.each<[string, (given: Given) => void]>([
    ['was served in between', ({ witness }) => witness.served('a')],
    [
      'failed more than a minute after another was served',
      ({ clock, witness }) => {
        clock.advance(MINUTE_MS + 1);
        witness.failed('a');
      },
    ],
    [
      'did not fail for more than three minutes',
      ({ clock, witness }) => {
        for (let minute = 0; minute < 3; minute += 1) {
          clock.advance(MINUTE_MS);
          witness.served('b');
        }
        clock.advance(1);
      },
    ],
    ['failed before a minute and more in which nobody was served', ({ clock }) => clock.advance(MINUTE_MS + 1)],
  ])('begins anew with a host that %s', (_what, interrupt) => {
    const given = givenWitness();
    failEachMinute(given, 5);

    interrupt(given);

    expect(failEachMinute(given, 6)).toEqual([...Array(5).fill('us'), 'host']);
  });

  test('goes on with a host that failed after three minutes, to the millisecond', () => {
    const given = givenWitness();
    failEachMinute(given, 3);

    for (let minute = 0; minute < 3; minute += 1) {
      given.clock.advance(MINUTE_MS);
      given.witness.served('b');
    }

    expect(given.witness.failed('a')).toBe('host');
  });

  test('takes that the host itself was served for no evidence', () => {
    const given = givenWitness();
    given.witness.served('a');
    expect(given.witness.failed('a')).toBe('us');

    given.clock.advance(MINUTE_MS);

    expect(failEachMinute(given, 6)).toEqual([...Array(5).fill('us'), 'host']);
  });

  test.each([
    [9_999, 'host'],
    [10_000, 'us'],
  ])('knows of a host that failed before %i others: then it is the fault of %s', (others, culprit) => {
    const given = givenWitness();
    failEachMinute(given, 5);

    for (let index = 0; index < others; index += 1) given.witness.failed(`other-${index}`);

    given.clock.advance(MINUTE_MS);
    expect(given.witness.failed('a')).toBe(culprit);
  });

  test('blames nobody in an outage of ours or just after it, whatever was served before, with one failure before it', () => {
    const steps = (...hosts: readonly string[]) =>
      fc.array(fc.record({ host: fc.constantFrom(...hosts), pauseMs: fc.nat(70_000) }), { maxLength: 20 });
    const [anybody, others] = [steps('a', 'b', 'c'), steps('b', 'c')];

    fc.assert(
      fc.property(anybody, others, anybody, anybody, (before, after, during, late) => {
        const { clock, witness } = givenWitness();
        const serve = ({ host, pauseMs }: { readonly host: string; readonly pauseMs: number }) => {
          clock.advance(pauseMs);
          witness.served(host);
        };
        for (const step of before) serve(step);
        const culprits = [witness.failed('a')];
        for (const step of after) serve(step);

        for (const { host, pauseMs } of during) {
          clock.advance(pauseMs);
          culprits.push(witness.failed(host));
        }

        // It is over after more than a minute. What fails in the next five may have begun in it.
        clock.advance(MINUTE_MS + 1);
        let lateMs = 0;
        for (const { host, pauseMs } of late) {
          witness.served('d');
          if (lateMs < 5 * MINUTE_MS) culprits.push(witness.failed(host));
          clock.advance(pauseMs);
          lateMs += pauseMs;
        }
        expect(culprits).not.toContain('host');
      }),
      { numRuns: 2_000 },
    );
  });
});
