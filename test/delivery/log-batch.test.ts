import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { LOG_START, readLog } from '../../src/delivery/log.ts';
import { cutIntoEntries, SUBSCRIBED_PAGE_SIZE } from '../../src/delivery/log-pieces.ts';
import { createTestApp } from '../support/app.ts';
import { importIds, NO_FILTER, writeReadableEntries } from './log-entries.ts';

describe('a batch of log entries', () => {
  test('is let go of, with all that was read for it, once its last entry was handed out', async () => {
    await using app = await createTestApp();
    const { organizationId } = app;
    await writeReadableEntries(app.db, { organizationId, importIds: importIds('entry', 2 * SUBSCRIBED_PAGE_SIZE + 1) });
    const page = await readLog(app, organizationId, { after: LOG_START, limit: 500 }, NO_FILTER);
    const pieces = cutIntoEntries(page);
    const batches: WeakRef<object>[] = [];
    const hand = (count: number) => {
      for (let handed = 0; handed < count; handed += 1) {
        const piece = pieces.next().value;
        if (piece) batches.push(new WeakRef(piece.item.batch));
      }
    };

    hand(SUBSCRIBED_PAGE_SIZE);
    await collectGarbage();
    expect(batches[0]?.deref()).toBeDefined(); // else nothing would be shown by its being gone
    hand(1);
    await collectGarbage();
    expect(batches[0]?.deref()).toBeUndefined();
    expect(batches.at(-1)?.deref()).toBeDefined();
  });
});

/** What a `WeakRef` was made of is kept until the present turn of the event loop is over. */
async function collectGarbage(): Promise<void> {
  await new Promise(setImmediate);
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
