/** An operator's day, with nothing but the documents in schema/operations/operator.graphql. */

import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  DeliveriesDocument,
  DeliveryDocument,
  FailureGroupsDocument,
  ReconciliationDocument,
  type ReconciliationQuery,
  type ReplayFilterInput,
  StartReplayDocument,
  WatchReplayDocument,
} from '../../schema/generated/graphql.ts';
import { seen, watchLog } from '../delivery/observe.ts';
import { createTestApp } from '../support/app.ts';
import { type Caller, post, watchWebSocket } from '../support/client.ts';
import { givenKey, givenWebhook } from '../support/given.ts';
import { type ReceivedRequest, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

/** How each path of the receiver fails, and what an operator is told of it. */
const FAILURES: Readonly<
  Record<string, { readonly fail: (response: ServerResponse) => unknown; readonly told: string }>
> = {
  '/broken': { fail: (response) => response.writeHead(500).end(), told: 'HTTP_STATUS 500' },
  '/locked': { fail: (response) => response.writeHead(401).end(), told: 'HTTP_STATUS 401' },
  '/moved': { fail: (response) => response.writeHead(302, { location: '/elsewhere' }).end(), told: 'REDIRECT 302' },
  '/cut': { fail: (response) => response.destroy(), told: 'CONNECTION_CLOSED null' },
  '/slow': { fail: () => undefined, told: 'RESPONSE_TIMEOUT null' },
};

const IMPORTS = ['one', 'two', 'three', 'four'] as const;

const EVER = { from: '2024-01-01T00:00:00Z', to: '2124-01-01T00:00:00Z' } as const;

describe('an operator whose receiver fails in five ways', () => {
  test('finds out what and why, has it fixed, replays just that, and proves that nothing is missing', async () => {
    await using app = await createTestApp({
      dispatcher: true,
      replays: true,
      config: { retryScheduleSeconds: [], attemptTimeoutMs: 2_000 },
    });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const operator = await givenKey(app, 'OPERATOR');
    const paths = ['/well', ...Object.keys(FAILURES)];
    const webhooks = new Map<string, string>();
    for (const path of paths) webhooks.set(path, (await givenWebhook(app, { url: `${receiver.url}${path}` })).id);
    receiver.answerWith(({ url }, response) => (FAILURES[url]?.fail ?? ((well) => well.end()))(response));
    await reportMany(
      app,
      IMPORTS.map((importId) => ({ importId })),
    );
    await watching.until(seen('EXHAUSTED', IMPORTS.length * 5));

    const { failureGroups } = await run(operator, FailureGroupsDocument, { first: 10 });
    const told = failureGroups.map(({ errorCode, responseStatus }) => `${errorCode} ${responseStatus}`);
    expect(told.toSorted()).toEqual(
      Object.values(FAILURES)
        .map(({ told: says }) => says)
        .toSorted(),
    );
    for (const group of failureGroups) {
      expect(group).toMatchObject({ deliveries: IMPORTS.length, webhooks: 1, failed: IMPORTS.length });
      const { deliveries } = await run(operator, DeliveriesDocument, { filter: group.filter, first: 10 });
      const [path] = new Set(deliveries.edges.map(({ node }) => new URL(node.webhook?.url ?? '').pathname));
      expect(FAILURES[path ?? '']?.told).toBe(`${group.errorCode} ${group.responseStatus}`);
      const { delivery } = await run(operator, DeliveryDocument, { id: deliveries.edges[0]?.node.id ?? '' });
      expect(delivery?.attempts).toMatchObject([
        { outcome: 'FAILED', errorMessage: expect.stringMatching(/\w/), cure: expect.stringMatching(/\w/) },
      ]);
    }

    const sent = receiver.requests.length;
    receiver.answerWith([200]);
    for (const group of failureGroups) {
      const { startReplay: tried } = await run(operator, StartReplayDocument, {
        input: { filter: group.filter, dryRun: true },
      });
      expect(tried).toMatchObject({ planned: group.failed });
    }
    const filter: ReplayFilterInput = { statuses: ['FAILED'] };
    const dry = await run(operator, StartReplayDocument, { input: { filter, dryRun: true } });
    expect(dry.startReplay).toMatchObject({ planned: 20, replay: null });
    expect(receiver.requests).toHaveLength(sent);
    const { startReplay } = await run(operator, StartReplayDocument, { input: { filter, ratePerSecond: 1_000 } });
    const id = 'replay' in startReplay ? (startReplay.replay?.id ?? '') : '';
    await using progress = watchWebSocket<{ status: string }>(operator, String(WatchReplayDocument), { id });
    const seenProgress = await progress.until((steps) => steps.at(-1)?.status === 'COMPLETED');
    expect(seenProgress.at(-1)).toMatchObject({ requested: 20, skipped: 0, delivered: 20, failed: 0 });

    const got = receiver.requests.slice(sent);
    expect(got).toHaveLength(20);
    for (const path of paths) {
      const webhookId = webhooks.get(path) ?? '';
      const { reconciliation } = await run(operator, ReconciliationDocument, { webhookId, ...EVER, first: 100 });
      const kept = path === '/well' ? receiver.requests.slice(0, sent) : got;
      expect(reconciliation).toMatchObject({ events: 4, delivered: 4, digest: digestOf(kept, path) });
      expect(idsOf(reconciliation)).toEqual(webhookIdsOf(kept, path));
    }
  });
});

interface Document<Result, Variables> {
  readonly __apiType?: (variables: Variables) => Result;
  toString(): string;
}

/** Runs an operation as its client does. */
async function run<Result, Variables extends object>(
  caller: Caller,
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const { data, errors } = await post(caller, document.toString(), variables);
  expect(errors).toBeUndefined();
  return data as Result; // as the generated types say
}

/** What a receiver that keeps the `webhook-id`s of what it got knows of a path. */
function webhookIdsOf(requests: readonly ReceivedRequest[], path: string): string[] {
  return requests
    .filter(({ url }) => url === path)
    .map(({ headers }) => String(headers['webhook-id']))
    .toSorted();
}

function digestOf(requests: readonly ReceivedRequest[], path: string): string {
  return createHash('sha256').update(webhookIdsOf(requests, path).join('\n')).digest('hex');
}

function idsOf(reconciliation: ReconciliationQuery['reconciliation']): string[] {
  return (reconciliation?.ids.entries ?? []).map(({ eventId }) => eventId).toSorted();
}
