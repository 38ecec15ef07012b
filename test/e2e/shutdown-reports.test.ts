/** A server that is told to stop while importers report to it, many at once. */

import { describe, expect, test } from 'vitest';
import { type Caller, watchWebSocket } from '../support/client.ts';
import { givenWebhook, type ReportAnswer, reportCompleted, reportOrUndefined } from '../support/given.ts';
import { givenInstallation, type Server, startServer } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';

/** How many importers there are, each with one report after another, and after how many answers the server is told to stop. */
const IMPORTERS = 40;
const STOP_AT = 100;

/** A lease lasts far longer than any test waits: none may be left behind. */
const LONG = { SHUTDOWN_GRACE_SECONDS: '300', ATTEMPT_TIMEOUT_SECONDS: '290', LEASE_SECONDS: '600' };

describe('a server that is told to stop while it is reported to', () => {
  test.each([
    { how: 'finishes what is under way', cut: false },
    { how: 'is cut short by a second signal', cut: true },
  ])('$how: what it answered is delivered by the next one, and who got no answer knows (A1, G56)', async ({ cut }) => {
    const busy = Promise.withResolvers<void>();
    const answers = Promise.withResolvers<void>();
    await using receiver = await startReceiver(async (_request, response, index) => {
      if (index === 10) busy.resolve();
      if (index >= 10) await answers.promise;
      response.end();
    });
    const installation = await givenInstallation();
    const server = await startServer(installation, LONG);
    await givenWebhook(server, { url: receiver.url });

    const reporting = reportUntilClosed(server, busy.promise);
    await server.program.wrote(/process\.stopping/);
    if (cut) server.program.kill('SIGTERM');
    else answers.resolve();
    const reports = await reporting;
    expect(await server.program.ended()).toEqual({ status: 0, signal: null });
    expect(server.program.log.includes('dispatcher.attempts_cut')).toBe(cut);
    answers.resolve();

    // An importer without an answer reports again.
    const next = await startServer(installation, LONG);
    for (const [importId, answer] of reports) {
      const again = await reportCompleted(next, { importId });
      expect(again).toMatchObject({ __typename: 'ImportReport', deliveries: 1 });
      if (answer) expect(again).toMatchObject({ event: answer.event, duplicate: true });
      reports.set(importId, again);
    }
    await untilDelivered(next, reports.size);
    const received = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(new Set(received)).toEqual(new Set([...reports.values()].map((answer) => answer?.event?.id)));
    if (!cut) expect(received).toHaveLength(reports.size);
  });
});

/**
 * Has every importer report until its connection is closed, and tells the server to stop meanwhile, once it is
 * busy. Answers with what each report was answered: undefined when its connection was closed instead.
 */
async function reportUntilClosed(
  server: Server,
  isBusy: Promise<void>,
): Promise<Map<string, ReportAnswer | undefined>> {
  const reports = new Map<string, ReportAnswer | undefined>();
  let answered = 0;
  const importers = Array.from({ length: IMPORTERS }, async (_, importer) => {
    for (let index = 0; ; index += 1) {
      const importId = `importer-${importer}-import-${index}`;
      const answer = await reportOrUndefined(server, importId);
      reports.set(importId, answer);
      if (!answer) return;
      expect(answer).toMatchObject({ __typename: 'ImportReport', duplicate: false, deliveries: 1 });
      answered += 1;
      if (answered === STOP_AT) void isBusy.then(() => server.program.kill('SIGTERM'));
    }
  });
  await Promise.all(importers);
  expect(answered).toBeGreaterThanOrEqual(STOP_AT);
  return reports;
}

/** Resolves once so many deliveries are in the log as done, which is long before a lease would end that was left. */
async function untilDelivered(caller: Caller, count: number): Promise<void> {
  const subscription = 'subscription { deliveryLog(after: "0.0", filter: { kinds: [DELIVERED] }) { importId } }';
  await using watching = watchWebSocket<{ importId: string }>(caller, subscription);
  const seen = await watching.until((entries) => entries.length >= count);
  expect(new Set(seen.map(({ importId }) => importId)).size).toBe(count);
}
