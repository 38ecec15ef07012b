/** Sending a test event, and seeing what comes of it. */

import { Button, Group, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { type EventType, SendTestEventDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useDo } from '../api/ask.ts';
import { DeliveryView } from '../deliveries/delivery-view.tsx';
import { Action } from '../look/action.tsx';
import { Send } from '../look/icons.tsx';
import { Problem } from '../look/page.tsx';
import { EVENTS } from './words.ts';

/** The dialog: which event, then its delivery as it happens. */
export function TestEvent({
  webhook,
  close,
}: {
  webhook: { readonly id: string; readonly events: readonly EventType[] };
  close: () => void;
}) {
  const send = useDo(SendTestEventDocument);
  const [event, setEvent] = useState<EventType>(webhook.events[0] ?? 'IMPORT_COMPLETED');
  const [deliveryId, setDeliveryId] = useState<string>();
  const [refused, setRefused] = useState<Refused>();

  async function run() {
    setRefused(undefined);
    const answer = await send({ input: { webhookId: webhook.id, event } });
    if (!isRefused(answer) && 'delivery' in answer) setDeliveryId(answer.delivery.id);
    return answer;
  }

  if (deliveryId) {
    return (
      <Modal opened onClose={close} title="The test event" size="xl">
        <DeliveryView id={deliveryId} />
      </Modal>
    );
  }
  return (
    <Modal opened onClose={close} title="Send a test event">
      <div className="stack">
        <p>
          Made-up data goes the way of everything else: signed, retried, and in the log, where it is marked as a test.
        </p>
        <Select
          label="Event"
          data={EVENTS.map(({ type, name }) => ({ value: type, label: name }))}
          value={event}
          onChange={(value) => setEvent((value as EventType | null) ?? event)}
          allowDeselect={false}
        />
        {refused && <Problem>{refused.message}</Problem>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Not now
          </Button>
          <Action leftSection={<Send />} run={run} onRefused={setRefused}>
            Send
          </Action>
        </Group>
      </div>
    </Modal>
  );
}
