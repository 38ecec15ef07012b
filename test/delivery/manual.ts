/** Manual work on deliveries and their webhooks, as operators and managers do it. */

import { ask, type Caller } from '../support/client.ts';

/** A delivery as it is shown to whoever works on it. */
export interface ShownDelivery {
  readonly id: string;
  readonly status: string;
  readonly importId: string | null;
  readonly isTest: boolean;
  readonly attemptCount: number;
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
}

/** What manual work answers. */
export interface ManualAnswer {
  readonly __typename: string;
  readonly delivery?: ShownDelivery;
  readonly code?: string;
  readonly message?: string;
}

const DELIVERY = 'id status importId isTest attemptCount nextAttemptAt finishedAt';

/** Asks for a delivery to be made again. */
export async function redeliver(caller: Caller, deliveryId: string): Promise<ManualAnswer> {
  return await ask(
    caller,
    `mutation ($input: RedeliverInput!) {
      redeliver(input: $input) {
        __typename ... on RedeliverPayload { delivery { ${DELIVERY} } } ... on Refusal { code message }
      }
    }`,
    { input: { deliveryId } },
  );
}

/** Calls a delivery off. */
export async function cancelDelivery(caller: Caller, deliveryId: string): Promise<ManualAnswer> {
  return await ask(
    caller,
    `mutation ($input: CancelDeliveryInput!) {
      cancelDelivery(input: $input) {
        __typename ... on CancelDeliveryPayload { delivery { ${DELIVERY} } } ... on Refusal { code message }
      }
    }`,
    { input: { deliveryId } },
  );
}

/** Sends a test to a webhook. */
export async function sendTestEvent(caller: Caller, webhookId: string): Promise<ManualAnswer> {
  return await ask(
    caller,
    `mutation ($input: SendTestEventInput!) {
      sendTestEvent(input: $input) {
        __typename ... on SendTestEventPayload { delivery { ${DELIVERY} } } ... on Refusal { code message }
      }
    }`,
    { input: { webhookId } },
  );
}

/** Deletes a webhook. */
export async function deleteWebhook(
  caller: Caller,
  webhookId: string,
): Promise<{ readonly cancelledDeliveries?: number; readonly code?: string }> {
  return await ask(
    caller,
    `mutation ($input: DeleteWebhookInput!) {
      deleteWebhook(input: $input) { ... on DeleteWebhookPayload { cancelledDeliveries } ... on Refusal { code } }
    }`,
    { input: { webhookId } },
  );
}

/** The deliveries of an import, oldest first. */
export async function deliveriesOf(caller: Caller, importId: string): Promise<ShownDelivery[]> {
  const { edges } = await ask<{ edges: { node: ShownDelivery }[] }>(
    caller,
    `query ($importId: String!) { deliveries(last: 100, filter: { importId: $importId }) { edges { node { ${DELIVERY} } } } }`,
    { importId },
  );
  return edges.map(({ node }) => node).toReversed();
}

/** The id of the only delivery of an import. */
export async function theDeliveryOf(caller: Caller, importId: string): Promise<string> {
  const [delivery, ...others] = await deliveriesOf(caller, importId);
  if (!delivery || others.length > 0) throw new Error(`${importId} does not have one delivery`);
  return delivery.id;
}
