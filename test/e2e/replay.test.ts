import { describe, expect, inject, test } from 'vitest';
import { givenReplay, untilReplay } from '../delivery/replays.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { givenInstallation, startDispatcherProcess, startServer } from '../support/process.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

/** What a killed dispatcher leaves leased is due again soon; but on a busy machine, too, attempts are made in time. */
const SOON = { ATTEMPT_TIMEOUT_SECONDS: '5', LEASE_SECONDS: '15' };

const COUNT = 100;

const REPLAY = { filter: { statuses: ['DELIVERED'] }, ratePerSecond: 25 };

const isOver = ({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null;

describe('a replay', { timeout: 120_000 }, () => {
  test('goes on where it was when the server was killed in the middle of it, and asks for nothing twice (G52)', async () => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const killed = await startServer(installation, SOON);
    await givenDelivered(killed, receiver);
    const id = await givenReplay(killed, REPLAY);
    await receiver.waitFor(COUNT + COUNT / 5);
    killed.program.kill('SIGKILL');
    await killed.program.ended();
    expect(receiver.requests.length).toBeLessThan(2 * COUNT);

    const server = await startServer(installation, SOON);
    await receiver.waitFor(2 * COUNT);
    await expectAllAskedForOnce(server, id);
    expect(idsOf(receiver, COUNT)).toEqual(idsOf(receiver, 0));
  });

  test.runIf(inject('database') === 'postgresql')(
    'goes on when one of the dispatchers that advance it is killed, and then the other takes over (G52)',
    async () => {
      await using receiver = await startReceiver();
      const installation = await givenInstallation();
      const api = await startServer(installation, SOON, 'api');
      const dispatchers = [
        await startDispatcherProcess(installation, SOON),
        await startDispatcherProcess(installation, SOON),
      ];
      await givenDelivered(api, receiver);
      const id = await givenReplay(api, REPLAY);
      await receiver.waitFor(COUNT + COUNT / 5);
      dispatchers[0]?.kill('SIGKILL');
      await receiver.waitFor(COUNT + COUNT / 2);
      await startDispatcherProcess(installation, SOON);
      dispatchers[1]?.kill('SIGKILL');

      await receiver.waitFor(2 * COUNT);
      await expectAllAskedForOnce(api, id);
      expect(idsOf(receiver, COUNT)).toEqual(idsOf(receiver, 0));
    },
  );
});

/** Imports that were delivered, so that there is something to replay. */
async function givenDelivered(caller: Caller, receiver: Receiver): Promise<void> {
  await givenWebhook(caller, { url: receiver.url });
  await reportMany(
    caller,
    Array.from({ length: COUNT }, (_, index) => ({ importId: `import-${index}` })),
  );
  await receiver.waitFor(COUNT);
  const counted = () =>
    ask<{ planned: number }>(
      caller,
      'mutation ($input: StartReplayInput!) { startReplay(input: $input) { ... on StartReplayPayload { planned } } }',
      { input: { ...REPLAY, dryRun: true } },
    );
  while ((await counted()).planned < COUNT); // the last ones are being settled
}

async function expectAllAskedForOnce(caller: Caller, id: string): Promise<void> {
  expect(await untilReplay(caller, id, isOver)).toMatchObject({
    ...{ status: 'COMPLETED', planned: COUNT, requested: COUNT, skipped: 0, delivered: COUNT, pending: 0 },
  });
  const { entries } = await ask<{ entries: { deliveryId: string }[] }>(
    caller,
    '{ deliveryLog(last: 100, filter: { kinds: [REDELIVERY_REQUESTED] }) { entries { deliveryId } hasMore } }',
  );
  expect(new Set(entries.map(({ deliveryId }) => deliveryId)).size).toBe(COUNT);
  const { hasMore } = await ask<{ hasMore: boolean }>(
    caller,
    '{ deliveryLog(first: 100, filter: { kinds: [REDELIVERY_REQUESTED] }) { hasMore } }',
  );
  expect(hasMore).toBe(false);
}

/** The different `webhook-id`s that arrived from a request on. */
function idsOf({ requests }: Receiver, from: number): Set<unknown> {
  return new Set(requests.slice(from).map(({ headers }) => headers['webhook-id']));
}
