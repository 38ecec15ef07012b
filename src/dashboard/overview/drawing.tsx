/** A chart over time as it is drawn: axes, the chosen bucket, and marks. */

import { scaleLinear, scaleTime, scaleUtc } from '@visx/scale';
import type { ReactNode } from 'react';
import type { StatBucket } from '../../../schema/generated/graphql.ts';
import { type Point, tick } from './words.ts';

/** From what there is to where it is drawn. */
export interface Scales {
  readonly x: (at: Date) => number;
  readonly y: (value: number) => number;
}

/** See {@link Drawing}. */
export interface DrawingProps {
  readonly bucket: StatBucket;
  /** At least one, oldest first. */
  readonly points: readonly Point[];
  /** The largest value. */
  readonly most: number;
  /** Whether there is nothing between whole numbers. */
  readonly isCount: boolean;
  readonly format: (value: number) => string;
  /** When the chosen bucket begins, in milliseconds; absent: none is chosen. */
  readonly chosen: number | undefined;
  /** The marks. */
  readonly children: (scales: Scales) => ReactNode;
}

/** How high all of it is, in pixels. */
const HEIGHT = 220;

/** What is around the marks, in pixels. */
export const MARGIN = { top: 10, right: 22, bottom: 26, left: 52 } as const;

/** Room that the text of a tick takes along the axis, in pixels. */
const TICK_WIDTH = 84;

/** The drawing, `width` pixels wide. Nothing of it is read out: who draws it says what is in it. */
export function Drawing({
  bucket,
  points,
  most,
  isCount,
  format,
  chosen,
  children,
  width,
}: DrawingProps & { width: number }) {
  const from = Date.parse(points[0]?.startsAt ?? '');
  const to = Date.parse(points.at(-1)?.endsAt ?? '');
  const right = Math.max(width - MARGIN.right, MARGIN.left);
  const bottom = HEIGHT - MARGIN.bottom;
  const scaleX = bucket === 'DAY' ? scaleUtc<number> : scaleTime<number>;
  const x = scaleX({ domain: [new Date(from), new Date(to)], range: [MARGIN.left, right] });
  const y = scaleLinear<number>({ domain: [0, most || 1], range: [bottom, MARGIN.top], nice: 4 });
  const values = y.ticks(4).filter((value) => !isCount || Number.isInteger(value));
  const times = x.ticks(Math.min(Math.max(Math.floor((right - MARGIN.left) / TICK_WIDTH), 2), 7));
  const bucketWidth = (right - MARGIN.left) / points.length;
  return (
    <svg width={width} height={HEIGHT} aria-hidden="true">
      {values.map((value) => (
        <g key={value} transform={`translate(0, ${y(value)})`} className="chart-level">
          <path d={`M${MARGIN.left},0 H${right}`} />
          <text x={MARGIN.left - 8} dy="0.32em" textAnchor="end">
            {format(value)}
          </text>
        </g>
      ))}
      {chosen !== undefined && (
        <rect
          className="chart-chosen"
          x={x(new Date(chosen))}
          y={MARGIN.top}
          width={bucketWidth}
          height={bottom - MARGIN.top}
        />
      )}
      {children({ x, y })}
      {times.map((time) => (
        <g key={time.getTime()} transform={`translate(${x(time)}, ${bottom})`} className="chart-time">
          <path d="M0,0 v5" />
          <text y={20} textAnchor="middle">
            {tick(bucket, to - from, time)}
          </text>
        </g>
      ))}
    </svg>
  );
}
