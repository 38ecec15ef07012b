/** The order of one import's events: what comes later supersedes what still waits. */

import { describe, expect, inject, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { never, type ReceivedRequest, startReceiver } from '../support/receiver.ts';
import { headlessImport, type Reported, report } from '../support/report.ts';
import { createLogBook, kindsOf, readDeliveries, type SeenEntry, seen, watchLog } from './observe.ts';

const eventOf = ({ rawBody }: ReceivedRequest): string => JSON.parse(rawBody.toString()).event;

const completed = (app: TestApp, input: object = {}) =>
  report(app, 'importCompleted', { headless: headlessImport.headless, ...input });

describe('a needs-review delivery that is pending when its import moves on', () => {
  test.each<Reported>(['importCompleted', 'headlessImportFailed'])(
    'by %s is superseded and never attempted again (H62)',
    async (reported) => {
      await using app = await createTestApp({ dispatcher: true });
      await using receiver = await startReceiver([500, 200]);
      await givenWebhook(app, { url: receiver.url });
      await using watching = watchLog(app);
      await report(app, 'headlessImportNeedsReview');
      await watching.until(seen('ATTEMPT_FAILED'));

      await report(app, reported, { headless: headlessImport.headless });
      const entries = await watching.until(seen('DELIVERED'));
      expect(kindsOf(entries)).toEqual([
        'SCHEDULED',
        'ATTEMPT_FAILED',
        'SUPERSEDED',
        'SCHEDULED',
        'ATTEMPT_SUCCEEDED',
        'DELIVERED',
      ]);
      await app.clock.advance(3 * 86_400_000);
      expect(await readDeliveries(app)).toMatchObject([{ status: 'SUPERSEDED' }, { status: 'DELIVERED' }]);
      expect(receiver.requests.map(eventOf).slice(1)).not.toContain('headless_import_needs_review');
    },
  );

  test('while its attempt is under way is waited for: the later event comes after it (H62)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const answer = Promise.withResolvers<void>();
    await using receiver = await startReceiver([{ delay: answer.promise }, 200]);
    await givenWebhook(app, { url: receiver.url });
    await using watching = watchLog(app);
    await report(app, 'headlessImportNeedsReview');
    await receiver.waitFor(1);
    await app.createSibling({ dispatcher: true }); // has room for the later one

    await completed(app);
    const scheduled = await watching.until(seen('SCHEDULED', 2));
    expect(scheduled.at(-1)).toMatchObject({
      kind: 'SCHEDULED',
      reason: 'Waits for the attempt of the event that it supersedes.',
    });
    expect(receiver.requests).toHaveLength(1);

    answer.resolve();
    const entries = await watching.until(seen('DELIVERED'));
    expect(entries.map(({ kind }) => kind)).toEqual([
      'SCHEDULED',
      'SUPERSEDED',
      'SCHEDULED',
      'ATTEMPT_SUCCEEDED',
      'ATTEMPT_SUCCEEDED',
      'DELIVERED',
    ]);
    expect(entries[3]).toMatchObject({ kind: 'ATTEMPT_SUCCEEDED', deliveryStatus: 'SUPERSEDED' });
    expect(receiver.requests.map(eventOf)).toEqual(['headless_import_needs_review', 'import_completed']);
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'SUPERSEDED', attempts: [{ outcome: 'SUCCEEDED', leaseLost: true }] },
      { status: 'DELIVERED' },
    ]);
  });

  test('whose dispatcher died is waited for until its lease ends, and no longer (H62)', async () => {
    await using app = await createTestApp();
    await using receiver = await startReceiver([{ delay: never }, 200]);
    await givenWebhook(app, { url: receiver.url });
    await using watching = watchLog(app);
    await report(app, 'headlessImportNeedsReview');
    await app.db.query(
      `update delivery set lease_token = gen_random_uuid(), next_attempt_at = now() + interval '60 seconds'`,
    );

    await completed(app);
    receiver.answerWith([200]);
    await app.startDispatcher();
    await app.clock.advance(50_000);
    expect(receiver.requests).toHaveLength(0);
    await app.clock.advance(11_000);
    await watching.until(seen('DELIVERED'));
    expect(receiver.requests.map(eventOf)).toEqual(['import_completed']);
  });

  test('at a webhook that does not listen to the later event is delivered', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 200]);
    await givenWebhook(app, { url: receiver.url, events: ['HEADLESS_IMPORT_NEEDS_REVIEW'] });
    await using watching = watchLog(app);
    await report(app, 'headlessImportNeedsReview');
    await watching.until(seen('ATTEMPT_FAILED'));

    await completed(app);
    await app.clock.advance(7_000);
    await watching.until(seen('DELIVERED'));
    expect(receiver.requests.map(eventOf)).toEqual(['headless_import_needs_review', 'headless_import_needs_review']);
  });

  test('at a basic URL is superseded by an event for the same URL, and not by one for another of the same origin', async () => {
    await using app = await createTestApp();
    const url = 'http://127.0.0.1:9/review';
    for (const [importId, webhookUrl] of [
      ['same', url],
      ['other', 'http://127.0.0.1:9/done'],
    ] as const) {
      await report(app, 'headlessImportNeedsReview', { importId, settings: { needsReviewWebhookUrl: url } });
      await completed(app, { importId, settings: { webhookUrl } });
    }

    const statuses = (await readDeliveries(app)).map(({ importId, status }) => [importId, status]);
    expect(statuses).toEqual([
      ['same', 'SUPERSEDED'],
      ['same', 'PENDING'],
      ['other', 'PENDING'],
      ['other', 'PENDING'],
    ]);
  });

  test('is superseded also when both are reported at the same moment, whichever comes first', async () => {
    await using app = await createTestApp();
    const sibling = await app.createSibling();
    await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
    await using watching = watchLog(app);
    const imports = Array.from({ length: 40 }, (_, index) => `import-${index}`);

    const answers = await Promise.all(
      imports.map((importId) =>
        Promise.all([
          report({ ...app, url: sibling.url }, 'headlessImportNeedsReview', { importId }),
          completed(app, { importId }),
        ]),
      ),
    );

    const reviewed = answers.filter(([review]) => review.__typename === 'ImportReport').length;
    const entries = await watching.until(seen('SCHEDULED', imports.length + reviewed));
    expect(answers.every(([, completion]) => completion.__typename === 'ImportReport')).toBe(true);
    for (const importId of imports) {
      const kinds = kindsOf(entries.filter((entry: SeenEntry) => entry.importId === importId));
      expect(
        kinds.filter((kind) => kind === 'SCHEDULED').length - kinds.filter((kind) => kind === 'SUPERSEDED').length,
      ).toBe(1);
    }
    expect(await app.db.prisma.delivery.count({ where: { status: 'PENDING' } })).toBe(imports.length);
  });
});

