/** How many attempts a dispatcher has under way. */

import { describe, expect, test } from 'vitest';
import { createCapacity } from '../../src/delivery/capacity.ts';

/** A capacity of two, and its clock. */
function givenCapacity() {
  let now = 0;
  const capacity = createCapacity(2, { elapsed: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { capacity, pass };
}

describe('a capacity', () => {
  test('is used up by as many attempts as it is for, and free again when they end', () => {
    const { capacity } = givenCapacity();
    const [end] = [capacity.take(), capacity.take()];
    expect(capacity.free()).toBe(0);

    end();
    expect(capacity.free()).toBe(1);
  });

  test('is not used by attempts that have waited for a second, whether they end or not', () => {
    const { capacity, pass } = givenCapacity();
    const end = capacity.take();
    pass(600);
    capacity.take();
    pass(400);
    expect(capacity.free()).toBe(1);

    end();
    expect(capacity.free()).toBe(1);
    pass(600);
    expect(capacity.free()).toBe(2);
  });

  test('is used by those that wait as soon as sixteen times as many do', () => {
    const { capacity, pass } = givenCapacity();
    for (let index = 0; index < 16; index += 1) {
      capacity.take();
      capacity.take();
      pass(1_000);
      expect(capacity.free()).toBe(2);
    }
    const end = capacity.take();
    capacity.take();
    pass(1_000);
    expect(capacity.free()).toBe(0);
    expect(capacity.most).toBe(34);

    end();
    expect(capacity.free()).toBe(1);
  });
});
