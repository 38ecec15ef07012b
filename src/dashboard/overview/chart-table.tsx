/** The numbers of the charts as a table, for those who would rather read them. */

import { useState } from 'react';
import type { StatBucket } from '../../../schema/generated/graphql.ts';
import { number } from '../look/sentence.tsx';
import { utc } from '../look/time.tsx';
import { LATENCIES, latency, OUTCOMES, type Point, when } from './words.ts';

/** The table, newest first, without the buckets in which nothing happened; there once it is opened. */
export function ChartTable({ points, bucket }: { points: readonly Point[]; bucket: StatBucket }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The same as a table</summary>
      {isOpen && <Rows points={points.filter(hasAnything).toReversed()} bucket={bucket} />}
    </details>
  );
}

function Rows({ points, bucket }: { points: readonly Point[]; bucket: StatBucket }) {
  if (points.length === 0) return <p className="quiet">Nothing happened in this time.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reachable by keyboard
    <section className="card chart-table-card" aria-label="Deliveries and attempts over time" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Accepted</th>
            {OUTCOMES.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">Failed attempts</th>
            {LATENCIES.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.startsAt}>
              <th scope="row" title={`${utc(point.startsAt)} – ${utc(point.endsAt)}`}>
                {when(bucket, point)}
              </th>
              <td>{number(point.scheduled)}</td>
              {OUTCOMES.map(({ key }) => (
                <td key={key}>{number(point[key])}</td>
              ))}
              <td>{number(point.attemptsFailed)}</td>
              {LATENCIES.map(({ key }) => (
                <td key={key}>{latency(point[key])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function hasAnything({ scheduled, attemptsFailed, attemptsSucceeded, ...point }: Point): boolean {
  return scheduled + attemptsFailed + attemptsSucceeded > 0 || OUTCOMES.some(({ key }) => point[key] > 0);
}