describe.runIf(inject('database') === 'postgresql')('imports that move on while their reviews are settled', () => {
  test('take their locks in the order in which settlements do: nobody meets a deadlock', async () => {
    await using app = await createTestApp();
    const book = createLogBook();
    const dispatcher = createDispatcher({ ...app, log: book.log });
    await dispatcher.start();
    await using receiver = await startReceiver();
    await givenWebhook(app, { url: receiver.url });
    await using watching = watchLog(app);
    const imports = Array.from({ length: 60 }, (_, index) => ({
      ...headlessImport,
      importId: `moving-${String(index).padStart(2, '0')}`,
    }));

    await Promise.all(imports.map((reported) => report(app, 'headlessImportNeedsReview', reported)));
    await Promise.all([reportMany(app, imports), reportMany(app, imports.toReversed())]);

    // Each import's review was superseded or delivered, and each completion is delivered after it.
    await watching.until(isOverFor(imports.length));
    await dispatcher.stop(AbortSignal.timeout(5_000));
    expect(book.lines.filter(({ msg }) => msg === 'settlement.postponed')).toEqual([]);
  });
});

/** Reports them as completed, half of them in each of two mutations at once. */
async function reportMany(app: TestApp, imports: readonly object[]): Promise<void> {
  const half = imports.length / 2;
  const mutation = `mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { __typename } } }`;
  await Promise.all(
    [imports.slice(0, half), imports.slice(half)].map((part) => ask(app, mutation, { input: { imports: part } })),
  );
}

/** Once nothing is pending any more of so many imports, each with two deliveries. */
const isOverFor = (imports: number) => (entries: readonly SeenEntry[]) =>
  entries.filter(({ kind }) => kind === 'DELIVERED' || kind === 'SUPERSEDED').length >= 2 * imports;
