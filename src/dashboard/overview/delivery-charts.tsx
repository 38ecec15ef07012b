/** The charts with what they show, asked for again and again. */

import { Skeleton } from '@mantine/core';
import { DeliveryStatsDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useBeat } from '../look/beat.ts';
import { useKept } from '../look/kept.ts';
import { Problem } from '../look/page.tsx';
import { ChartTable } from './chart-table.tsx';
import { Charts } from './charts.tsx';
import type { Range } from './ranges.ts';

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
          <Charts stats={stats} range={range} />
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
