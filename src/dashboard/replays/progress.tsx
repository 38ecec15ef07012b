/** How far a replay has come, as a bar and as numbers. */

import { Link } from 'wouter';
import type { ReplayProgressFragment } from '../../../schema/generated/graphql.ts';
import { addressOf } from '../deliveries/filter.ts';
import { number } from '../look/sentence.tsx';
import { duration } from '../look/time.tsx';
import { partsOf } from './words.ts';

/** The bar: how much of what was planned has come to what. */
export function ProgressBar({ replay }: { replay: ReplayProgressFragment }) {
  const { planned, requested, skipped, pending } = replay;
  const done = requested - pending + skipped;
  return (
    <div
      className="replay-bar"
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={planned}
      aria-valuenow={done}
      aria-valuetext={`${number(done)} of ${number(planned)} are done`}
    >
      {partsOf(replay).map(
        ({ key, count }) => count > 0 && <i key={key} className={`part-${key}`} style={{ flexGrow: count }} />,
      )}
    </div>
  );
}

/** The numbers behind the bar, each with its colour, what it means, and where it can be a link to its deliveries. */
export function ProgressNumbers({ replay }: { replay: ReplayProgressFragment }) {
  return (
    <dl className="replay-parts">
      {partsOf(replay).map(({ key, name, count, means, status }) => (
        <div key={key} title={means}>
          <dt>
            <i className={`part-${key}`} aria-hidden="true" /> {name}
          </dt>
          <dd>
            {status && count > 0 ? (
              <Link
                className="link"
                href={addressOf('/deliveries', {
                  replayId: replay.id,
                  statuses: status === 'CANCELLED' ? ['CANCELLED', 'SUPERSEDED'] : [status],
                })}
                aria-label={`${number(count)}: see these deliveries`}
              >
                {number(count)}
              </Link>
            ) : (
              number(count)
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What comes next, in a sentence. */
export function whatIsNext({ status, finishedAt, pending, estimatedSecondsLeft }: ReplayProgressFragment): string {
  const underWay = pending > 0 ? `${number(pending)} that it asked for ${pending === 1 ? 'is' : 'are'} under way.` : '';
  if (finishedAt) return status === 'CANCELLED' ? 'It was called off.' : 'It is over.';
  if (status === 'PAUSED') return `It asks for nothing until it goes on. ${underWay}`;
  if (status === 'CANCELLED') return `It was called off. ${underWay}`;
  if (estimatedSecondsLeft) return `About ${duration(estimatedSecondsLeft * 1_000)} until everything is asked for.`;
  return `Everything is asked for. ${underWay}`;
}
