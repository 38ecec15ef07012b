/** The charts of the overview: what came of deliveries, and how long attempts took. */

import { type ReactNode, useState } from 'react';
import type { DeliveryStatsQuery } from '../../../schema/generated/graphql.ts';
import { number } from '../look/sentence.tsx';
import { utc } from '../look/time.tsx';
import { Bars, Lines, Patterns, patternOf } from './marks.tsx';
import type { Range } from './ranges.ts';
import { TimeChart } from './time-chart.tsx';
import { LATENCIES, latency, OUTCOMES, type Point, rate, shortCount, when } from './words.ts';

/** What they show. */
export interface ChartsProps {
  readonly stats: NonNullable<DeliveryStatsQuery['deliveryStats']>;
  readonly range: Range;
}

/** Both, with one place in time that is chosen in either. */
export function Charts({ stats: { buckets, total }, range }: ChartsProps) {
  const [chosen, choose] = useState<number>();
  const point = buckets.find(({ startsAt }) => Date.parse(startsAt) === chosen);
  const shown = point ?? total;
  const time = point ? (
    <span title={`${utc(point.startsAt)} – ${utc(point.endsAt)}`}>{when(range.bucket, point)}</span>
  ) : (
    `The last ${range.name}`
  );
  const common = { bucket: range.bucket, points: buckets, chosen: point && chosen, choose };
  return (
    <div className="charts">
      <Patterns />
      <Chart title="Deliveries" time={time} isEmpty={OUTCOMES.every(({ key }) => total[key] === 0)}>
        <ul className="chart-legend">
          {OUTCOMES.map(({ key, name }) => (
            <li key={key}>
              <Swatch fill={patternOf(key)} />
              {name} <strong>{number(shown[key])}</strong>
            </li>
          ))}
          <li>
            Success rate <strong>{rate(shown.deliverySuccessRate)}</strong>
          </li>
        </ul>
        <TimeChart
          {...common}
          name="Deliveries over time"
          most={Math.max(...buckets.map(finishedIn))}
          isCount
          format={shortCount}
          describe={(each) => `${when(range.bucket, each)}: ${outcomesIn(each)}`}
        >
          {(scales) => <Bars {...scales} points={buckets} />}
        </TimeChart>
      </Chart>
      <Chart title="Time that attempts took" time={time} isEmpty={total.p95LatencyMs === null}>
        <ul className="chart-legend">
          {LATENCIES.map(({ key, name, means }) => (
            <li key={key} title={`${name}: ${means}`}>
              <Line className={`chart-${key}`} />
              {name} <strong>{latency(shown[key])}</strong>
            </li>
          ))}
          <li title="answered with 2xx">
            Succeeded <strong>{rate(shown.attemptSuccessRate)}</strong>
          </li>
        </ul>
        <TimeChart
          {...common}
          name="Time that attempts took, over time"
          most={Math.max(...buckets.map(({ p50LatencyMs, p95LatencyMs }) => p95LatencyMs ?? p50LatencyMs ?? 0))}
          isCount={false}
          format={latency}
          describe={(each) =>
            `${when(range.bucket, each)}: ${LATENCIES.map(({ key, name }) => `${name} ${latency(each[key])}`).join(', ')}`
          }
        >
          {(scales) => <Lines {...scales} points={buckets} chosen={point && chosen} />}
        </TimeChart>
      </Chart>
    </div>
  );
}

function Chart({
  title,
  time,
  isEmpty,
  children,
}: {
  title: string;
  time: ReactNode;
  isEmpty: boolean;
  children: ReactNode;
}) {
  return (
    <section className="card chart" aria-label={title}>
      <header className="chart-head">
        <h2>{title}</h2>
        <span className="quiet small">{time}</span>
      </header>
      {children}
      {isEmpty && <p className="chart-empty quiet">Nothing in this time</p>}
    </section>
  );
}

function Swatch({ fill }: { fill: string }) {
  return (
    <svg className="chart-swatch" aria-hidden="true">
      <rect width="100%" height="100%" rx="3" fill={fill} />
    </svg>
  );
}

function Line({ className }: { className: string }) {
  return (
    <svg className="chart-swatch chart-swatch-line" aria-hidden="true">
      <g className={className}>
        <path d="M1,6 h22" />
      </g>
    </svg>
  );
}

function finishedIn(point: Point): number {
  return OUTCOMES.reduce((sum, { key }) => sum + point[key], 0);
}

function outcomesIn(point: Point): string {
  const found = OUTCOMES.filter(({ key }) => point[key] > 0).map(
    ({ key, name }) => `${number(point[key])} ${name.toLowerCase()}`,
  );
  return found.join(', ') || 'nothing';
}
