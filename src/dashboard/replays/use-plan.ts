/** What a replay would ask for, counted by a dry run as its filter changes. */

import { useEffect, useRef, useState } from 'react';
import { type ReplayFilterInput, StartReplayDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useDo } from '../api/ask.ts';

/** How long the filter must have stayed as it is before it is counted, in milliseconds. */
const PAUSE_MS = 250;

/** How many match, and how long asking for them takes at the least. */
export interface Plan {
  readonly planned: number;
  readonly estimatedSeconds: number;
}

/** What the last dry run has answered, and whether that is about the filter as it is. */
export interface Planning {
  readonly plan: Plan | undefined;
  readonly refused: Refused | undefined;
  readonly isCounting: boolean;
}

/**
 * Counts whenever the filter or the pace has changed; the last answer stays until the next one is there. It counts once at
 * a time: the server would go on with what nobody waits for any more, so what was changed meanwhile is counted after that.
 */
export function usePlan(filter: ReplayFilterInput, ratePerSecond: number | undefined): Planning {
  const start = useDo(StartReplayDocument);
  const [answered, setAnswered] = useState<Omit<Planning, 'isCounting'> & { readonly to: string }>();
  const counting = useRef<Promise<unknown>>(undefined);
  const asked = ratePerSecond === undefined ? undefined : JSON.stringify({ filter, ratePerSecond, dryRun: true });

  useEffect(() => {
    if (!asked) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      await counting.current;
      if (isOver) return;
      const asking = start({ input: JSON.parse(asked) });
      counting.current = asking;
      const answer = await asking;
      if (isOver) return;
      if (isRefused(answer)) setAnswered({ to: asked, plan: undefined, refused: answer });
      else if ('planned' in answer) setAnswered({ to: asked, plan: answer, refused: undefined });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked, start]);
  return {
    plan: answered?.plan,
    refused: answered?.refused,
    isCounting: asked !== undefined && answered?.to !== asked,
  };
}
