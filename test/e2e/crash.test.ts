import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { watchWebSocket } from '../support/client.ts';
import {
  documentedImport,
  givenWebhook,
  type ReportAnswer,
  reportCompleted,
  reportOrUndefined,
} from '../support/given.ts';
import { givenInstallation, startServer } from '../support/process.ts';
import { addressOf, type Receiver, startReceiver } from '../support/receiver.ts';

/** What a killed server leaves leased is due again soon, and what failed even sooner. */
const SOON = {
  ATTEMPT_TIMEOUT_SECONDS: '0.5',
  LEASE_SECONDS: '10.5',
  RETRY_SCHEDULE_SECONDS: Array(100).fill('0.3').join(','),
};

describe('an accepted import', () => {
  test('is delivered after a restart when the server was killed between commit and response (A1)', async () => {
    const installation = await givenInstallation();
    await using receiver = await startReceiver([{ status: 503, headers: { 'retry-after': '2' } }, 200]);
    const killed = await startServer(installation);
    await givenWebhook(killed, { url: receiver.url });
    await using wire = await startCutWire(killed.url, () => killed.program.kill('SIGKILL'));

    await reportCompleted(killed, { importId: 'earlier' }); // has the destination held, so that the next one waits
    await using watching = watchWebSocket<{ kind: string }>(
      killed,
      'subscription { deliveryLog(after: "0.0") { kind } }',
    );
    await watching.until((seen) => seen.some(({ kind }) => kind === 'HELD'));
    await expect(reportCompleted({ url: wire.url, key: killed.key })).rejects.toThrow('fetch failed');
    await killed.program.ended();
    expect(receiver.requests).toHaveLength(1);

    const server = await startServer(installation);
    await receiver.waitFor(3);
    const again = await reportCompleted(server);
    expect(again).toMatchObject({ __typename: 'ImportReport', duplicate: true, deliveries: 1 });
    expect(idsByImport(receiver).get(documentedImport.importId)).toEqual(new Set([again.event?.id]));
  });

  test('is delivered at least once, always under the id that was answered, however often the server is killed (A1)', async () => {
    const installation = await givenInstallation();
    await using receiver = await startReceiver();
    let server = await startServer(installation, SOON);
    await givenWebhook(server, { url: receiver.url });

    const reports = new Map<string, ReportAnswer | undefined>();
    for (const [round, killAfter] of [1, 9, 20].entries()) {
      const importIds = Array.from({ length: 20 }, (_, index) => `round-${round}-import-${index}`);
      for (const [importId, answer] of await reportUntilKilled(server, importIds, killAfter)) {
        reports.set(importId, answer);
      }
      server = await startServer(installation, SOON);
    }
    const answered = [...reports].filter(([, report]) => report !== undefined);
    expect(answered.length).toBeGreaterThanOrEqual(1 + 9 + 20);
    for (const [importId, report] of reports) {
      const again = await reportCompleted(server, { importId });
      expect(again).toMatchObject({ __typename: 'ImportReport', deliveries: 1 });
      if (report) expect(again).toMatchObject({ event: report.event, duplicate: true });
      reports.set(importId, again);
    }

    while (idsByImport(receiver).size < reports.size) await receiver.waitFor(receiver.requests.length + 1);
    const expected = [...reports].map(([importId, report]) => [importId, new Set([report?.event?.id])] as const);
    expect(idsByImport(receiver)).toEqual(new Map(expected));
  });

  /** Reports all at once, and kills the server at the answer of that number; `undefined` for those without an answer. */
  async function reportUntilKilled(
    { url, key, program }: Awaited<ReturnType<typeof startServer>>,
    importIds: readonly string[],
    killAfter: number,
  ): Promise<(readonly [string, ReportAnswer | undefined])[]> {
    let answers = 0;
    const reporting = importIds.map(async (importId) => {
      const answer = await reportOrUndefined({ url, key }, importId);
      if (answer) answers += 1;
      if (answers === killAfter) program.kill('SIGKILL');
      return [importId, answer] as const;
    });
    const reported = await Promise.all(reporting);
    await program.ended();
    return reported;
  }
});

/** The `webhook-id`s that a receiver got for each import. */
function idsByImport({ requests }: Receiver): Map<string, Set<unknown>> {
  const ids = new Map<string, Set<unknown>>();
  for (const { rawBody, headers } of requests) {
    const { data }: { data: { id: string } } = JSON.parse(rawBody.toString());
    ids.set(data.id, (ids.get(data.id) ?? new Set()).add(headers['webhook-id']));
  }
  return ids;
}

/** A proxy that passes on what is asked and nothing of what is answered: at its first byte it calls `onAnswer` instead. */
async function startCutWire(url: string, onAnswer: () => void): Promise<AsyncDisposable & { readonly url: string }> {
  const target = new URL(url);
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    client.pipe(upstream);
    upstream.once('data', onAnswer);
    for (const socket of [client, upstream]) socket.on('error', () => {}); // the connection breaks: that is the test
    upstream.once('close', () => client.destroy());
    client.once('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${addressOf(server).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
