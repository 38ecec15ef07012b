/** Replays beside what else happens to the same deliveries: an import that moves on, an erasure. */

import { describe, expect, inject, test } from 'vitest';
import { stepReplay } from '../../src/delivery/replay-step.ts';
import { eraseImport } from '../import/erasing.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';
import { headlessImport, report } from '../support/report.ts';
import { begin, importIds, untilBlocked } from './log-entries.ts';
import { deliveriesOf } from './manual.ts';
import { kindsOf, type SeenEntry, seen, watchLog } from './observe.ts';
import { givenReplay, readReplay, startReplay, untilReplay } from './replays.ts';

const isOver = ({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null;

const review = (app: TestApp, importId: string) => report(app, 'headlessImportNeedsReview', { importId });

const complete = (app: TestApp, importId: string) =>
  report(app, 'importCompleted', { importId, headless: headlessImport.headless });

/** Imports that ask for review, whose deliveries have failed; nobody dispatches on this app yet. */
async function givenFailedReviews(app: TestApp, url: string, ids: readonly string[]): Promise<void> {
  await givenWebhook(app, { url });
  for (const id of ids) await review(app, id);
  await app.db.query(`update delivery set status = 'FAILED', finished_at = now(), attempt_count = 1`);
}

const statusesOf = async (app: TestApp, importId: string) =>
  (await deliveriesOf(app, importId)).map(({ status }) => status);

describe('a replay of reviews whose imports move on meanwhile', () => {
  test('asks for none that is overtaken, lets those that it has asked for be superseded, and every completion arrives', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    const ids = importIds('import', 60);
    await givenFailedReviews(app, receiver.url, ids);
    const id = await givenReplay(app, { ratePerSecond: 1_000 });

    const stepAll = async () => {
      while ((await readReplay(app, id))?.finishedAt === null) await stepReplay(app, { window: 100, page: 3 });
    };
    const sibling = await app.createSibling();
    const completing = Promise.all(ids.map((importId) => complete({ ...app, url: sibling.url }, importId)));
    const stepping = stepAll();
    const answers = await completing;
    await app.startDispatcher();
    await stepping;

    expect(answers.every(({ deliveries, duplicate }) => deliveries === 1 && !duplicate)).toBe(true);
    const entries = await watching.until(seen('DELIVERED', ids.length));
    for (const importId of ids) {
      const kinds = kindsOf(entries.filter((entry: SeenEntry) => entry.importId === importId));
      expect(kinds.filter((kind) => kind === 'SUPERSEDED').length, importId).toBe(
        kinds.filter((kind) => kind === 'REDELIVERY_REQUESTED').length,
      );
      expect([
        ['FAILED', 'DELIVERED'],
        ['SUPERSEDED', 'DELIVERED'],
      ]).toContainEqual(await statusesOf(app, importId));
    }
    const { requested = 0, skipped, cancelled, planned } = (await readReplay(app, id)) ?? {};
    expect({ planned, skipped, cancelled }).toEqual({ planned: 60, skipped: 60 - requested, cancelled: requested });
    const events = receiver.requests.map(({ rawBody }): string => JSON.parse(rawBody.toString()).event);
    expect(new Set(events)).toEqual(new Set(['import_completed']));
  });

  describe.runIf(inject('database') === 'postgresql')('at the very same delivery', () => {
    test.each([
      { first: 'publication', statuses: ['FAILED', 'PENDING'], replay: { requested: 0, skipped: 1, cancelled: 0 } },
      { first: 'replay', statuses: ['SUPERSEDED', 'PENDING'], replay: { requested: 1, skipped: 0, cancelled: 1 } },
    ])('goes by what is committed when the $first comes first', async ({ first, statuses, replay }) => {
      await using app = await createTestApp();
      await givenFailedReviews(app, 'http://127.0.0.1:9/', ['import']);
      const id = await givenReplay(app);
      const third = await begin(app.db);
      await third.sql.query('select id from delivery for update');

      const publish = () => complete(app, 'import');
      const step = () => stepReplay(app);
      const earlier = first === 'replay' ? step() : publish();
      await untilBlocked(app.db, 1);
      const later = first === 'replay' ? publish() : step();
      await untilBlocked(app.db, 2);
      await third.commit();
      await Promise.all([earlier, later]);

      expect(await statusesOf(app, 'import')).toEqual(statuses);
      while ((await readReplay(app, id))?.finishedAt === null) {
        await stepReplay(app);
        await app.clock.advance(1_000);
      }
      expect(await readReplay(app, id)).toMatchObject({ status: 'COMPLETED', planned: 1, ...replay });
    });
  });
});

describe('a replay of deliveries that are erased', () => {
  test('passes them over and counts them, and asks for the others', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    for (const importId of ['erased', 'kept']) await reportCompleted(app, { importId });
    await watching.until(seen('DELIVERED', 2));
    const id = await givenReplay(app, { filter: { statuses: ['DELIVERED'] } });
    await eraseImport(app, 'erased');

    await app.startReplayRunner();

    expect(await untilReplay(app, id, isOver)).toMatchObject({ planned: 2, requested: 1, skipped: 1, delivered: 1 });
    expect(receiver.requests.slice(2).map(({ rawBody }) => JSON.parse(rawBody.toString()).data.id)).toEqual(['kept']);
  });

  test('before it was started is over without a request', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, { importId: 'erased' });
    await eraseImport(app, 'erased');
    const { replay } = await startReplay(app, { filter: { statuses: ['CANCELLED'] } });

    await app.startReplayRunner();

    expect(await untilReplay(app, replay?.id ?? '', isOver)).toMatchObject({ requested: 0, delivered: 0, failed: 0 });
    expect(await statusesOf(app, 'erased')).toEqual(['CANCELLED']);
  });

  test('is stopped by the database itself, should anything make one of them due', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await reportCompleted(app, { importId: 'erased' });
    await eraseImport(app, 'erased');

    const due = app.db.query(`update delivery set status = 'PENDING', finished_at = null, next_attempt_at = now()`);
    await expect(due).rejects.toThrow('delivery_erased_check');
    await expect(app.db.query(`update delivery set erased_at = null, status = 'PENDING'`)).resolves.toEqual([]);
    await expect(app.db.query('update delivery set erased_at = now()')).rejects.toThrow('delivery_erased_check');
  });
});
