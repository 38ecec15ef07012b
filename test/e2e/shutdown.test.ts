import { describe, expect, inject, test } from 'vitest';
import { ask, type Caller, watchEvents, watchWebSocket } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { givenInstallation, type Program, startDispatcherProcess, startServer } from '../support/process.ts';
import { never, type Receiver, startReceiver } from '../support/receiver.ts';
import { reportMany } from '../support/report.ts';

/** Far longer than any test waits: whatever ends a process sooner is not the grace time, nor the end of a lease. */
const LONG = { SHUTDOWN_GRACE_SECONDS: '300', ATTEMPT_TIMEOUT_SECONDS: '290', LEASE_SECONDS: '600' };

const DELIVERIES = '{ deliveries { edges { node { importId status attemptCount } } } }';

interface Deliveries {
  readonly edges: readonly { readonly node: unknown }[];
}

describe('a server that is told to stop', () => {
  test('finishes what is under way, takes on nothing new, and exits with 0 (G56)', async () => {
    const slow = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ delay: slow.promise }, 200]);
    const installation = await givenInstallation();
    const server = await startServer(installation, { ...LONG, DISPATCH_CONCURRENCY: '1' });
    await givenWebhook(server, { url: receiver.url });
    await reportCompleted(server, { importId: 'under-way' });
    await receiver.nextRequest();
    await reportCompleted(server, { importId: 'waiting' });

    server.program.kill('SIGTERM');
    await server.program.wrote(/process\.stopping/);
    await expect(reportCompleted(server, { importId: 'too-late' })).rejects.toThrow('fetch failed');
    slow.resolve();
    expect(await server.program.ended()).toEqual({ status: 0, signal: null });
    expect(receiver.requests).toHaveLength(1);

    const next = await startServer(installation);
    await receiver.waitFor(2);
    await using watching = watchWebSocket<{ kind: string }>(
      next,
      'subscription { deliveryLog(after: "0.0") { kind } }',
    );
    await watching.until((seen) => seen.filter(({ kind }) => kind === 'DELIVERED').length === 2);
    const { edges } = await ask<Deliveries>(next, DELIVERIES);
    expect(edges.map(({ node }) => node)).toEqual([
      { importId: 'waiting', status: 'DELIVERED', attemptCount: 1 },
      { importId: 'under-way', status: 'DELIVERED', attemptCount: 1 },
    ]);
    expect(receiver.requests).toHaveLength(2);
  });

  test.each([
    { cut: 'a second signal', env: LONG, signals: 2 },
    { cut: 'the end of its grace time', env: { ...LONG, SHUTDOWN_GRACE_SECONDS: '0.5' }, signals: 1 },
  ])(
    'is cut short by $cut, and what it cut is due again at once, as if never tried (G56)',
    async ({ env, signals }) => {
      await using receiver = await startReceiver([{ delay: never }, 200]);
      const installation = await givenInstallation();
      const server = await startServer(installation, env);
      await givenWebhook(server, { url: receiver.url });
      const { event } = await reportCompleted(server);
      await receiver.nextRequest();

      for (let sent = 0; sent < signals; sent += 1) {
        server.program.kill('SIGTERM');
        await server.program.wrote(/process\.stopping/);
      }
      expect(await server.program.ended()).toEqual({ status: 0, signal: null });
      expect(server.program.log).toContain('dispatcher.attempts_cut');

      await startServer(installation, env);
      const { headers } = await receiver.nextRequest();
      expect(headers).toMatchObject({ 'webhook-id': event?.id, 'posthorn-attempt': '1' });
    },
  );

  test('by SIGINT as by SIGTERM, says so once, and ends subscriptions rather than wait for them', async () => {
    const server = await startServer(await givenInstallation(), LONG);
    await givenWebhook(server, { url: 'http://127.0.0.1:9/hook' });
    const subscription = 'subscription { deliveryLog(after: "0.0") { kind } }';
    await using socket = watchWebSocket(server, subscription);
    await using events = watchEvents(server, subscription);
    await reportCompleted(server);
    for (const watching of [socket, events]) await watching.until((seen) => seen.length > 0);

    server.program.kill('SIGINT');
    expect(await server.program.ended()).toEqual({ status: 0, signal: null });
    await Promise.all([socket.ended, events.ended]);
    expect(server.program.log.match(/process\.\w+/g)).toEqual([
      'process.started',
      'process.stopping',
      'process.stopped',
    ]);
  });
});

/** Deliveries to three webhooks, a hundred each; far more than are under way at once. */
const LOAD = 300;

