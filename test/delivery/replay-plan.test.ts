/** How a replay is counted before it begins: from an index, between two ids. */

import { describe, expect, test } from 'vitest';
import { PLAN, PLANNING_SETTINGS, type ReplaySource } from '../../src/delivery/replay.sql.ts';
import { AFTER_ALL_IDS, BEFORE_ALL_IDS } from '../../src/lib/id.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenThousands } from './find.ts';

/** The index that each source is counted from where the ids leave it much, but those that are of nearly everything. */
const INDEXES = {
  statuses: 'delivery_status_idx',
  errors: 'delivery_error_idx',
  responses: 'delivery_response_idx',
  webhook: 'delivery_organization_id_webhook_id_id_idx',
  webhookFailures: 'delivery_webhook_error_idx',
  import: 'delivery_event_id_idx',
} as const satisfies Record<Exclude<ReplaySource, 'organization'>, string>;

/** How the deliveries of a source whose ids come after `after` are counted, as the connections for reading plan it. */
async function planOf(app: TestApp, source: ReplaySource, after: string): Promise<string> {
  const [failed] = await app.db.query<{ webhookId: string }>(
    `select webhook_id as "webhookId" from delivery where status = 'FAILED' limit 1`,
  );
  const filter = [app.organizationId, failed?.webhookId, 'any', 'FAILED', ''];
  const parameters = [...filter, after, AFTER_ALL_IDS, 'HTTP_STATUS', '503'];
  const lines = await app.db.reads.transaction(async (sql) => {
    await sql.query(PLANNING_SETTINGS);
    return await sql.query<{ 'QUERY PLAN': string }>(`explain ${PLAN[source]}`, parameters);
  });
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

describe('a replay', () => {
  test.each(Object.entries(INDEXES))('that is found by %s is counted from %s', async (source, index) => {
    await using app = await createTestApp();
    await givenThousands(app);

    const plan = await planOf(app, source as keyof typeof INDEXES, BEFORE_ALL_IDS); // the table is by its keys

    expect(plan).toMatch(new RegExp(`(using|on) ${index}\\b`));
    expect(plan).not.toContain('Seq Scan on delivery');
  });

  test('of a short time is counted between the ids of that time, whatever it is found by', async () => {
    await using app = await createTestApp();
    await givenThousands(app);
    const [last] = await app.db.query<{ id: string }>('select id from delivery order by id offset 2900 limit 1');

    for (const source of ['organization', ...Object.keys(INDEXES)] as ReplaySource[]) {
      const plan = await planOf(app, source, last?.id ?? '');
      expect(plan, source).toMatch(/Index Cond: .*\(id > .*\(id < /);
      expect(plan, source).not.toContain('Seq Scan on delivery');
    }
  });
});
