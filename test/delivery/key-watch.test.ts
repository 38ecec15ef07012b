/** Whose key has ended, as the database says when it is asked again. */

import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { createKeyWatch, type KeyEnd } from '../../src/delivery/key-watch.ts';
import { createTestApp, type TestApp } from '../support/app.ts';

/** A watch of somebody who has the admin key, whose questions are answered when they are let go. */
async function givenWatch(app: TestApp) {
  const [key] = await app.db.query<{ id: string }>('select id from api_key where organization_id = $1', [
    app.organizationId,
  ]);
  const answers: (() => void)[] = [];
  const db: Database = {
    ...app.db,
    async query(statement, parameters) {
      const rows = await app.db.query<never>(statement, parameters);
      await new Promise<void>((resolve) => answers.push(resolve));
      return rows;
    },
  };
  const ended: KeyEnd[] = [];
  const holders = new Set([{ keyId: key?.id ?? '', keyExpiresAt: null }]);
  const keys = createKeyWatch({ ...app, db }, holders, (_holder, reason) => ended.push(reason));
  const asked = async (times: number) => await expect.poll(() => answers.length).toBe(times);
  return { keys, ended, asked, answers };
}

const revoke = (app: TestApp) => app.db.query('update api_key set revoked_at = now()');

describe('a watch of keys', () => {
  test('that is told to doubt while it asks asks again, for what came after its question', async () => {
    await using app = await createTestApp();
    const { keys, ended, asked, answers } = await givenWatch(app);
    const first = keys.check();
    await asked(1);

    await revoke(app);
    keys.doubt();
    answers[0]?.();
    await first;
    expect(ended).toEqual([]);

    const second = keys.check();
    await asked(2);
    answers[1]?.();
    await second;
    expect(ended).toEqual(['KEY_REVOKED']);
  });

  test('asks once for all who check meanwhile', async () => {
    await using app = await createTestApp();
    const { keys, ended, asked, answers } = await givenWatch(app);
    await revoke(app);

    const checks = [keys.check(), keys.check(), keys.check()];
    await asked(1);
    answers[0]?.();
    await Promise.all(checks);
    await keys.check();

    expect(answers).toHaveLength(1);
    expect(ended).toEqual(['KEY_REVOKED']);
  });
});
