/** Webhooks that have failed for so long that they are disabled. */

import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { type SeenEntry, seen, watchLog } from './observe.ts';

const DAY_MS = 86_400_000;

/** The default of DISABLE_AFTER_SECONDS. */
const WINDOW_MS = 5 * DAY_MS;

/** Retries so far away that each attempt is that of an import just reported. */
const NEVER_AGAIN = [2_592_000];

async function readWebhook(app: TestApp, id: string) {
  return await ask<{ enabled: boolean; disabledReason: string | null; disabledAt: string | null }>(
    app,
    'query ($id: ID!) { webhook(id: $id) { enabled disabledReason disabledAt } }',
    { id },
  );
}

/** Reports an import each `everyMs`, for as long as `times` says, and waits for its attempt each time. */
async function attemptEvery(
  app: TestApp,
  everyMs: number,
  times: number,
  prefix: string,
): Promise<readonly SeenEntry[]> {
  await using watching = watchLog(app);
  const attempts = (entries: readonly SeenEntry[]) => entries.filter(({ kind }) => kind.startsWith('ATTEMPT')).length;
  const before = await app.db.prisma.attempt.count();
  for (let index = 0; index < times; index += 1) {
    if (index > 0) await app.clock.advance(everyMs);
    await reportCompleted(app, { importId: `${prefix}-${index}` });
    await watching.until((entries) => attempts(entries) === before + index + 1);
  }
  return watching.seen;
}

describe('a webhook', () => {
  test('that has failed for the whole window is disabled once, with the reason, and one entry in the log (B24)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });

    await attemptEvery(app, DAY_MS, 5, 'before');
    expect(await readWebhook(app, id)).toMatchObject({ enabled: true, disabledReason: null });

    await using watching = watchLog(app);
    await watching.until(seen('ATTEMPT_FAILED', 5)); // a socket that has subscribed to nothing is closed as idle
    await app.clock.advance(DAY_MS);
    await reportCompleted(app, { importId: 'the-last-straw' });
    const entries = await watching.until(seen('HELD'));

    const webhook = await readWebhook(app, id);
    expect(webhook).toMatchObject({
      enabled: false,
      disabledReason: expect.stringMatching(/^Every attempt since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC failed\.$/),
    });
    expect(entries.filter(({ kind }) => kind === 'HELD')).toMatchObject([
      { nextAttemptAt: null, reason: webhook.disabledReason },
    ]);
    await reportCompleted(app, { importId: 'too-late' });
    expect(receiver.requests).toHaveLength(6);
  });

  test('that succeeds once in between starts anew (B24)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 500, 500, 200, 500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });

    await attemptEvery(app, DAY_MS, 8, 'import');

    expect(await readWebhook(app, id)).toMatchObject({ enabled: true });
  });

  test('whose failures are further apart than the window is not disabled (B24)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });

    await attemptEvery(app, WINDOW_MS + DAY_MS, 3, 'import');

    expect(await readWebhook(app, id)).toMatchObject({ enabled: true });
  });

  test('that was disabled so and is enabled again begins anew: what waits is sent, one at first', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });
    await attemptEvery(app, DAY_MS, 6, 'import');
    expect(await readWebhook(app, id)).toMatchObject({ enabled: false });
    await app.clock.advance(40 * DAY_MS);

    const answer = Promise.withResolvers<void>();
    receiver.answerWith([{ status: 200, delay: answer.promise }]);
    await using watching = watchLog(app);
    const enabled = await ask<{ webhook: { destination: object } }>(
      app,
      `mutation ($id: ID!) {
        enableWebhook(input: { webhookId: $id }) {
          ... on WebhookPayload { webhook { destination { health holdReason failingSince concurrency } } }
        }
      }`,
      { id },
    );

    expect(enabled.webhook.destination).toEqual({
      health: 'RECOVERING',
      holdReason: null,
      failingSince: null,
      concurrency: 1,
    });
    answer.resolve();
    await watching.until(seen('DELIVERED', 6));
  });

  test('is not charged with a failure that began before it recovered (B25)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const slow = Promise.withResolvers<void>();
    await using receiver = await startReceiver([500, { status: 500, delay: slow.promise }, 200]);
    const { id } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: NEVER_AGAIN });
    await using watching = watchLog(app);

    await reportCompleted(app, { importId: 'failed' });
    await watching.until(seen('ATTEMPT_FAILED'));
    await reportCompleted(app, { importId: 'slow' });
    await receiver.waitFor(2);
    const sibling = await app.createSibling({ dispatcher: true }); // this one's window there is taken up by the slow one
    await reportCompleted({ ...app, url: sibling.url }, { importId: 'well' });
    await watching.until(seen('DELIVERED'));
    slow.resolve();
    await watching.until(seen('ATTEMPT_FAILED', 2));

    const { destination } = await ask<{ destination: object }>(
      app,
      'query ($id: ID!) { webhook(id: $id) { destination { health failingSince } } }',
      { id },
    );
    expect(destination).toEqual({ health: 'WELL', failingSince: null });
  });
});
