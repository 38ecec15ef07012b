/** Finding what a receiver has lost, from the ids that it has, and delivering just that again. */

import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { RedeliverDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useDo } from '../api/ask.ts';
import { Action } from '../look/action.tsx';
import { Again } from '../look/icons.tsx';
import { Problem } from '../look/page.tsx';
import { counted, number } from '../look/sentence.tsx';
import { useSession, useWhyNot } from '../sign-in/session.tsx';
import { type DeliveredEvent, listDelivered } from './delivered-events.ts';
import type { TimeWindow } from './reconciliation-window.tsx';

/** Events that are compared at most: as many as are asked for in some seconds. */
const MOST_COMPARED = 5_000;

/** How `webhook-id`s look, whatever stands between them. */
const EVENT_ID = /evt_[0-9a-f]{32}/g;

const NO_IDS: Refused = {
  code: 'NO_IDS',
  message: 'There is no webhook-id in the field. One begins with evt_; a receiver that has none needs all of it again.',
};

/** See {@link LostFinder}. */
export interface LostFinderProps {
  readonly webhookId: string;
  readonly timeWindow: TimeWindow;
  /** How many there are in the window. */
  readonly events: number;
}

/** A field for the receiver's ids; then what it lacks. */
export function LostFinder({ webhookId, timeWindow, events }: LostFinderProps) {
  const { api } = useSession();
  const [text, setText] = useState('');
  const [lost, setLost] = useState<readonly DeliveredEvent[]>();
  const [refused, setRefused] = useState<Refused>();
  const tooMany =
    events > MOST_COMPARED ? `At most ${number(MOST_COMPARED)} events are compared. Choose a part below.` : undefined;

  async function find() {
    setRefused(undefined);
    const theirs = new Set(text.match(EVENT_ID));
    if (theirs.size === 0) return NO_IDS;
    const delivered = await listDelivered(api, webhookId, timeWindow);
    if ('code' in delivered) return delivered;
    setLost(delivered.filter(({ eventId }) => !theirs.has(eventId)));
  }

  return (
    <section className="card facts-card" aria-labelledby="lost">
      <h2 id="lost">Which does it lack?</h2>
      <Textarea
        label="The ids that the receiver has"
        description="The webhook-id of each event that it has of this window, with anything between them."
        placeholder="evt_…"
        spellCheck={false}
        rows={4}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setLost(undefined);
        }}
      />
      <div className="actions">
        <Action variant="default" whyNot={tooMany} run={find} onRefused={setRefused}>
          Find what is missing
        </Action>
      </div>
      {tooMany && <p className="quiet small">{tooMany}</p>}
      {refused && <Problem>{refused.message}</Problem>}
      {lost && <Lost lost={lost} />}
    </section>
  );
}

function Lost({ lost }: { lost: readonly DeliveredEvent[] }) {
  const whyNot = useWhyNot('actOnDeliveries');
  const redeliver = useDo(RedeliverDocument);
  const [asked, setAsked] = useState(0);
  const [refused, setRefused] = useState<Refused>();

  /** One after the other. What was asked for before one is refused stays asked for. */
  async function run() {
    setRefused(undefined);
    for (const { deliveryId } of lost.slice(asked)) {
      const answer = await redeliver({ input: { deliveryId } });
      if (isRefused(answer)) return answer;
      setAsked((count) => count + 1);
    }
  }

  if (lost.length === 0) return <p role="status">It has everything that was delivered.</p>;
  return (
    <>
      <p role="status">
        <strong>It lacks {counted(lost.length, 'event')} that it answered with 2xx.</strong>
        {asked > 0 && ` ${number(asked)} of them ${asked === 1 ? 'is' : 'are'} on the way again.`}
      </p>
      <ul className="lost" aria-label="Missing events">
        {lost.map(({ eventId, deliveryId }) => (
          <li key={eventId}>
            <Link href={`/deliveries/${deliveryId}`} className="link mono">
              {eventId}
            </Link>
          </li>
        ))}
      </ul>
      {asked < lost.length && (
        <div className="actions">
          <Action leftSection={<Again />} whyNot={whyNot} run={run} onRefused={setRefused}>
            Deliver just these again
          </Action>
        </div>
      )}
      {refused && <Problem>{refused.message}</Problem>}
    </>
  );
}
