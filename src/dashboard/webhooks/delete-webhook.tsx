/** Deleting a webhook, and what becomes of the deliveries that wait for it. */

import { DeleteWebhookDocument, DeliveriesDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, useAsk, useDo } from '../api/ask.ts';
import { Confirm } from '../look/confirm.tsx';
import { webhookName } from './words.ts';

/** As many as are counted before it is deleted. */
const COUNTED = 100;

/** The dialog. */
export function DeleteWebhook({
  webhook,
  close,
  onDeleted,
}: {
  webhook: { readonly id: string; readonly url: string; readonly description: string };
  close: () => void;
  onDeleted: () => void;
}) {
  const remove = useDo(DeleteWebhookDocument);
  const { data } = useAsk(
    DeliveriesDocument,
    { filter: { webhookId: webhook.id, statuses: ['PENDING'] }, first: COUNTED },
    { fresh: true },
  );

  async function run() {
    const answer = await remove({ input: { webhookId: webhook.id } });
    if (!isRefused(answer)) onDeleted();
    return answer;
  }

  return (
    <Confirm title={`Delete ${webhookName(webhook)}?`} verb="Delete webhook" danger run={run} close={close}>
      <p>
        <Waiting count={data?.deliveries.edges.length} /> One that is under way may still arrive. Its deliveries stay
        readable; its URL, secrets and headers are gone for good.
      </p>
    </Confirm>
  );
}

function Waiting({ count }: { count: number | undefined }) {
  if (count === undefined) return 'Deliveries that wait for it are cancelled.';
  if (count === 0) return 'No delivery waits for it.';
  if (count === 1) return <strong>One delivery waits for it and is cancelled.</strong>;
  return (
    <strong>
      {count === COUNTED ? `${COUNTED} deliveries or more wait` : `${count} deliveries wait`} for it and are cancelled.
    </strong>
  );
}
