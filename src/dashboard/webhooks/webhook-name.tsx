/** What one webhook is called, known by its id alone. */

import { WebhookNameDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { webhookName } from './words.ts';

/** Its name; "…" until that is known, its id when that cannot be learned, nothing for none. */
export function useWebhookName(id: string | null): string {
  const { data, problem } = useAsk(WebhookNameDocument, { id: id ?? '' }, { pause: id === null });
  if (id === null) return '';
  if (data) return data.webhook ? webhookName(data.webhook) : 'deleted webhook';
  return problem ? id : '…';
}

/** Its name, where few webhooks are named; long lists ask for theirs together. */
export function WebhookName({ id }: { id: string }) {
  return useWebhookName(id);
}
