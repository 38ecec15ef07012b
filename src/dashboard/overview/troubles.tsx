/** The webhooks that are not well, and why. */

import { Link } from 'wouter';
import type { OverviewQuery } from '../../../schema/generated/graphql.ts';
import { number } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago, Countdown, Lasting } from '../look/time.tsx';
import { healthOf, webhookName } from '../webhooks/words.ts';

type Troubled = OverviewQuery['inTrouble']['edges'][number]['node'];

/** The newest of them, with links; or that there are none. */
export function Troubles({ overview: { webhooks, inTrouble } }: { overview: OverviewQuery }) {
  const shown = inTrouble.edges.length;
  const { totalCount } = inTrouble;
  return (
    <section className="card facts-card" aria-labelledby="troubles">
      <div className="facts-head">
        <h2 id="troubles">Webhooks in trouble</h2>
        {totalCount > shown && (
          <Link className="link" href="/webhooks?state=trouble">
            All {number(totalCount)}
          </Link>
        )}
        <Link className="link" href="/failures">
          Failures by cause
        </Link>
      </div>
      {totalCount === 0 && <p className="quiet">{allWell(webhooks.totalCount)}</p>}
      {totalCount > 0 && (
        <ul className="trouble-rows" aria-labelledby="troubles">
          {inTrouble.edges.map(({ node }) => (
            <TroubleRow key={node.id} webhook={node} />
          ))}
        </ul>
      )}
    </section>
  );
}

function TroubleRow({ webhook }: { webhook: Troubled }) {
  const { word, tone, sentence, until } = healthOf(webhook);
  const { disabledAt, destination } = webhook;
  return (
    <li>
      <Link href={`/webhooks/${webhook.id}`} className="trouble-row">
        <Tag tone={tone}>{word}</Tag>
        <span className="trouble-what">
          <strong className="cut">{webhookName(webhook)}</strong>
          <span className="quiet small">{sentence}</span>
        </span>
        <span className="quiet small trouble-time">
          {until && (
            <span>
              goes on <Countdown to={until} over="now" />
            </span>
          )}
          {disabledAt ? (
            <span>
              disabled <Ago at={disabledAt} />
            </span>
          ) : (
            destination.failingSince && (
              <span>
                failing for <Lasting since={destination.failingSince} />
              </span>
            )
          )}
        </span>
      </Link>
    </li>
  );
}

function allWell(webhooks: number): string {
  return webhooks === 1 ? 'None: the one there is is well.' : `None: all ${number(webhooks)} are well.`;
}
