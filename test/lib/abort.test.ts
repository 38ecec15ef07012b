import { describe, expect, test } from 'vitest';
import { onAbort } from '../../src/lib/abort.ts';

describe('who listens to a signal', () => {
  test('is told when it is aborted, once, in the order in which they came', () => {
    const controller = new AbortController();
    const told: string[] = [];
    onAbort(controller.signal, () => told.push('first'));
    onAbort(controller.signal, () => told.push('second'));
    expect(told).toEqual([]);

    controller.abort();
    controller.abort();
    expect(told).toEqual(['first', 'second']);
  });

  test('is told at once when it was aborted before', () => {
    const told: string[] = [];
    const stop = onAbort(AbortSignal.abort(), () => told.push('late'));
    stop();

    expect(told).toEqual(['late']);
  });

  test('hears nothing after it stopped listening', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const stop = onAbort(controller.signal, () => told.push('gone'));
    onAbort(controller.signal, () => told.push('there'));
    stop();

    controller.abort();
    expect(told).toEqual(['there']);
  });

  test('may stop, and have others stop, while they are told', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const stops = ['first', 'second', 'third'].map((name, index) =>
      onAbort(controller.signal, () => {
        told.push(name);
        stops[index]?.();
        if (name === 'first') stops[1]?.();
      }),
    );

    controller.abort();
    expect(told).toEqual(['first', 'third']);
  });

  test('is told once, and at once, when they begin to listen while others are told', () => {
    const controller = new AbortController();
    const told: string[] = [];
    onAbort(controller.signal, () => {
      onAbort(controller.signal, () => told.push('late'));
      told.push('early');
    });

    controller.abort();
    expect(told).toEqual(['late', 'early']);
  });

  test('hears of its own signal only', () => {
    const [mine, another] = [new AbortController(), new AbortController()];
    const told: string[] = [];
    onAbort(mine.signal, () => told.push('mine'));
    onAbort(another.signal, () => told.push('another'));

    another.abort();
    expect(told).toEqual(['another']);
  });
});