/** What a process may have under way at once, so that the load outlasts it. */
const BUSY = { ...LONG, DISPATCH_CONCURRENCY: '20' };

const ENDINGS = [
  { how: 'finishes within its grace time', grace: '300', cut: false },
  { how: 'is cut short at the end of its grace', grace: '0.5', cut: true },
] as const;

describe('under load, a server that is told to stop', () => {
  test.each(ENDINGS)('$how, and the next one delivers all the rest at once (G56)', async ({ grace, cut }) => {
    await using slow = await startSlowReceiver();
    const installation = await givenInstallation();
    const server = await startServer(installation, { ...BUSY, SHUTDOWN_GRACE_SECONDS: grace });
    await giveLoad(server, slow.receiver);
    await slow.isBusy;

    await stop(server.program, slow, cut);
    const before = slow.receiver.requests.length;
    expect(before).toBeLessThan(LOAD);

    const next = await startServer(installation, BUSY);
    await allDelivered(next);
    expectNothingLost(slow.receiver, cut);
    expect(slow.receiver.requests.length).toBeGreaterThan(before);
  });
});

describe.runIf(inject('database') === 'postgresql')('under load, one of two dispatchers that is told to stop', () => {
  test.each(ENDINGS)('$how, and the other delivers all the rest at once (G56)', async ({ grace, cut }) => {
    await using slow = await startSlowReceiver();
    const installation = await givenInstallation();
    const api = await startServer(installation, {}, 'api');
    const stopped = await startDispatcherProcess(installation, { ...BUSY, SHUTDOWN_GRACE_SECONDS: grace });
    await giveLoad(api, slow.receiver);
    await slow.isBusy;
    await startDispatcherProcess(installation, BUSY);

    await stop(stopped, slow, cut);

    await allDelivered(api);
    expectNothingLost(slow.receiver, cut);
  });
});

/** A receiver that answers a third of the load at once, and then nobody until it is told to. */
interface SlowReceiver extends AsyncDisposable {
  readonly receiver: Receiver;
  /** Resolves once requests wait for their answers. */
  readonly isBusy: Promise<void>;
  answer(): void;
}

async function startSlowReceiver(): Promise<SlowReceiver> {
  const busy = Promise.withResolvers<void>();
  const answers = Promise.withResolvers<void>();
  const receiver = await startReceiver((_request, response, index) => {
    if (index < LOAD / 3) return response.end();
    if (index === LOAD / 3 + 10) busy.resolve();
    return void answers.promise.then(() => response.end());
  });
  return {
    receiver,
    isBusy: busy.promise,
    answer: answers.resolve,
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}

/** Makes three webhooks and reports {@link LOAD} imports in all. */
async function giveLoad(caller: Caller, receiver: Receiver): Promise<void> {
  const identifiers = ['a', 'b', 'c'];
  for (const path of identifiers) {
    await givenWebhook(caller, { url: `${receiver.url}/${path}`, importIdentifiers: [path] });
  }
  const imports = Array.from({ length: LOAD }, (_, index) => ({
    importId: `import-${index}`,
    importIdentifier: identifiers[index % identifiers.length],
  }));
  await reportMany(caller, imports);
}

/** Tells a process to stop while it waits for answers, which come in time, or only when it has gone. */
async function stop(program: Program, slow: SlowReceiver, cut: boolean): Promise<void> {
  program.kill('SIGTERM');
  await program.wrote(/process\.stopping/);
  if (!cut) slow.answer();
  expect(await program.ended()).toEqual({ status: 0, signal: null });
  expect(program.log.includes('dispatcher.attempts_cut')).toBe(cut);
  slow.answer();
}

/** Resolves once all of the load is delivered, which is long before a lease would end that somebody had kept. */
async function allDelivered(caller: Caller): Promise<void> {
  const subscription = 'subscription { deliveryLog(after: "0.0", filter: { kinds: [DELIVERED] }) { importId } }';
  await using watching = watchWebSocket<{ importId: string }>(caller, subscription);
  const seen = await watching.until((entries) => entries.length >= LOAD);
  expect(new Set(seen.map(({ importId }) => importId)).size).toBe(LOAD);
}

/** Every delivery came; once, or when an attempt was cut off, a second time as if never tried before. */
function expectNothingLost({ requests }: Receiver, cut: boolean): void {
  expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(LOAD);
  expect(new Set(requests.map(({ headers }) => headers['posthorn-attempt']))).toEqual(new Set(['1']));
  if (cut) expect(requests.length).toBeGreaterThan(LOAD);
  else expect(requests).toHaveLength(LOAD);
}
