import { describe, expect, test } from 'vitest';
import { createRoster } from '../../src/lib/roster.ts';

describe('a roster', () => {
  test('has who was added, in that order, until they leave', () => {
    const roster = createRoster<{ name: string }>();
    const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    expect(roster.all()).toEqual([]);

    roster.add(a);
    const leave = roster.add(b);
    roster.add(c);
    expect(roster.all()).toEqual([a, b, c]);

    leave();
    expect(roster.all()).toEqual([a, c]);
  });

  test('is empty when all have left, and has those who come after that', () => {
    const roster = createRoster<{ name: string }>();
    for (const leave of [roster.add({ name: 'a' }), roster.add({ name: 'b' })]) leave();
    expect(roster.all()).toEqual([]);

    roster.add({ name: 'c' });
    expect(roster.all()).toEqual([{ name: 'c' }]);
  });

  test('is not changed by who leaves twice, whoever came meanwhile', () => {
    const roster = createRoster<{ name: string }>();
    const leave = roster.add({ name: 'a' });
    leave();
    roster.add({ name: 'b' });
    leave();

    expect(roster.all()).toEqual([{ name: 'b' }]);
  });

  test('has the same item as often as it was added', () => {
    const roster = createRoster<object>();
    const item = {};
    const leave = roster.add(item);
    roster.add(item);
    leave();

    expect(roster.all()).toEqual([item]);
  });
});
