/** How things are, at a glance: what came of deliveries, what waits, and which webhooks are in trouble. */

import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { OverviewDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useBeat } from '../look/beat.ts';
import { useKept } from '../look/kept.ts';
import { LoadingRows, Page, Problem } from '../look/page.tsx';
import { IN_TROUBLE } from '../webhooks/words.ts';
import { Backlog } from './backlog.tsx';
import { DeliveryCharts } from './delivery-charts.tsx';
import { FirstSteps, isNew } from './first-steps.tsx';
import { RANGES, readRange } from './ranges.ts';
import { Troubles } from './troubles.tsx';

/** How often the webhooks are asked for, in milliseconds. */
const BEAT_MS = 5_000;

/** Webhooks in trouble that are shown. */
const MOST_TROUBLES = 6;

/** The page. It is up to date for as long as somebody looks at it. */
export function OverviewPage() {
  const [search, setSearch] = useSearchParams();
  const range = readRange(search);
  const { data, problem, again } = useAsk(
    OverviewDocument,
    { inTrouble: { health: IN_TROUBLE }, first: MOST_TROUBLES },
    { fresh: true },
  );
  useBeat(again, BEAT_MS);
  const overview = useKept(data);
  return (
    <Page
      title="Overview"
      lead="What comes of deliveries, as it happens."
      actions={
        <SegmentedControl
          aria-label="How far back the charts look"
          value={range}
          onChange={(value) => setSearch({ range: value }, { replace: true })}
          data={Object.entries(RANGES).map(([value, { label }]) => ({ value, label }))}
        />
      }
    >
      {overview && isNew(overview) && <FirstSteps overview={overview} />}
      <Backlog />
      <DeliveryCharts key={range} range={RANGES[range]} />
      {!overview && problem && <Problem again={again}>{problem}</Problem>}
      {!overview && !problem && <LoadingRows count={2} />}
      {overview && overview.webhooks.totalCount > 0 && <Troubles overview={overview} />}
    </Page>
  );
}
