/** The page that starts a replay. */

import { Alert, Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { StartReplayDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useDo } from '../api/ask.ts';
import { addressOf, type Filter, REPLAYABLE, replayFilterOf } from '../deliveries/filter.ts';
import { FilterFields, useFilter } from '../deliveries/filter-fields.tsx';
import { FilterWords } from '../deliveries/filter-words.tsx';
import { Action } from '../look/action.tsx';
import { Again } from '../look/icons.tsx';
import { Empty, Page, Problem } from '../look/page.tsx';
import { counted } from '../look/sentence.tsx';
import { duration } from '../look/time.tsx';
import { useTyped } from '../look/typed.ts';
import { useWhyNot } from '../sign-in/session.tsx';
import './replays.css';
import { type Plan, type Planning, usePlan } from './use-plan.ts';
import { PACE } from './words.ts';

/** Which deliveries, at what pace, and how many that would be; all of it is in the address until it is started. */
export function NewReplayPage() {
  const whyNot = useWhyNot('actOnDeliveries');
  if (whyNot) {
    return (
      <Page title="New replay">
        <Empty title="Your key may not replay deliveries">{whyNot}</Empty>
      </Page>
    );
  }
  return (
    <Page title="New replay" lead="Deliveries that are finished are made again: the same bodies, the same webhook-id.">
      <ReplayForm />
    </Page>
  );
}

function ReplayForm() {
  const [given, change] = useFilter();
  const filter = replayable(given);
  const [pace, setPace, paceOf] = usePace();
  const planning = usePlan(replayFilterOf(filter), paceOf);
  return (
    <form className="form replay-form" onSubmit={(event) => event.preventDefault()} aria-label="Replay">
      <section className="card form-card" aria-labelledby="which">
        <h2 id="which">Which deliveries</h2>
        <FilterFields filter={filter} change={change} statuses={REPLAYABLE} />
      </section>
      <section className="card form-card" aria-labelledby="how">
        <h2 id="how">How fast</h2>
        <TextInput
          className="pace"
          label="Deliveries a second, at the most"
          description="Over all webhooks. At each of them at most 100 are under way, so that new deliveries are not held up."
          inputMode="numeric"
          value={pace}
          error={paceOf === undefined && `A whole number from 1 to ${PACE.most}.`}
          onChange={(event) => setPace(event.currentTarget.value)}
        />
      </section>
      {filter.statuses.includes('DELIVERED') && (
        <Alert color="yellow">
          Receivers get again what they have. Those that go by the webhook-id see that; others do it twice.
        </Alert>
      )}
      <Start filter={filter} pace={paceOf} planning={planning} />
    </form>
  );
}

function Start({ filter, pace, planning }: { filter: Filter; pace: number | undefined; planning: Planning }) {
  const start = useDo(StartReplayDocument);
  const [, navigate] = useLocation();
  const [refused, setRefused] = useState<Refused>();
  const { plan, isCounting } = planning;

  async function run() {
    setRefused(undefined);
    const answer = await start({ input: { filter: replayFilterOf(filter), ratePerSecond: pace } });
    // In the place of this page: going back must not offer to do it twice.
    if (!isRefused(answer) && 'replay' in answer && answer.replay)
      navigate(`/replays/${answer.replay.id}`, { replace: true });
    return answer;
  }

  const problem = refused ?? planning.refused;
  return (
    <section className="card form-card" aria-labelledby="what">
      <h2 id="what">What that is</h2>
      <p>
        <FilterWords filter={filter} />.
      </p>
      <p role="status" className={isCounting ? 'plan plan-old' : 'plan'}>
        {plan ? planWords(plan) : !problem && 'Counting…'}
      </p>
      {problem && <Problem>{problem.message}</Problem>}
      <div className="actions">
        <Action leftSection={<Again />} whyNot={whyNotYet(pace, planning)} run={run} onRefused={setRefused}>
          {plan && plan.planned > 0 ? `Replay ${counted(plan.planned, 'delivery', 'deliveries')}` : 'Replay'}
        </Action>
        <Button variant="default" component={Link} href={addressOf('/deliveries', filter)}>
          See them first
        </Button>
      </div>
    </section>
  );
}

/** Why it cannot be started as it is. */
function whyNotYet(pace: number | undefined, { plan, refused, isCounting }: Planning): string | undefined {
  if (pace === undefined) return `Give a pace from 1 to ${PACE.most}.`;
  if (isCounting) return 'It is being counted.';
  if (refused) return refused.message;
  return plan?.planned === 0 ? 'Nothing matches.' : undefined;
}

function planWords({ planned, estimatedSeconds }: Plan): string {
  if (planned === 0) return 'Nothing matches.';
  const these = counted(planned, 'delivery matches', 'deliveries match');
  return `${these}. Asking for ${planned === 1 ? 'it' : 'them'} takes ${duration(estimatedSeconds * 1_000)}, or longer where receivers are slower.`;
}

/** What was failed, unless the address names something else that can be replayed. */
function replayable(filter: Filter): Filter {
  const statuses = filter.statuses.filter((status) => REPLAYABLE.includes(status));
  return { ...filter, replayId: null, statuses: statuses.length > 0 ? statuses : ['FAILED'] };
}

/** The pace as it is typed and kept in the address, and as a number when it is one. */
function usePace(): [string, (text: string) => void, number | undefined] {
  const [search, setSearch] = useSearchParams();
  const kept = search.get('pace') ?? String(PACE.usual);
  const [text, setText] = useTyped(kept, (typed) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        next.set('pace', typed);
        return next;
      },
      { replace: true },
    ),
  );
  const pace = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  return [text, setText, pace >= 1 && pace <= PACE.most ? pace : undefined];
}
