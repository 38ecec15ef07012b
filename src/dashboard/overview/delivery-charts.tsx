/** The charts with what they show, asked for again and again. */

import { Skeleton } from '@mantine/core';
import { Suspense } from 'react';
import { DeliveryStatsDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useBeat } from '../look/beat.ts';
import { useKept } from '../look/kept.ts';
import { Problem } from '../look/page.tsx';
import { loadedLater } from '../look/page-gate.tsx';
import { ChartTable } from './chart-table.tsx';
import type { Range } from './ranges.ts';

const Charts = loadedLater(async () => (await import('./charts.tsx')).Charts);

/** The charts of a range. What they show stays while newer numbers are on their way. */
export function DeliveryCharts({ range }: { range: Range }) {
  const { bucket, buckets, everyMs } = range;
  const { data, problem, again } = useAsk(DeliveryStatsDocument, { bucket, buckets }, { fresh: true });
  useBeat(again, everyMs);
  const stats = useKept(data?.deliveryStats ?? undefined);
  return (
    <>
      {problem && <Problem again={again}>{problem}</Problem>}
      {!stats && !problem && <ChartsSkeleton />}
      {stats && (
        <>
          <Suspense fallback={<ChartsSkeleton />}>
            <Charts stats={stats} range={range} />
          </Suspense>
          <ChartTable points={stats.buckets} bucket={bucket} />
        </>
      )}
    </>
  );
}

function ChartsSkeleton() {
  return (
    <div className="charts" role="status" aria-label="Loading">
      <Skeleton height={338} radius="md" />
      <Skeleton height={338} radius="md" />
    </div>
  );
}
