/** What waits to be delivered, and for how long. */

import type { ReactNode } from 'react';
import { DeliveryBacklogDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useBeat } from '../look/beat.ts';
import { useKept } from '../look/kept.ts';
import { number } from '../look/sentence.tsx';
import { Lasting } from '../look/time.tsx';

/** How often it is asked for, in milliseconds. */
const BEAT_MS = 4_000;

/** The numbers; dashes until they are known. What is wrong with the connection is said by the charts. */
export function Backlog() {
  const { data, again } = useAsk(DeliveryBacklogDocument, {}, { fresh: true });
  useBeat(again, BEAT_MS);
  const backlog = useKept(data?.deliveryBacklog ?? undefined);
  const andMore = backlog && !backlog.isExact ? ' or more' : '';
  return (
    <dl className="tiles">
      <Tile name="Waiting" means="Pending: under way, due, due later or held">
        {backlog ? `${number(backlog.pending)}${andMore}` : '–'}
      </Tile>
      <Tile name="Due now" means="Could be attempted at once">
        {backlog ? `${number(backlog.due)}${andMore}` : '–'}
      </Tile>
      <Tile name="Behind by" means="How long the oldest of them has been due">
        {backlog ? backlog.oldestDueAt ? <Lasting since={backlog.oldestDueAt} /> : 'Nothing' : '–'}
      </Tile>
    </dl>
  );
}

function Tile({ name, means, children }: { name: string; means: string; children: ReactNode }) {
  return (
    <div className="card tile">
      <dt>{name}</dt>
      <dd className="tile-value">{children}</dd>
      <dd className="quiet small">{means}</dd>
    </div>
  );
}
