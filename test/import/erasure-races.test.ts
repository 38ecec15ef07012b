/** Several who erase the same at the same moment. */

import { describe, expect, inject, test } from 'vitest';
import { begin, untilBlocked } from '../delivery/log-entries.ts';
import { seen, watchLog } from '../delivery/observe.ts';
import { tablesWith } from '../graphql/contents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { reportMany } from '../support/report.ts';
import { type EraseAnswer, eraseImport, eraseUser } from './erasing.ts';

/** In everything that is personal. */
const MARK = 'zebra';

const personal = {
  importId: 'erased',
  filename: `${MARK}.csv`,
  user: { id: `${MARK}-1`, name: MARK },
} as const;

const NOWHERE = 'http://127.0.0.1:9/';

describe('two erasures at the same moment', () => {
  test.each([
    { of: 'of an import', erase: (app: TestApp) => eraseImport(app, 'theirs-0'), imports: 1 },
    { of: 'of a user', erase: (app: TestApp) => eraseUser(app, personal.user.id), imports: 120 },
  ])('$of both answer, have erased each thing once between them, and leave nothing', async ({ erase, imports }) => {
    await using app = await createTestApp();
    await using watching = watchLog(app);
    for (let webhook = 0; webhook < 6; webhook += 1) await givenWebhook(app, { url: NOWHERE });
    const theirs = Array.from({ length: imports }, (_, index) => ({ ...personal, importId: `theirs-${index}` }));
    await reportMany(app, theirs);

    const answers = await Promise.all([erase(app), erase(app)]);

    expect(answers).toMatchObject([{ __typename: 'ErasePayload' }, { __typename: 'ErasePayload' }]);
    expect(sumOf(answers)).toEqual({ imports, events: imports, cancelled: 6 * imports });
    expect(await tablesWith(app.db, MARK)).toEqual([]);
    const entries = await watching.until(seen('CANCELLED', 6 * imports));
    expect(entries.filter(({ kind }) => kind === 'CANCELLED')).toHaveLength(6 * imports);
  });
});

/** A batch is 500 deliveries; there are three, in the order of their ids, since they are all of one event. */
const BATCHES = [0, 500, 1_000];

describe.runIf(inject('database') === 'postgresql')('an erasure that finds another one at the next batch', () => {
  test('waits for it rather than take the body from deliveries that could still be made', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url: NOWHERE });
    await reportCompleted(app, personal);
    await multiplyDelivery(app, 1_100);
    await forbidEmptyDeliveries(app);
    const others = app.database.connect();
    const held = [];
    for (const place of BATCHES) held.push(await holdDelivery(others, place));

    const erasing = [eraseImport(app, 'erased'), eraseImport(app, 'erased')];
    for (const { commit } of held) {
      await untilBlocked(app.db, 2);
      await commit();
    }

    const answers = await Promise.all(erasing);
    expect(sumOf(answers)).toEqual({ imports: 1, events: 1, cancelled: 1_100 });
    expect(await tablesWith(app.db, MARK)).toEqual([]);
    expect(await app.db.prisma.delivery.count({ where: { status: 'CANCELLED', erasedAt: { not: null } } })).toBe(1_100);
  });
});

function sumOf(answers: readonly EraseAnswer[]) {
  const sum = (count: (answer: EraseAnswer) => number | undefined) =>
    answers.reduce((total, answer) => total + (count(answer) ?? 0), 0);
  return {
    imports: sum(({ erasedImports }) => erasedImports),
    events: sum(({ erasedEvents }) => erasedEvents),
    cancelled: sum(({ cancelledDeliveries }) => cancelledDeliveries),
  };
}

/** As if the one event went to so many webhooks, which would take long to make. */
async function multiplyDelivery({ db }: TestApp, count: number): Promise<void> {
  await db.query(
    `insert into delivery (
      id, organization_id, event_id, event_type, import_id, destination_id, webhook_id, is_test, status,
      next_attempt_at, attempt_count, failed_attempts, created_at
    )
    select
      uuid_v7(), organization_id, event_id, event_type, import_id, destination_id, webhook_id, is_test, status,
      next_attempt_at, attempt_count, failed_attempts, created_at
    from delivery cross join generate_series(2, $1::int)`,
    [count],
  );
}

/** Has the database refuse to take the body from an event while one of its deliveries is not erased. */
async function forbidEmptyDeliveries({ db }: TestApp): Promise<void> {
  await db.query(`
    create function refuse_empty() returns trigger language plpgsql as $$
      begin
        if exists (select from delivery where event_id = new.id and erased_at is null) then
          raise exception 'the event % has deliveries that are not erased', new.id;
        end if;
        return new;
      end
    $$`);
  await db.query(`
    create trigger refuse_empty before update on event for each row
    when (new.erased_at is not null and old.erased_at is null) execute function refuse_empty()`);
}

/** A transaction that has one delivery locked, by its place in the order in which they are erased. */
async function holdDelivery(db: TestApp['db'], place: number) {
  const holding = await begin(db);
  await holding.sql.query(
    'select id from delivery where id = (select id from delivery order by ctid offset $1 limit 1) for update',
    [place],
  );
  return holding;
}
