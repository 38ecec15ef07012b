/** The list of replays. */

import { Button } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';
import { type ReplayProgressFragment, ReplaysDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { addressOf, filterOf } from '../deliveries/filter.ts';
import { FilterWords } from '../deliveries/filter-words.tsx';
import { useChanges } from '../log/use-changes.ts';
import { LinkAction } from '../look/action.tsx';
import { Plus } from '../look/icons.tsx';
import { MorePages } from '../look/more-pages.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { counted, number } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago, now, toTheMinute } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { ProgressBar, whatIsNext } from './progress.tsx';
import './replays.css';
import { REPLAY_STATUSES } from './words.ts';

/** How often the list may be asked for again while deliveries happen, in milliseconds. */
const REFRESH_MS = 2_000;

/** How far back a new replay looks unless one says otherwise, in milliseconds. */
const USUAL_SPAN_MS = 24 * 3_600_000;

/** All replays, newest first, with how far they are. */
export function ReplaysPage() {
  const [search] = useSearchParams();
  const after = search.get('after');
  const { data, problem, again } = useAsk(ReplaysDocument, { first: 20, after }, { fresh: true });
  useChanges({}, again, REFRESH_MS);
  const replays = data?.replays;
  return (
    <Page
      title="Replays"
      lead="Deliveries that are made again, many at once: the same bodies, under the same webhook-id."
      actions={<NewReplay />}
    >
      {problem && <Problem again={again}>{problem}</Problem>}
      {!replays && !problem && <LoadingRows height={84} />}
      {replays?.edges.length === 0 && (
        <Empty
          title="No replays yet"
          action={
            <Button component={Link} href="/failures">
              See what failed
            </Button>
          }
        >
          When a receiver was down for longer than the retries last, repair it, then replay what it has missed.
        </Empty>
      )}
      {replays && replays.edges.length > 0 && (
        <>
          <ul className="rows" aria-label="Replays, newest first">
            {replays.edges.map(({ node }) => (
              <ReplayRow key={node.id} replay={node} />
            ))}
          </ul>
          <MorePages path="/replays" after={after} pageInfo={replays.pageInfo} />
        </>
      )}
    </Page>
  );
}

function NewReplay() {
  const whyNot = useWhyNot('actOnDeliveries');
  const from = toTheMinute(now() - USUAL_SPAN_MS);
  return (
    <LinkAction href={addressOf('/replays/new', { statuses: ['FAILED'], from })} leftSection={<Plus />} whyNot={whyNot}>
      New replay
    </LinkAction>
  );
}

function ReplayRow({ replay }: { replay: ReplayProgressFragment }) {
  const { id, status, filter, planned, delivered, failed, finishedAt, createdAt, startedBy } = replay;
  const { name, tone } = REPLAY_STATUSES[status];
  return (
    <li>
      <Link href={`/replays/${id}`} className="replay-row card">
        <span className="replay-row-status">
          <Tag tone={tone}>{name}</Tag>
        </span>
        <span className="replay-row-what">
          <strong>{counted(planned, 'delivery', 'deliveries')}</strong>
          <span className="quiet small">
            <FilterWords filter={filterOf(filter)} />
          </span>
        </span>
        <span className="replay-row-progress">
          <ProgressBar replay={replay} />
          <span className="quiet small">
            {number(delivered)} delivered
            {failed > 0 && `, ${number(failed)} failed again`}
            {!finishedAt && `. ${whatIsNext(replay)}`}
          </span>
        </span>
        <span className="replay-row-when quiet small">
          <Ago at={createdAt} />
          <span>{startedBy}</span>
        </span>
      </Link>
    </li>
  );
}
