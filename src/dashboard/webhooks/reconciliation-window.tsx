/** The window of time that is reconciled. It is in the address. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { InstantField, readInstant } from '../look/instant-field.tsx';
import { now } from '../look/time.tsx';

/** From `from` to before `to`; ISO 8601 in UTC. */
export interface TimeWindow {
  readonly from: string;
  readonly to: string;
}

const HOUR_MS = 3_600_000;

const PRESETS = [
  { name: 'Last hour', lengthMs: HOUR_MS },
  { name: 'Last day', lengthMs: 24 * HOUR_MS },
  { name: 'Last 7 days', lengthMs: 7 * 24 * HOUR_MS },
] as const;

/** The window of the address; without one the day until the page was opened. `choose` puts another there. */
export function useTimeWindow(): [TimeWindow, (part: Partial<TimeWindow>) => void] {
  const [search, setSearch] = useSearchParams();
  const [day] = useState(() => windowUntilNow(24 * HOUR_MS));
  const timeWindow = { from: readInstant(search.get('from')) ?? day.from, to: readInstant(search.get('to')) ?? day.to };
  return [timeWindow, (part) => setSearch({ ...timeWindow, ...part })];
}

/** The fields that change it. */
export function WindowFields({
  value: { from, to },
  onChange,
}: {
  value: TimeWindow;
  onChange: (part: Partial<TimeWindow>) => void;
}) {
  return (
    <search className="filters" aria-label="Window">
      <div className="instants">
        <InstantField label="Accepted from" word="From" value={from} onChange={(at) => at && onChange({ from: at })} />
        <InstantField label="Accepted before" word="To" value={to} onChange={(at) => at && onChange({ to: at })} />
      </div>
      <div className="window-presets">
        {PRESETS.map(({ name, lengthMs }) => (
          <Button key={name} variant="default" onClick={() => onChange(windowUntilNow(lengthMs))}>
            {name}
          </Button>
        ))}
      </div>
    </search>
  );
}

function windowUntilNow(lengthMs: number): TimeWindow {
  const end = now();
  return { from: new Date(end - lengthMs).toISOString(), to: new Date(end).toISOString() };
}
