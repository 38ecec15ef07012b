import { describe, expect, test } from 'vitest';
import { mapInSlices } from '../../src/lib/slices.ts';

/** A clock on which each piece of work takes `ms`, and a list of what happened in which order. */
function given(ms: number) {
  let now = 0;
  const happened: unknown[] = [];
  const work = (item: number): number => {
    now += ms;
    happened.push(item);
    return 2 * item;
  };
  return { clock: { elapsed: () => now }, happened, work };
}

describe('work in slices', () => {
  test('answers for each item, in their order', async () => {
    const { clock, work } = given(1);

    expect(await mapInSlices({ clock }, [1, 2, 3], work)).toEqual([2, 4, 6]);
    expect(await mapInSlices({ clock }, [], work)).toEqual([]);
  });

  test('lets whatever waits for the event loop go first when a slice is over', async () => {
    const { clock, happened, work } = given(1);
    setImmediate(() => happened.push('another'));

    await mapInSlices({ clock }, [1, 2, 3], work);

    expect(happened).toEqual([1, 'another', 2, 3]);
  });

  test('waits for nobody when all of it is one slice', async () => {
    const { clock, happened, work } = given(0.01);
    setImmediate(() => happened.push('another'));

    await mapInSlices({ clock }, [1, 2, 3], work);

    expect(happened).toEqual([1, 2, 3]);
  });

  test('fails with what a piece of it throws', async () => {
    const { clock } = given(1);
    const fail = (): never => {
      throw new RangeError('no');
    };

    await expect(mapInSlices({ clock }, [1], fail)).rejects.toThrow(RangeError);
  });
});
