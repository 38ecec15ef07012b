/** Disabling a webhook, and what that means for what waits. */

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { DisableWebhookDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, useDo } from '../api/ask.ts';
import { Confirm } from '../look/confirm.tsx';
import { webhookName } from './words.ts';

/** The dialog. */
export function DisableWebhook({
  webhook,
  close,
}: {
  webhook: { readonly id: string; readonly url: string; readonly description: string };
  close: () => void;
}) {
  const disable = useDo(DisableWebhookDocument);
  const [reason, setReason] = useState('');

  async function run() {
    const answer = await disable({ input: { webhookId: webhook.id, reason: reason.trim() || null } });
    if (!isRefused(answer)) close();
    return answer;
  }

  return (
    <Confirm title={`Disable ${webhookName(webhook)}?`} verb="Disable" run={run} close={close}>
      <div className="stack">
        <p>
          Deliveries that wait stay where they are, and go on when it is enabled again. Imports of the time between do
          not match it, and are not made up for.
        </p>
        <TextInput
          label="Why"
          description="For colleagues who find it disabled."
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </div>
    </Confirm>
  );
}
