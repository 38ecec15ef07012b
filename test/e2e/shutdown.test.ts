import { describe, expect, test } from 'vitest';
import { ask, watchEvents, watchWebSocket } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { givenInstallation, startServer } from '../support/process.ts';
import { never, startReceiver } from '../support/receiver.ts';

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
