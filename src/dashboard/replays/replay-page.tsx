/** A replay's own page: how far it is, live, and what can be done with it. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import {
  CancelReplayDocument,
  PauseReplayDocument,
  ReplayDocument,
  type ReplayProgressFragment,
  ResumeReplayDocument,
} from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useAsk, useDo } from '../api/ask.ts';
import { filterOf } from '../deliveries/filter.ts';
import { FilterWords } from '../deliveries/filter-words.tsx';
import { Action } from '../look/action.tsx';
import { Confirm } from '../look/confirm.tsx';
import { Cross, Pause, Play } from '../look/icons.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { counted, number } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { Time } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { ProgressBar, ProgressNumbers, whatIsNext } from './progress.tsx';
import './replays.css';
import { useReplay } from './watch-replay.ts';
import { REPLAY_STATUSES } from './words.ts';

/** The page of the replay `id`: its address is all that it needs. */
export function ReplayPage({ id }: { id: string }) {
  const { data, problem, again } = useAsk(ReplayDocument, { id }, { fresh: true });
  const asked = data?.replay;
  const followed = useReplay(asked && !asked.finishedAt ? id : undefined);
  const replay = followed.replay ?? asked;

  if (replay === null) {
    return (
      <Page title="Replay">
        <Empty
          title="There is no such replay"
          action={
            <Button component={Link} href="/replays">
              To the replays
            </Button>
          }
        >
          It may belong to another organization, or the link was cut short.
        </Empty>
      </Page>
    );
  }
  if (!replay) {
    return (
      <Page title="Replay">
        {problem ? <Problem again={again}>{problem}</Problem> : <LoadingRows count={2} height={140} />}
      </Page>
    );
  }
  const { name, tone } = REPLAY_STATUSES[replay.status];
  return (
    <Page
      title={`Replay of ${counted(replay.planned, 'delivery', 'deliveries')}`}
      lead={<FilterWords filter={filterOf(replay.filter)} />}
      actions={<Actions replay={replay} show={followed.show} />}
    >
      <section className="card replay-card" aria-label="Progress">
        <div className="replay-head">
          <span role="status">
            <Tag tone={tone}>{name}</Tag>
          </span>
          <span>{whatIsNext(replay)}</span>
          {followed.isLost && !replay.finishedAt && (
            <span className="tone-warning">Connection lost. The replay goes on; this page will, too.</span>
          )}
        </div>
        <ProgressBar replay={replay} />
        <ProgressNumbers replay={replay} />
      </section>
      <Facts replay={replay} />
    </Page>
  );
}

function Facts({ replay: { startedBy, createdAt, finishedAt, ratePerSecond } }: { replay: ReplayProgressFragment }) {
  return (
    <dl className="facts">
      <div>
        <dt>Pace</dt>
        <dd>at most {number(ratePerSecond)} a second, and 100 under way at each webhook</dd>
      </div>
      <div>
        <dt>Started</dt>
        <dd>
          <Time at={createdAt} /> with the key {startedBy}
        </dd>
      </div>
      {finishedAt && (
        <div>
          <dt>Over</dt>
          <dd>
            <Time at={finishedAt} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Actions({
  replay: { id, status, pending },
  show,
}: {
  replay: ReplayProgressFragment;
  show: (replay: ReplayProgressFragment) => void;
}) {
  const whyNot = useWhyNot('actOnDeliveries');
  const pause = useDo(PauseReplayDocument);
  const resume = useDo(ResumeReplayDocument);
  const cancel = useDo(CancelReplayDocument);
  const [refused, setRefused] = useState<Refused>();
  const [cancelling, setCancelling] = useState(false);
  const input = { replayId: id };

  async function run(work: typeof pause | typeof resume | typeof cancel) {
    setRefused(undefined);
    const answer = await work({ input });
    if (!isRefused(answer) && 'replay' in answer) show(answer.replay);
    return answer;
  }

  async function runCancel() {
    const answer = await run(cancel);
    if (!isRefused(answer)) setCancelling(false);
    return answer;
  }

  if (status !== 'RUNNING' && status !== 'PAUSED') return null;
  return (
    <>
      {refused && <Problem>{refused.message}</Problem>}
      {status === 'RUNNING' ? (
        <Action variant="default" leftSection={<Pause />} whyNot={whyNot} run={() => run(pause)} onRefused={setRefused}>
          Pause
        </Action>
      ) : (
        <Action leftSection={<Play />} whyNot={whyNot} run={() => run(resume)} onRefused={setRefused}>
          Go on
        </Action>
      )}
      <Action variant="default" leftSection={<Cross />} whyNot={whyNot} run={() => setCancelling(true)}>
        Cancel…
      </Action>
      {cancelling && (
        <Confirm
          title="Cancel the replay?"
          verb="Cancel replay"
          danger
          run={runCancel}
          close={() => setCancelling(false)}
        >
          It asks for nothing more, for good. {pending > 0 && `The ${number(pending)} under way are still delivered.`}
        </Confirm>
      )}
    </>
  );
}
