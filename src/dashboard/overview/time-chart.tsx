/** A chart over time, with a place in it that is chosen by pointing or by the arrow keys. */

import type { KeyboardEvent, PointerEvent } from 'react';
import { useWidth } from '../look/width.ts';
import { Drawing, type DrawingProps, MARGIN } from './drawing.tsx';
import type { Point } from './words.ts';

/** See {@link TimeChart}. */
export interface TimeChartProps extends DrawingProps {
  readonly name: string;
  /** What is at a point, for those who do not see it. */
  readonly describe: (point: Point) => string;
  /** Chooses a bucket by when it begins, in milliseconds, or none. */
  readonly choose: (startsAt: number | undefined) => void;
}

/** The chart. Those who do not see it move through it as through a slider, and are told what is at each place. */
export function TimeChart({ name, describe, choose, ...drawn }: TimeChartProps) {
  const { points, chosen } = drawn;
  const [ref, width] = useWidth<HTMLDivElement>();
  const starts = points.map(({ startsAt }) => Date.parse(startsAt));
  const last = points.length - 1;
  const index = chosen === undefined ? last : Math.max(starts.indexOf(chosen), 0);
  const point = points[index];

  function chooseIndex(wanted: number) {
    choose(starts[Math.min(Math.max(wanted, 0), last)]);
  }

  function onKeyDown(event: KeyboardEvent) {
    const wanted = KEYS[event.key]?.(index, last);
    if (wanted === undefined) return;
    event.preventDefault();
    chooseIndex(wanted);
  }

  function onPoint({ clientX, currentTarget }: PointerEvent<HTMLElement>) {
    const left = clientX - currentTarget.getBoundingClientRect().left - MARGIN.left;
    const room = Math.max(width - MARGIN.left - MARGIN.right, 1);
    chooseIndex(Math.floor((left / room) * points.length));
  }

  return (
    <div
      ref={ref}
      className="chart-plot"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index}
      aria-valuetext={point && describe(point)}
      onKeyDown={onKeyDown}
      onBlur={() => choose(undefined)}
      onPointerDown={onPoint}
      onPointerMove={onPoint}
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && choose(undefined)}
    >
      {width > 0 && <Drawing {...drawn} width={width} />}
    </div>
  );
}

/** Where the keys lead, from a place on a chart whose last place is `last`. */
const KEYS: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowLeft: (index) => index - 1,
  ArrowDown: (index) => index - 1,
  ArrowRight: (index) => index + 1,
  ArrowUp: (index) => index + 1,
  PageDown: (index) => index - 10,
  PageUp: (index) => index + 10,
  Home: () => 0,
  End: (_index, last) => last,
};
