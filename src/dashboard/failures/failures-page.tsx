/** What is going wrong, by cause. */

import { Button, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { FailureGroupsDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useChanges } from '../log/use-changes.ts';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { counted } from '../look/sentence.tsx';
import { now, toTheMinute } from '../look/time.tsx';
import { FailureRow } from './failure-row.tsx';
import './failures.css';

/** How often the groups may be counted again while deliveries happen, in milliseconds. */
const REFRESH_MS = 5_000;

const HOUR_MS = 3_600_000;

/** How far back one may look, by the word in the address. */
const RANGES = {
  hour: { label: 'Hour', ms: HOUR_MS },
  day: { label: 'Day', ms: 24 * HOUR_MS },
  week: { label: 'Week', ms: 7 * 24 * HOUR_MS },
  month: { label: '30 days', ms: 30 * 24 * HOUR_MS },
} as const satisfies Record<string, { readonly label: string; readonly ms: number }>;

/** Groups of failures, the largest first, of the time that the address names: the last day unless it does. */
export function FailuresPage() {
  const [search, setSearch] = useSearchParams();
  const range = readRange(search);
  const from = useMemo(() => toTheMinute(now() - RANGES[range].ms), [range]);
  const { data, problem, again } = useAsk(FailureGroupsDocument, { from, first: 50 }, { fresh: true });
  const [beat, setBeat] = useState(0);
  useChanges(
    {},
    () => {
      again();
      setBeat((count) => count + 1);
    },
    REFRESH_MS,
  );
  const groups = data?.failureGroups;
  const total = groups?.reduce((sum, { deliveries }) => sum + deliveries, 0) ?? 0;

  return (
    <Page
      title="Failures"
      lead={
        groups &&
        groups.length > 0 &&
        `${counted(total, 'delivery has', 'deliveries have')} not arrived, for ${counted(groups.length, 'reason')}`
      }
      actions={
        <SegmentedControl
          aria-label="Scheduled in the last"
          value={range}
          onChange={(value) => setSearch(value === 'day' ? {} : { range: value }, { replace: true })}
          data={Object.entries(RANGES).map(([value, { label }]) => ({ value, label }))}
        />
      }
    >
      {problem && <Problem again={again}>{problem}</Problem>}
      {!groups && !problem && <LoadingRows count={3} height={150} />}
      {groups?.length === 0 && (
        <Empty
          title="Nothing is failing"
          action={
            <Button variant="default" component={Link} href="/deliveries">
              See the deliveries
            </Button>
          }
        >
          Of what was scheduled in this time, everything has arrived, was called off, or waits for its first attempt.
        </Empty>
      )}
      {groups && groups.length > 0 && (
        <ul className="rows" aria-label="Failures by cause, the largest first">
          {groups.map((group) => (
            <FailureRow key={`${group.errorCode} ${group.responseStatus}`} group={group} beat={beat} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function readRange(search: URLSearchParams): keyof typeof RANGES {
  const name = search.get('range') ?? '';
  return Object.hasOwn(RANGES, name) ? (name as keyof typeof RANGES) : 'day';
}
