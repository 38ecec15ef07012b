/** Watching replays: what it costs, and for whom it ends. */

import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Replay } from '../../prisma/client/client.ts';
import { TALLY } from '../../src/delivery/replay.sql.ts';
import { stepReplay } from '../../src/delivery/replay-step.ts';
import { createReplayWatch, type ReplayWatch, type ReplayWatchEnd } from '../../src/delivery/replay-watch.ts';
import { decodeGlobalId } from '../../src/graphql/global-id.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { importIds, reportAll, watchDatabase } from './log-entries.ts';
import { changeReplay, givenReplay } from './replays.ts';

/** A watch of its own, as in a process of its own, that counts how often it looks; stopped when the test ends. */
async function startWatch(app: TestApp) {
  const db = watchDatabase(app.db);
  const replays = createReplayWatch({ ...app, db });
  await replays.start();
  onTestFinished(() => replays.stop(AbortSignal.abort()));
  return { replays, looks: () => db.statements.filter((statement) => statement === TALLY).length };
}

/** A replay of deliveries that were made, of which `ratePerSecond` are asked for each second that somebody steps it. */
async function givenSlowReplay(app: TestApp, ratePerSecond = 1): Promise<string> {
  await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
  await reportAll(app, importIds('import', 20));
  await app.db.query(`update delivery set status = 'DELIVERED', finished_at = now(), attempt_count = 1`);
  return await givenReplay(app, { filter: { statuses: ['DELIVERED'] }, ratePerSecond });
}

function begin(replays: ReplayWatch, { organizationId }: { readonly organizationId: string }, id: string) {
  const replayId = decodeGlobalId(id).id;
  return replays.watch({ organizationId, keyId: randomUUID(), keyExpiresAt: null, replayId });
}

const requestedIn = (item: IteratorResult<Replay | ReplayWatchEnd>): number | undefined =>
  item.value && 'requested' in item.value ? item.value.requested : undefined;

describe('watching a replay', () => {
  test('costs one look each time, however many watch it', async () => {
    await using app = await createTestApp();
    const { replays, looks } = await startWatch(app);
    const id = await givenSlowReplay(app);
    const beganAt = app.clock.elapsed();
    const watchers = Array.from({ length: 10 }, () => begin(replays, app, id));
    const nextOfAll = async () => (await Promise.all(watchers.map((watcher) => watcher.next()))).map(requestedIn);
    expect(await nextOfAll()).toEqual(Array(10).fill(0));

    for (let requested = 1; requested <= 3; requested += 1) {
      await stepReplay(app);
      await app.clock.advance(1_000);
      expect(await nextOfAll()).toEqual(Array(10).fill(requested));
    }

    const seconds = Math.ceil((app.clock.elapsed() - beganAt) / 1_000);
    expect(looks()).toBeGreaterThanOrEqual(4);
    expect(looks()).toBeLessThanOrEqual(4 + seconds);
  });

  test('goes on for the others when one of them leaves, and costs nothing once all have left', async () => {
    await using app = await createTestApp();
    const { replays, looks } = await startWatch(app);
    const id = await givenSlowReplay(app);
    const [one, other] = [begin(replays, app, id), begin(replays, app, id)];
    await Promise.all([one.next(), other.next()]);

    await one.return?.();
    await changeReplay(app, 'pauseReplay', id);
    expect((await other.next()).value).toMatchObject({ status: 'PAUSED' });
    await other.return?.();

    const before = looks();
    await app.clock.advance(10_000);
    expect(looks()).toBe(before);
    const later = begin(replays, app, id);
    expect((await later.next()).value).toMatchObject({ status: 'PAUSED' });
  });

  test('ends with its last state, for those who take it late and those who come late as well', async () => {
    await using app = await createTestApp();
    const { replays } = await startWatch(app);
    const id = await givenSlowReplay(app);
    const [prompt, late] = [begin(replays, app, id), begin(replays, app, id)];
    await Promise.all([prompt.next(), late.next()]);

    await changeReplay(app, 'cancelReplay', id);
    await stepReplay(app);
    for (const watcher of [prompt, late, begin(replays, app, id)]) {
      const rest = [];
      for await (const item of watcher) rest.push(item);
      expect(rest.at(-1)).toMatchObject({ status: 'CANCELLED', finishedAt: expect.any(Date) });
    }
  });

  test('shows nothing to another organization', async () => {
    await using app = await createTestApp();
    const { replays } = await startWatch(app);
    const id = await givenSlowReplay(app);
    const mine = begin(replays, app, id);
    await mine.next();

    expect(await begin(replays, await givenOrganization(app), id).next()).toEqual({ done: true, value: undefined });
    await changeReplay(app, 'pauseReplay', id);
    expect((await mine.next()).value).toMatchObject({ status: 'PAUSED' });
  });
});
