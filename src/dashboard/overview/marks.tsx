/** What is drawn in the charts: bars that are told apart by their pattern, and lines by their dashes; not by colour alone. */

import { LinePath } from '@visx/shape';
import type { Scales } from './drawing.tsx';
import { LATENCIES, OUTCOMES, type Point } from './words.ts';

/** The patterns of the outcomes; once in a page. Whatever is filled with one says so by {@link patternOf}. */
export function Patterns() {
  return (
    <svg className="chart-patterns" aria-hidden="true">
      <defs>
        {OUTCOMES.map(({ key }) => (
          <pattern key={key} id={`chart-${key}`} width="6" height="6" patternUnits="userSpaceOnUse">
            <rect width="6" height="6" className={`chart-${key}`} />
            <path d={LINES[key]} className="chart-lines" />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

/** What is drawn over the colour: nothing, slants, dots, levels. */
const LINES: Readonly<Record<(typeof OUTCOMES)[number]['key'], string>> = {
  delivered: '',
  failed: 'M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2',
  cancelled: 'M2,3 h2',
  superseded: 'M0,3 h6',
};

/** The fill of an outcome. */
export function patternOf(key: (typeof OUTCOMES)[number]['key']): string {
  return `url(#chart-${key})`;
}

/** Bars of what came of deliveries, one above the other. */
export function Bars({ points, x, y }: Scales & { points: readonly Point[] }) {
  return points.map((point) => {
    const left = x(new Date(point.startsAt));
    const room = x(new Date(point.endsAt)) - left;
    const gap = room > 5 ? Math.min(room * 0.2, 6) : 0.5;
    let below = 0;
    return OUTCOMES.map(({ key }) => {
      const from = y(below);
      below += point[key];
      const height = from - y(below);
      return (
        height > 0 && (
          <rect
            key={`${point.startsAt} ${key}`}
            className="chart-bar"
            fill={patternOf(key)}
            x={left + gap / 2}
            width={Math.max(room - gap, 0.5)}
            y={y(below)}
            height={height}
          />
        )
      );
    });
  });
}

/** Lines of how long attempts took; with gaps where there were none. */
export function Lines({ points, chosen, x, y }: Scales & { points: readonly Point[]; chosen: number | undefined }) {
  const middle = ({ startsAt, endsAt }: Point) => (x(new Date(startsAt)) + x(new Date(endsAt))) / 2;
  return LATENCIES.map(({ key }) => (
    <g key={key} className={`chart-${key}`}>
      <LinePath
        data={[...points]}
        defined={(point) => point[key] !== null}
        x={middle}
        y={(point) => y(point[key] ?? 0)}
        fill="none"
      />
      {points.map((point) => {
        const value = point[key];
        if (Date.parse(point.startsAt) !== chosen || typeof value !== 'number') return null;
        return <circle key={point.startsAt} cx={middle(point)} cy={y(value)} r={4} />;
      })}
    </g>
  ));
}
